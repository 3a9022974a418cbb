//! Compares settings that were read again with the former ones.

use super::{HandlerSettings, Key};
use crate::connection_string;
use crate::endpoint::Endpoint;

/// What differs between two sets of settings, and so whether a running handler needs its access
/// keys updated, must be replaced, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsChange {
    /// No value differs.
    Nothing,
    /// Only access keys of the same resource; a secondary key may have been removed.
    /// [`TokenExchangeHandler::update_access_keys_from`](crate::handler::TokenExchangeHandler::update_access_keys_from)
    /// replaces them in a running handler.
    AccessKeys,
    /// Access keys of the same resource, and something that needs a new handler. Replace the keys in the
    /// present handler first: the new one must fetch Entra's keys before it can take over, and the former
    /// access key may be revoked by then.
    AccessKeysAndOther,
    /// Something that needs a new handler.
    Other,
}

/// The settings that contain access keys.
const KEYS: [Key; 2] = [Key::ConnectionString, Key::AccessKeySecondary];

impl HandlerSettings {
    /// Returns what differs from settings that were read before. Only values are compared, not the names
    /// under which they were set.
    pub fn change_since(&self, former: &Self) -> SettingsChange {
        let value = |settings: &'_ Self, key: Key| settings.0.get(&key).map(|given| given.value.clone());
        let same = |key: Key| value(self, key) == value(former, key);
        let others_are_same = Key::ALL.iter().all(|key| KEYS.contains(key) || same(*key));
        let endpoint = |settings: &Self| {
            let (endpoint, _) = connection_string::parts(settings.text(Key::ConnectionString)?).ok()?;
            let endpoint = Endpoint::parse_allowing_insecure(endpoint).ok()?;
            Some(endpoint.url().to_owned())
        };
        let is_of_the_same_resource = || endpoint(self).is_some_and(|new| endpoint(former) == Some(new));
        match (KEYS.into_iter().all(same), others_are_same) {
            (true, true) => SettingsChange::Nothing,
            (true, false) => SettingsChange::Other,
            (false, true) if is_of_the_same_resource() => SettingsChange::AccessKeys,
            (false, false) if is_of_the_same_resource() => SettingsChange::AccessKeysAndOther,
            (false, _) => SettingsChange::Other,
        }
    }

    /// Returns these settings with the access keys of `other`: the settings of a handler after
    /// [`update_access_keys_from`](crate::handler::TokenExchangeHandler::update_access_keys_from) with
    /// `other`. Compare later settings with them.
    #[must_use]
    pub fn with_access_keys_of(mut self, other: &Self) -> Self {
        for key in KEYS {
            match other.0.get(&key) {
                Some(given) => self.0.insert(key, given.clone()),
                None => self.0.remove(&key),
            };
        }
        self
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
            (
                &former,
                format!("{}http2 = true", of("endpoint=https://a.example;accesskey=QUJE")),
                SettingsChange::AccessKeysAndOther,
            ),
            (
                &former,
                format!("{}http2 = true", of("endpoint=https://b.example;accesskey=QUJE")),
                SettingsChange::Other,
            ),
            (&former, second("QUJE"), SettingsChange::AccessKeys),
            (&second("QUJE"), second("QUJF"), SettingsChange::AccessKeys),
            (&second("QUJE"), former.clone(), SettingsChange::AccessKeys),
            (
                &second("QUJE"),
                former.replace("timeout_ms = 5", "timeout_ms = 6"),
                SettingsChange::AccessKeysAndOther,
            ),
        ] {
            assert_eq!(
                settings(&new).change_since(&settings(former)),
                change,
                "{former} {new}"
            );
        }
    }

    #[test]
    fn the_access_keys_of_others_are_taken_and_nothing_else() {
        let key = |key: &str| format!("connection_string = \"endpoint=https://a.example;accesskey={key}\"\n");
        let former = settings(&format!("{}secondary_access_key = \"QUJE\"", key("QUJD")));
        let new = settings(&format!("{}http2 = true", key("QUJF")));
        let mixed = former.clone().with_access_keys_of(&new);
        assert_eq!(new.change_since(&mixed), SettingsChange::Other);
        assert_eq!(mixed.change_since(&former), SettingsChange::AccessKeys);
        assert_eq!(
            mixed.with_access_keys_of(&former).change_since(&former),
            SettingsChange::Nothing
        );
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
