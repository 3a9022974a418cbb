//! The exchanger of Teams users' tokens.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::exchanger::acs_exchanger;
use acs_auth_c::{ExchangerConfig, cache_secret};

use crate::client::CommunicationIdentityClient;
use crate::client_options::TokenCheck;
use crate::error::Result;
use crate::observer::{Observer, told};
use crate::redis::RedisOptions;
use crate::shown::{opaque, shown};

/// The options of an exchanger. It prints without cache_secret.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct ExchangerOptions {
    /// The Redis in which processes share their cache and limit. Needs a cache_secret.
    #[uniffi(default = None)]
    pub redis: Option<RedisOptions>,
    /// The 32 bytes from which cache keys are derived. Default: random, for this process only.
    #[uniffi(default = None)]
    pub cache_secret: Option<Vec<u8>>,
    /// Default: enforce.
    #[uniffi(default = None)]
    pub token_check: Option<TokenCheck>,
    /// Lets only one process at a time exchange a given token. Default: no.
    #[uniffi(default = None)]
    pub distributed_lock: Option<bool>,
    /// The deadline of a call, including the waits for the limit and for other callers, in milliseconds.
    /// Default 10000.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u64>,
    /// The approximate size of the memory cache in bytes; 0 turns it off. Default 67108864, some 15,000
    /// tokens.
    #[uniffi(default = None)]
    pub cache_bytes: Option<u64>,
    /// The maximum time for which a token is cached, in seconds; 0 caches none. Default 86400. A token is
    /// evicted when it or its Entra token has less than 120 s left.
    #[uniffi(default = None)]
    pub max_ttl_s: Option<u64>,
    /// How long a rejection is cached for the same token, in milliseconds: 1000 to 5000, or 0 for never.
    /// Default 3000.
    #[uniffi(default = None)]
    pub negative_ttl_ms: Option<u64>,
    /// The maximum number of exchanges started within limit_window_ms, including retries. Default 400, 80 %
    /// of what the service documents. Without Redis, and while it is unavailable, each process counts for
    /// itself.
    #[uniffi(default = None)]
    pub limit: Option<u32>,
    /// The number of exchanges that may start at once after an idle period. Default an eighth of the limit.
    #[uniffi(default = None)]
    pub limit_burst: Option<u32>,
    /// The window of the limit, in milliseconds. Default 30000.
    #[uniffi(default = None)]
    pub limit_window_ms: Option<u64>,
    /// The maximum number of new exchanges of one user within limit_window_ms; 0 means no limit. Default 25.
    /// Beyond it a call fails as throttled, with the code "user_limited", and uses nothing of the limit.
    #[uniffi(default = None)]
    pub user_limit: Option<u32>,
}

shown!(ExchangerOptions {
    redis, token_check, distributed_lock, timeout_ms, cache_bytes, max_ttl_s, negative_ttl_ms, limit,
    limit_burst, limit_window_ms, user_limit;
    cache_secret,
});

impl ExchangerOptions {
    fn config(self, observer: Option<Arc<dyn Observer>>) -> Result<ExchangerConfig> {
        let Self {
            redis,
            cache_secret: secret,
            token_check,
            distributed_lock,
            timeout_ms,
            cache_bytes,
            max_ttl_s,
            negative_ttl_ms,
            limit,
            limit_burst,
            limit_window_ms,
            user_limit,
        } = self;
        Ok(ExchangerConfig {
            redis: redis.map(Into::into),
            observer: observer.map(told),
            cache_secret: secret.map(|secret| cache_secret(&secret)).transpose()?,
            token_check: token_check.map(Into::into),
            distributed_lock,
            timeout: timeout_ms.map(Duration::from_millis),
            cache_bytes,
            max_ttl: max_ttl_s.map(Duration::from_secs),
            negative_ttl: negative_ttl_ms.map(Duration::from_millis),
            limit,
            limit_burst,
            limit_window: limit_window_ms.map(Duration::from_millis),
            user_limit,
        })
    }
}

/// Exchanges Teams users' Entra tokens, and caches the ACS tokens. Its operations are called through the C
/// ABI, with `c_handle`.
#[derive(uniffi::Object)]
pub struct TeamsTokenExchanger {
    pub(crate) exchanger: acs_exchanger,
}

opaque!(TeamsTokenExchanger);

#[uniffi::export]
impl TeamsTokenExchanger {
    /// Creates an exchanger for the resource of a client. It doesn't connect yet. A forked child begins with
    /// an empty cache.
    #[uniffi::constructor(default(observer = None))]
    pub fn new(
        client: &CommunicationIdentityClient,
        options: ExchangerOptions,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Arc<Self>> {
        let exchanger = acs_exchanger::of(options.config(observer)?, &client.client)?;
        Ok(Arc::new(Self { exchanger }))
    }
}
