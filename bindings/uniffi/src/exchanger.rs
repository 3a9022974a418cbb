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

/// The options of an exchanger. It prints without the secret of the cache.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct ExchangerOptions {
    /// The Redis that processes share their cache and limit through. Needs a cache_secret.
    #[uniffi(default = None)]
    pub redis: Option<RedisOptions>,
    /// The 32 bytes that keys of the cache are made with. Default: random, for this process alone.
    #[uniffi(default = None)]
    pub cache_secret: Option<Vec<u8>>,
    /// Default: enforce.
    #[uniffi(default = None)]
    pub token_check: Option<TokenCheck>,
    /// Lets only one process at a time exchange a token that several are asked for. Default: no.
    #[uniffi(default = None)]
    pub distributed_lock: Option<bool>,
    /// The deadline of a call, waiting for the limit and for others included, in milliseconds. Default 10000.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u64>,
    /// How many bytes the cache in memory may take, about; 0 for none. Default 67108864, some 15,000 tokens.
    #[uniffi(default = None)]
    pub cache_bytes: Option<u64>,
    /// How long a token is cached at most, in seconds. Default 86400; it is evicted when it or its Entra token has less
    /// than 120 s left.
    #[uniffi(default = None)]
    pub max_ttl_s: Option<u64>,
    /// How long a rejection is cached for the same token, in milliseconds: 1000 to 5000, or 0 for never. Default 3000.
    #[uniffi(default = None)]
    pub negative_ttl_ms: Option<u64>,
    /// How many exchanges are begun in limit_window_ms at most, retries included. Default 400, 80 % of what the service
    /// documents. Without Redis, and while it is away, each process counts for itself.
    #[uniffi(default = None)]
    pub limit: Option<u32>,
    /// How many exchanges may begin at once after a rest. Default an eighth of the limit.
    #[uniffi(default = None)]
    pub limit_burst: Option<u32>,
    /// The window of the limit, in milliseconds. Default 30000.
    #[uniffi(default = None)]
    pub limit_window_ms: Option<u64>,
    /// How many new exchanges of one user are begun in the window at most; 0 for any number. Default 25.
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

/// Exchanges Entra tokens of Teams users, each once. Its operations are called through the C ABI, by `c_handle`.
#[derive(uniffi::Object)]
pub struct TeamsTokenExchanger {
    pub(crate) exchanger: acs_exchanger,
}

opaque!(TeamsTokenExchanger);

#[uniffi::export]
impl TeamsTokenExchanger {
    /// Makes an exchanger for the resource of a client. Connects to nothing yet. A forked child begins with an empty cache.
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
