//! What changed between two readings of the settings.

use super::{HandlerSettings, Key};
use crate::connection_string;
use crate::endpoint::Endpoint;

/// What differs between two sets of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsChange {
    /// No value.
    Nothing,
    /// Access keys of the same resource only:
    /// [`TokenExchangeHandler::update_access_keys_of`](crate::handler::TokenExchangeHandler::update_access_keys_of)
    /// replaces them in a living handler.
    AccessKeys,
    /// Something that needs a new handler.
    Other,
}

impl HandlerSettings {
    /// What differs from settings that were read before. The names that values were given by do not count.
    pub fn change_since(&self, former: &Self) -> SettingsChange {
        let value = |settings: &'_ Self, key: Key| settings.0.get(&key).map(|given| given.value.clone());
        let same = |key: Key| value(self, key) == value(former, key);
        let keys = [Key::ConnectionString, Key::AccessKeySecondary];
        if !Key::ALL.iter().all(|key| keys.contains(key) || same(*key)) {
            return SettingsChange::Other;
        }
        if keys.into_iter().all(same) {
            return SettingsChange::Nothing;
        }
        let removed = former.has(Key::AccessKeySecondary) && !self.has(Key::AccessKeySecondary);
        let endpoint = |settings: &Self| {
            let (endpoint, _) = connection_string::parts(settings.text(Key::ConnectionString)?).ok()?;
            let endpoint = Endpoint::parse_allowing_insecure(endpoint).ok()?;
            Some(endpoint.url().to_owned())
        };
        match (endpoint(self), endpoint(former)) {
            (Some(new), Some(former)) if new == former && !removed => SettingsChange::AccessKeys,
            _ => SettingsChange::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> HandlerSettings {
        HandlerSettings::from_toml(text).unwrap()
    }

    #[test]
    fn a_rotated_key_of_the_same_resource_needs_no_new_handler() {
        let of = |text: &str| format!("timeout_ms = 5\nconnection_string = \"{text}\"\n");
        let former = of("endpoint=https://a.example;accesskey=QUJD");
        let second = |key: &str| format!("{former}secondary_access_key = \"{key}\"\n");
        for (former, new, change) in [
            (&former, former.clone(), SettingsChange::Nothing),
            (
                &former,
                format!("# Rotated never.\n{former}"),
                SettingsChange::Nothing,
            ),
            (
                &former,
                of("endpoint=https://a.example;accesskey=QUJE"),
                SettingsChange::AccessKeys,
            ),
            (
                &former,
                of("accesskey=QUJE;endpoint=https://A.example/"),
                SettingsChange::AccessKeys,
            ),
            (
                &former,
                of("endpoint=https://b.example;accesskey=QUJE"),
                SettingsChange::Other,
            ),
            (&former, of("accesskey=QUJE"), SettingsChange::Other),
            (&former, "timeout_ms = 5".to_owned(), SettingsChange::Other),
            (&former, format!("{former}http2 = true"), SettingsChange::Other),
            (&former, second("QUJE"), SettingsChange::AccessKeys),
            (&second("QUJE"), second("QUJF"), SettingsChange::AccessKeys),
            (&second("QUJE"), former.clone(), SettingsChange::Other),
        ] {
            assert_eq!(
                settings(&new).change_since(&settings(former)),
                change,
                "{former} {new}"
            );
        }
    }

    #[test]
    fn a_value_that_is_given_by_another_name_is_the_same() {
        let from = |name: &'static str| {
            HandlerSettings::from_env(|asked| (asked == name).then(|| "id".to_owned())).unwrap()
        };
        let change = from("ACS_AUTH_API_CLIENT_ID").change_since(&from("azureActiveDirectory_clientId"));
        assert_eq!(change, SettingsChange::Nothing);
    }
}
