//! The Redis that several processes share.

use std::sync::Arc;
use std::time::Duration;

use core_auth::Secret;

use crate::error::Result;
use crate::shown::{opaque, shown};

/// What values are sealed with (AES-256-GCM) before they leave the process. It cannot be read back.
#[derive(uniffi::Object)]
pub struct SealingKey(core_auth::SealingKey);

opaque!(SealingKey);

#[uniffi::export]
impl SealingKey {
    /// Reads 32 random bytes in standard base64, such as "openssl rand -base64 32" prints.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::SealingKey::from_base64(text)?)))
    }
}

/// The Redis that several processes share a cache and a limiter in: one server, a cluster or a primary that
/// sentinels watch, version 6.0 or later. It prints without
/// the URL and the password.
///
/// Values are sealed whatever the connection is, but a password goes over redis:// in clear text: use rediss:// where the
/// network is not your own.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct RedisOptions {
    /// "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
    /// "redis+sentinel://host[:port][,host[:port]]/service[/database]"; "rediss" in place of "redis" means TLS. It may
    /// hold a user and a password, percent-encoded. With "?auth=entra" the password is a token of the client's token
    /// credential.
    pub url: String,
    /// What values are sealed with, the same in all processes.
    pub sealing_key: Arc<SealingKey>,
    /// The former key, while what was sealed with it is still to be read.
    #[uniffi(default = None)]
    pub previous_sealing_key: Option<Arc<SealingKey>>,
    /// The user, unless the URL has one.
    #[uniffi(default = None)]
    pub username: Option<String>,
    /// The password, unless the URL has one.
    #[uniffi(default = None)]
    pub password: Option<String>,
    /// What all key and channel names begin with: letters, digits, ".", "_", "-" and ":", at most 64. Default "acs-auth".
    #[uniffi(default = None)]
    pub key_prefix: Option<String>,
    /// More certificate authorities to trust, each in PEM form.
    #[uniffi(default)]
    pub root_certificates_pem: Vec<Vec<u8>>,
    /// How long any single use of Redis may take, in milliseconds. Default 50.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u64>,
    /// How long making a connection may take in the background, in milliseconds. Default 1000.
    #[uniffi(default = None)]
    pub connect_timeout_ms: Option<u64>,
    /// After this many failures in a row it is left alone for a while. Default 3.
    #[uniffi(default = None)]
    pub breaker_max_failures: Option<u32>,
    /// How long Redis is left alone first when it fails, in milliseconds; doubled at each further failure. Default 200.
    #[uniffi(default = None)]
    pub breaker_reset_timeout_ms: Option<u64>,
    /// How long it is left alone at most, in milliseconds. Default 5000.
    #[uniffi(default = None)]
    pub breaker_max_reset_timeout_ms: Option<u64>,
}

shown!(RedisOptions {
    key_prefix, timeout_ms, connect_timeout_ms, breaker_max_failures, breaker_reset_timeout_ms, breaker_max_reset_timeout_ms;
    url, sealing_key, previous_sealing_key, username, password, root_certificates_pem,
});

impl From<RedisOptions> for core_auth::RedisOptions {
    fn from(options: RedisOptions) -> Self {
        let RedisOptions {
            url,
            sealing_key,
            previous_sealing_key,
            username,
            password,
            key_prefix,
            root_certificates_pem,
            timeout_ms,
            connect_timeout_ms,
            breaker_max_failures,
            breaker_reset_timeout_ms,
            breaker_max_reset_timeout_ms,
        } = options;
        let usual = Self::new(url, sealing_key.0.clone());
        let time = |given: Option<u64>, usual| given.map_or(usual, Duration::from_millis);
        Self {
            // `auth=entra` in the URL means the credential of the client.
            token_credential: None,
            resolver: None,
            url: usual.url,
            username,
            password: password.map(Secret::from),
            key_prefix: key_prefix.unwrap_or(usual.key_prefix),
            sealing_key: usual.sealing_key,
            previous_sealing_key: previous_sealing_key.map(|key| key.0.clone()),
            timeout: time(timeout_ms, usual.timeout),
            connect_timeout: time(connect_timeout_ms, usual.connect_timeout),
            breaker_max_failures: breaker_max_failures.unwrap_or(usual.breaker_max_failures),
            breaker_reset_timeout: time(breaker_reset_timeout_ms, usual.breaker_reset_timeout),
            breaker_max_reset_timeout: time(breaker_max_reset_timeout_ms, usual.breaker_max_reset_timeout),
            root_certificates_pem,
        }
    }
}
