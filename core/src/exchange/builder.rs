//! The options of an exchanger.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::TeamsTokenExchanger;
use super::inspected::Inspected;
use super::limiter::Limiter;
use super::state::Inner;
use crate::cache::{CacheSecret, DigestCache, Limits, MemoryCache, SharedCache};
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::entra::TokenCheck;
use crate::error::{Error, ErrorKind, OptionName, Result};
use crate::observe::Observer;
use crate::single_flight::SingleFlight;

const TIMEOUT: Duration = Duration::from_secs(10);
const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// No ACS token is valid for longer.
const MAX_TTL: Duration = Duration::from_secs(24 * 60 * 60);
const NEGATIVE_TTL: Duration = Duration::from_secs(3);
const MAX_REJECTIONS: u64 = 10_000;

/// Builds a [`TeamsTokenExchanger`].
#[must_use]
pub struct TeamsTokenExchangerBuilder {
    client: CommunicationIdentityClient,
    token_check: TokenCheck,
    timeout: Duration,
    cache_bytes: u64,
    max_ttl: Duration,
    negative_ttl: Duration,
    secret: Option<CacheSecret>,
    shared: Option<Arc<dyn SharedCache>>,
    #[cfg(feature = "redis")]
    redis: Option<crate::RedisOptions>,
    #[cfg(feature = "redis")]
    token_source: Option<Arc<dyn crate::TokenCredential>>,
    distributed_lock: bool,
    limit: u32,
    limit_window: Duration,
    limit_burst: Option<u32>,
    user_limit: u32,
    observer: Option<Arc<dyn Observer>>,
    now: Option<Now>,
}

impl TeamsTokenExchangerBuilder {
    pub(super) fn new(client: CommunicationIdentityClient) -> Self {
        Self {
            #[cfg(feature = "redis")]
            token_source: client.token_source(),
            client,
            token_check: TokenCheck::Enforce,
            timeout: TIMEOUT,
            cache_bytes: CACHE_BYTES,
            max_ttl: MAX_TTL,
            negative_ttl: NEGATIVE_TTL,
            secret: None,
            shared: None,
            #[cfg(feature = "redis")]
            redis: None,
            distributed_lock: false,
            limit: Limits::LIMIT,
            limit_window: Limits::PERIOD,
            limit_burst: None,
            user_limit: Limits::USER_LIMIT,
            observer: None,
            now: None,
        }
    }

    /// Sets how to treat a Teams token that the token check rejects. Default
    /// [`TokenCheck::Enforce`]: it is not sent.
    pub fn token_check(mut self, token_check: TokenCheck) -> Self {
        self.token_check = token_check;
        self
    }

    /// Sets the deadline of a call, including the waits for the limit and for other callers. It
    /// must be greater than zero. Default 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the approximate size of the memory cache in bytes; 0 turns it off. Default 64 MiB, about
    /// 15,000 tokens.
    pub fn cache_bytes(mut self, bytes: u64) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Sets how long a token is cached at most: 1 s or longer, or zero to cache no tokens. Default 24
    /// hours. A token is evicted when it or its Entra token has less than 120 s left.
    pub fn max_ttl(mut self, ttl: Duration) -> Self {
        self.max_ttl = ttl;
        self
    }

    /// Sets how long a rejection (400, 401) is cached for the same token: 1 to 5 s, or zero for
    /// never. Default 3 s.
    pub fn negative_ttl(mut self, ttl: Duration) -> Self {
        self.negative_ttl = ttl;
        self
    }

    /// Sets the secret of 32 bytes from which cache keys are derived. Default: random, for this
    /// process only. Processes that share a cache need the same secret.
    pub fn cache_secret(mut self, secret: [u8; 32]) -> Self {
        self.secret = Some(CacheSecret::new(secret));
        self
    }

    /// Sets how many exchanges are started in any window of [`Self::limit_window`] at most. Default
    /// 400 in 30 s: 80 % of what the service documents (500 exchangeTokens in 30 s). Retries count
    /// like first attempts. The limit must be at least 2.
    ///
    /// Without a shared cache, and while it is unreachable, each process counts for itself: divide
    /// the limit by the number of processes.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the window of the limit: 1 s to 1 h. Default 30 s.
    pub fn limit_window(mut self, window: Duration) -> Self {
        self.limit_window = window;
        self
    }

    /// Sets how many exchanges may start at once after an idle period: at least 1 and less than the
    /// limit. Default an eighth of the limit. A larger burst leaves a lower steady rate until the
    /// next window, so that no window ever holds more than the limit.
    pub fn limit_burst(mut self, burst: u32) -> Self {
        self.limit_burst = Some(burst);
        self
    }

    /// Sets how many new exchanges of one user (tenant id and object id) are started in any window
    /// of [`Self::limit_window`] at most; 0 means no limit. Default 25, a sixteenth of the default
    /// limit: several tabs and devices of a user. Cached and coalesced calls don't count, nor do
    /// retries. Beyond the limit a call fails at once with [`ErrorKind::Throttled`], `code` =
    /// `user_limited` and an exact `retry_after`, and uses nothing of the common limit.
    ///
    /// The user is the one named by the call, in the tenant named by its Entra token. Both are only
    /// as trustworthy as what the host verified before the call: the handler passes those of the
    /// verified bearer token.
    pub fn user_limit(mut self, limit: u32) -> Self {
        self.user_limit = limit;
        self
    }

