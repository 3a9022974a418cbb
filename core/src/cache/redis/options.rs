//! The options of the shared cache.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::sealing::SealingKey;
use crate::credential::TokenCredential;
use crate::secret::Secret;
use crate::transport::Resolve;

/// The Redis in which several processes share a cache and a limiter.
///
/// One server (6.0 or later), a Redis Cluster, or the primary that sentinels name; the URL selects
/// which. With access control lists, the user needs `get`, `getrange`, `set`, `del`, `eval`,
/// `evalsha`, `time`, `ping`, `publish`, `subscribe`, the sorted set and expiry commands, on keys
/// and channels that begin with [`Self::key_prefix`]; for a database other than 0 also `select`,
/// for a cluster `cluster|slots`, `readonly` and `asking`, for sentinels `role`.
///
/// Values are always sealed, but over `redis://` the password is sent in clear text: use
/// `rediss://` if the network is not your own. Each duration must be from 1 ms to 1 minute, and
/// [`Self::breaker_max_failures`] at least 1; otherwise building the exchanger fails with
/// `InvalidArgument`.
#[derive(Clone)]
pub struct RedisOptions {
    /// The URL of Redis. `rediss` in place of `redis` means TLS. It may contain a user and a
    /// password, percent-encoded.
    ///
    /// | topology | URL |
    /// |---|---|
    /// | one server | `redis://host[:port][/database]` |
    /// | Redis Cluster | `redis+cluster://host[:port][,host[:port]…]` |
    /// | Sentinel | `redis+sentinel://sentinel[:port][,sentinel[:port]…]/service[/database]` |
    ///
    /// The port defaults to 6379, or 26379 for a sentinel; the database to 0. A single server that
    /// turns out to be a cluster node is used as a cluster. With sentinels, user and password are
    /// those of the servers; those of the sentinels follow as
    /// `?sentinel_username=…&sentinel_password=…`. With `?auth=entra` the password is a Microsoft
    /// Entra token: see [`Self::token_credential`].
    pub url: Secret,
    /// The user name, unless the URL has one.
    pub username: Option<String>,
    /// The password, unless the URL has one.
    pub password: Option<Secret>,
    /// The source of Microsoft Entra tokens for `https://redis.azure.com/.default`, which are used
    /// as the password and renewed on open connections. The user is [`Self::username`], or
    /// otherwise the token's object id. Default: none, and the client's own token credential if the
    /// URL has `?auth=entra`.
    pub token_credential: Option<Arc<dyn TokenCredential>>,
    /// The prefix of all key and channel names: 1 to 64 letters, digits, `.`, `_`, `-` and `:`.
    /// Processes that share a prefix share entries and the limit. Default `acs-auth`.
    pub key_prefix: String,
    /// The key that values are sealed with, the same for all processes that share
    /// [`Self::key_prefix`].
    pub sealing_key: SealingKey,
    /// The former key: values sealed with it can still be read. New values are sealed with the
    /// current key, so the former one can be removed 24 hours (the longest lifetime of an entry)
    /// after the last process got the current one. Default: none.
    pub previous_sealing_key: Option<SealingKey>,
    /// The timeout of a single call to Redis, including the wait for a connection. Default 50 ms.
    pub timeout: Duration,
    /// The timeout for opening a connection to one server in the background, including TLS and
    /// authentication. Default 1 s.
    pub connect_timeout: Duration,
    /// The number of consecutive failures after which the breaker opens and Redis is not used for a
    /// while. Default 3.
    pub breaker_max_failures: u32,
    /// How long the breaker stays open at first, until one call probes Redis. Doubled after each
    /// failed probe. Default 200 ms.
    pub breaker_reset_timeout: Duration,
    /// How long the breaker stays open at most. Default 5 s.
    pub breaker_max_reset_timeout: Duration,
    /// Certificate authorities to trust in addition to the system's, each in PEM form.
    pub root_certificates_pem: Vec<Vec<u8>>,
    /// Looks up host names. Default: the system's `getaddrinfo`.
    pub resolver: Option<Arc<dyn Resolve>>,
}

impl RedisOptions {
    /// Creates options with the defaults for this URL. They are checked when the exchanger is built.
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
