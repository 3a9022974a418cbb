//! What a host says about its Redis.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::sealing::SealingKey;
use crate::credential::TokenCredential;
use crate::secret::Secret;
use crate::transport::Resolve;

/// The Redis that several processes share a cache and a limiter in.
///
/// One server (6.0 or later), a Redis Cluster, or the primary that sentinels name; the URL says which. With access
/// control lists, the user needs `get`, `getrange`, `set`, `del`, `eval`, `evalsha`, `time`, `ping`, `publish`,
/// `subscribe`, the sorted set and expiry commands, on keys and channels that begin with [`Self::key_prefix`]; for a
/// cluster also `cluster|slots`, `readonly` and `asking`, for sentinels also `role`.
///
/// Values are sealed whatever the connection is, but a password goes over `redis://` in clear text: use `rediss://`
/// where the network is not your own.
#[derive(Clone)]
pub struct RedisOptions {
    /// Where Redis is. `rediss` in place of `redis` means TLS. It may hold a user and a password, percent-encoded.
    ///
    /// | topology | URL |
    /// |---|---|
    /// | one server | `redis://host[:port][/database]` |
    /// | Redis Cluster | `redis+cluster://host[:port][,host[:port]…]` |
    /// | Sentinel | `redis+sentinel://sentinel[:port][,sentinel[:port]…]/service[/database]` |
    ///
    /// A single server that turns out to be a node of a cluster is used as a cluster. Of sentinels, user and password
    /// are those of the servers; those of the sentinels follow as `?sentinel_username=…&sentinel_password=…`. With
    /// `?auth=entra` the password is a Microsoft Entra token: see [`Self::token_credential`].
    pub url: Secret,
    /// The user, unless the URL has one.
    pub username: Option<String>,
    /// The password, unless the URL has one.
    pub password: Option<Secret>,
    /// Gives Microsoft Entra tokens for `https://redis.azure.com/.default`, which are used as the password and renewed
    /// on living connections. The user is [`Self::username`], or else the token's object id. Default: none, and the
    /// client's own token credential where the URL has `?auth=entra`.
    pub token_credential: Option<Arc<dyn TokenCredential>>,
    /// What all key and channel names begin with: letters, digits, `.`, `_`, `-` and `:`, at most 64. Processes that
    /// share a prefix share entries and the limit. Default `acs-auth`.
    pub key_prefix: String,
    /// What values are sealed with.
    pub sealing_key: SealingKey,
    /// The former key: what was sealed with it can still be read. New values are sealed with the current one, so it
    /// can be removed when the longest entry (a token's life) is over.
    pub previous_sealing_key: Option<SealingKey>,
    /// How long any single use of Redis may take, waiting for a connection included. Default 50 ms.
    pub timeout: Duration,
    /// How long making a connection to one server may take in the background, TLS and authentication included.
    /// Default 1 s.
    pub connect_timeout: Duration,
    /// After this many failures in a row Redis is left alone for a while. Default 3.
    pub breaker_max_failures: u32,
    /// How long it is left alone first; doubled at each further failure. Default 200 ms.
    pub breaker_reset_timeout: Duration,
    /// How long it is left alone at most. Default 5 s.
    pub breaker_max_reset_timeout: Duration,
    /// More certificate authorities to trust, each in PEM form, besides the system's.
    pub root_certificates_pem: Vec<Vec<u8>>,
    /// Looks up host names. Default: the system's `getaddrinfo`.
    pub resolver: Option<Arc<dyn Resolve>>,
}

impl RedisOptions {
    /// The defaults for this server. Nothing is kept in Redis without a sealing key.
    pub fn new(url: impl Into<Secret>, sealing_key: SealingKey) -> Self {
        Self {
            url: url.into(),
            username: None,
            password: None,
            token_credential: None,
            key_prefix: "acs-auth".into(),
            sealing_key,
            previous_sealing_key: None,
            timeout: Duration::from_millis(50),
            connect_timeout: Duration::from_secs(1),
            breaker_max_failures: 3,
            breaker_reset_timeout: Duration::from_millis(200),
            breaker_max_reset_timeout: Duration::from_secs(5),
            root_certificates_pem: Vec::new(),
            resolver: None,
        }
    }
}

impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("url", &self.url)
            .field("username", &self.username.is_some())
            .field("password", &self.password.is_some())
            .field("token_credential", &self.token_credential)
            .field("key_prefix", &self.key_prefix)
            .field("sealing_key", &self.sealing_key)
            .field("previous_sealing_key", &self.previous_sealing_key)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("breaker_max_failures", &self.breaker_max_failures)
            .field("breaker_reset_timeout", &self.breaker_reset_timeout)
            .field("breaker_max_reset_timeout", &self.breaker_max_reset_timeout)
            .field("root_certificates_pem", &self.root_certificates_pem.len())
            .field("resolver", &self.resolver.is_some())
            .finish()
    }
}