    /// Lets only one process at a time exchange a given token, if the cache is shared. Default
    /// `false`. It costs two round trips to Redis before each exchange, and saves an exchange when
    /// several processes receive the same token within the time of an exchange. A process waits
    /// about 2 s for another one's token, then exchanges it itself.
    pub fn distributed_lock(mut self, lock: bool) -> Self {
        self.distributed_lock = lock;
        self
    }

    /// Sets the observer, which receives events. Default: none.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Replaces the machine's clock for expiries: for tests.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Some(Arc::new(now));
        self
    }

    /// Shares tokens, sign-outs, the limit and its pauses with the other processes that use this
    /// Redis. They need the same limits and the same [`Self::cache_secret`], which must then be
    /// set.
    ///
    /// While Redis is unavailable, each call to it ends within
    /// [`RedisOptions::timeout`](crate::RedisOptions::timeout), and every process continues on its
    /// own: with its own cache, and applying the limit by itself. A fleet of n processes may then
    /// send n times the limit; if that is too much, run fewer processes or lower the limit. If Redis
    /// comes back without its data, no burst is granted until it is earned again.
    #[cfg(feature = "redis")]
    pub fn redis(mut self, options: crate::RedisOptions) -> Self {
        self.redis = Some(options);
        self
    }

    /// Sets the token credential for `auth=entra` in the URL of Redis. Default: the client's.
    #[cfg(all(feature = "redis", feature = "handler"))]
    pub(crate) fn token_source(mut self, source: Option<Arc<dyn crate::TokenCredential>>) -> Self {
        self.token_source = source.or(self.token_source);
        self
    }

    #[cfg(test)]
    pub(crate) fn shared_cache(mut self, shared: Arc<dyn SharedCache>) -> Self {
        self.shared = Some(shared);
        self
    }

    /// Builds the exchanger. It doesn't connect yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] with the option's name as `target`.
    pub fn build(self) -> Result<TeamsTokenExchanger> {
        let negative_ttl = self.negative_ttl;
        if !negative_ttl.is_zero()
            && !(Duration::from_secs(1)..=Duration::from_secs(5)).contains(&negative_ttl)
        {
            return Err(Error::invalid_option(
                OptionName::NegativeTtl,
                "It must be from 1 to 5 s, or zero.",
            ));
        }
        if !self.max_ttl.is_zero() && self.max_ttl < Duration::from_secs(1) {
            return Err(Error::invalid_option(
                OptionName::MaxTtl,
                "It must be at least 1 s, or zero.",
            ));
        }
        if self.timeout.is_zero() {
            return Err(Error::invalid_option(
                OptionName::Timeout,
                "It must be greater than zero.",
            ));
        }
        let burst = self.limit_burst.unwrap_or(Limits::burst(self.limit));
        let limits = Limits::new(self.limit, self.limit_window, burst)?.with_user_limit(self.user_limit);
        let now = self.now.unwrap_or_else(|| Arc::new(SystemTime::now));
        #[cfg(feature = "redis")]
        let shared = match &self.redis {
            Some(options) => {
                let cache = crate::cache::RedisCache::new(
                    options,
                    limits,
                    Arc::clone(&now),
                    self.token_source.clone(),
                )?;
                Some(Arc::new(cache) as Arc<dyn SharedCache>)
            }
            None => self.shared,
        };
        #[cfg(not(feature = "redis"))]
        let shared = self.shared;
        let secret = match (self.secret, &shared) {
            (Some(secret), _) => secret,
            (None, None) => random_secret()?,
            (None, Some(_)) => {
                return Err(Error::invalid_option(
                    OptionName::CacheSecret,
                    "Processes that share a cache must be given the same secret.",
                ));
            }
        };
        let shared_limiter = shared.clone().map(SharedCache::limiter);
        let limiter = Arc::new(Limiter::new(limits, shared_limiter, self.observer.clone()));
        let memory =
            (self.cache_bytes > 0).then(|| Arc::new(MemoryCache::new(self.cache_bytes, Arc::clone(&now))));
        if let (Some(shared), Some(memory)) = (&shared, &memory) {
            shared.attach(memory);
        }
        let rejections = (!negative_ttl.is_zero())
            .then(|| DigestCache::new(MAX_REJECTIONS, |options| options.time_to_live(negative_ttl)));
        Ok(TeamsTokenExchanger {
            inner: Arc::new(Inner {
                client: self.client,
                token_check: self.token_check,
                timeout: self.timeout,
                max_ttl: self.max_ttl,
                secret,
                memory,
                inspected: Inspected::new(),
                rejections,
                shared,
                distributed_lock: self.distributed_lock,
                limiter,
                flights: SingleFlight::default(),
                observer: self.observer,
                now,
            }),
        })
    }
}

fn random_secret() -> Result<CacheSecret> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| Error::new(ErrorKind::Internal, "The system returned no random bytes."))?;
    Ok(CacheSecret::new(bytes))
}

impl fmt::Debug for TeamsTokenExchangerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsTokenExchangerBuilder")
            .field("client", &self.client)
            .field("token_check", &self.token_check)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
