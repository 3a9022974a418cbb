//! The Redis that several processes share.

use std::sync::Arc;
use std::time::Duration;

use core_auth::Secret;

use crate::error::Result;
use crate::shown::{opaque, shown};

/// The key with which values are encrypted (AES-256-GCM) before they leave the process. It can't be read
/// back.
#[derive(uniffi::Object)]
pub struct SealingKey(core_auth::SealingKey);

opaque!(SealingKey);

#[uniffi::export]
impl SealingKey {
    /// Parses 32 random bytes in standard base64, as printed by "openssl rand -base64 32".
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::SealingKey::from_base64(text)?)))
    }
}

/// The Redis in which several processes share a cache and a limiter: one server, a cluster, or a primary
/// monitored by sentinels, version 6.0 or later. It prints without the URL and the password.
///
/// Values are always encrypted with sealing_key, but over redis:// the password is sent in clear text: use
/// rediss:// if the network is not your own.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct RedisOptions {
    /// "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
    /// "redis+sentinel://host[:port][,host[:port]]/service[/database]"; "rediss" in place of "redis" means
    /// TLS. It may hold a user and a password, percent-encoded. With "?auth=entra" the password is a token of
    /// the client's token credential.
    pub url: String,
    /// The key with which values are encrypted, the same in all processes.
    pub sealing_key: Arc<SealingKey>,
    /// The former sealing_key, while values encrypted with it are still to be read.
    #[uniffi(default = None)]
    pub previous_sealing_key: Option<Arc<SealingKey>>,
    /// The user name, unless the URL has one.
    #[uniffi(default = None)]
    pub username: Option<String>,
    /// The password, unless the URL has one.
    #[uniffi(default = None)]
    pub password: Option<String>,
    /// The prefix of all key and channel names: letters, digits, ".", "_", "-" and ":", at most 64. Processes
    /// that share it share entries and the limit. Default "acs-auth".
    #[uniffi(default = None)]
    pub key_prefix: Option<String>,
    /// Certificate authorities to trust in addition to the system's, each as PEM text.
    #[uniffi(default)]
    pub root_certificates_pem: Vec<Vec<u8>>,
    /// The timeout of a single Redis operation, in milliseconds. Default 50.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u64>,
    /// The timeout for opening a connection in the background, in milliseconds. Default 1000.
    #[uniffi(default = None)]
    pub connect_timeout_ms: Option<u64>,
    /// The number of consecutive failures after which the breaker opens and Redis is not used for a while.
    /// Default 3.
    #[uniffi(default = None)]
    pub breaker_max_failures: Option<u32>,
    /// How long the breaker stays open at first, in milliseconds; doubled at each further failure. Default
    /// 200.
    #[uniffi(default = None)]
    pub breaker_reset_timeout_ms: Option<u64>,
    /// The maximum time for which the breaker stays open, in milliseconds. Default 5000.
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
