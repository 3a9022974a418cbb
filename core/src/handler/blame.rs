//! Finds the setting that an error is about.

use super::settings::{HandlerSettings, Key};
use crate::error::Error;

/// Sets an error's target to the setting that it is about. An error about no setting is returned unchanged.
pub(super) fn setting_of(settings: &HandlerSettings, error: Error) -> Error {
    match error.option().and_then(Key::of_option) {
        Some(Key::AllowedClientIds) => settings.blame(allowed_client_ids(settings))(error),
        Some(key) => settings.blame(key)(error),
        None => error,
    }
}

/// The setting that names the applications that may call.
pub(super) fn allowed_client_ids(settings: &HandlerSettings) -> Key {
    if settings.has(Key::AllowedClientIds) {
        Key::AllowedClientIds
    } else {
        Key::TeamsClientIds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ErrorKind, OptionName};

    #[test]
    fn an_error_blames_the_setting_of_its_option_and_else_none() {
        let settings = HandlerSettings::default();
        for (error, target) in [
            (
                Error::invalid_option(OptionName::RetryPolicy, ""),
                Some("attempt_timeout_ms"),
            ),
            (
                Error::new(ErrorKind::InvalidConnectionString, "")
                    .with_target("accesskey")
                    .of_option(OptionName::ConnectionString),
                Some("connection_string"),
            ),
            (
                Error::invalid_argument("access_key", "").of_option(OptionName::AccessKey),
                Some("connection_string"),
            ),
            (
                Error::invalid_option(OptionName::SecondaryAccessKey, ""),
                Some("secondary_access_key"),
            ),
            (Error::invalid_option(OptionName::Proxy, ""), Some("proxy")),
            (Error::new(ErrorKind::Internal, ""), None),
        ] {
            assert_eq!(setting_of(&settings, error).target.as_deref(), target);
        }
    }
}
