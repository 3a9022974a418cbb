//! Which setting an error of a part is about.

use super::settings::{HandlerSettings, Key};
use crate::error::{Error, OptionName};

/// The error of a part that was made of settings, its target now the setting. An error about no setting stays as it is.
pub(super) fn setting_of(settings: &HandlerSettings, error: Error) -> Error {
    match error.option().and_then(|option| key_of(settings, option)) {
        Some(key) => settings.blame(key)(error),
        None => error,
    }
}

/// The setting that an option is set by; `None` for options that no setting sets.
fn key_of(settings: &HandlerSettings, option: OptionName) -> Option<Key> {
    Some(match option {
        // The access key stands in the connection string.
        OptionName::ConnectionString | OptionName::AccessKey => Key::ConnectionString,
        OptionName::Endpoint => Key::Endpoint,
        OptionName::SecondaryAccessKey => Key::AccessKeySecondary,
        // Of the policy, settings set the time of an attempt.
        OptionName::RetryPolicy => Key::AttemptTimeoutMs,
        OptionName::RootCertificatesPem => Key::RootCertificates,
        OptionName::Timeout => Key::ServiceTimeoutMs,
        // The burst follows from the limit.
        OptionName::Limit | OptionName::LimitBurst => Key::LimitExchanges,
        OptionName::LimitWindow => Key::LimitWindowMs,
        OptionName::CacheSecret => Key::RedisCacheSecret,
        // User and password stand in the URL.
        OptionName::RedisUrl | OptionName::RedisUsername | OptionName::RedisPassword => Key::RedisUrl,
        OptionName::RedisKeyPrefix => Key::RedisKeyPrefix,
        OptionName::RedisTimeout => Key::RedisTimeoutMs,
        OptionName::TenantId => Key::TenantIds,
        OptionName::Audience => Key::Audiences,
        OptionName::AllowedClientId => allowed_client_ids(settings),
        OptionName::RequiredScope => Key::RequiredScope,
        OptionName::Cloud | OptionName::Authority => Key::Authority,
        OptionName::ClientId => Key::ApiClientId,
        OptionName::ClientSecret => Key::GraphClientSecret,
        OptionName::GraphExtensionName => Key::GraphExtensionName,
        OptionName::GraphUrl => Key::GraphBaseUrl,
        OptionName::Credential
        | OptionName::ApiVersion
        | OptionName::ApplicationId
        | OptionName::UserAgent
        | OptionName::Headers
        | OptionName::Proxy
        | OptionName::ClientIdentityPem
        | OptionName::Tls
        | OptionName::NegativeTtl
        | OptionName::RedisConnectTimeout
        | OptionName::RedisBreakerMaxFailures
        | OptionName::RedisBreakerResetTimeout
        | OptionName::RedisBreakerMaxResetTimeout
        | OptionName::ClockSkew
        | OptionName::GraphScopes => return None,
    })
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
    use crate::error::ErrorKind;

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
