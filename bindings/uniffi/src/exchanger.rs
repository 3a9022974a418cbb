//! Exchanges of Teams users' tokens with what a back end wants around them.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::exchanger::acs_exchanger;
use acs_auth_c::{ExchangerRecipe, PerProcess, cache_secret};
use core_auth::Secret;

use crate::calls::{Cancellation, awaited};
use crate::client::CommunicationIdentityClient;
use crate::client_options::TokenCheck;
use crate::error::Result;
use crate::models::AccessToken;
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
    fn recipe(self, observer: Option<Arc<dyn Observer>>) -> Result<ExchangerRecipe> {
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
        Ok(ExchangerRecipe {
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

/// Exchanges Entra tokens of Teams users, each of them once.
///
/// A token that was exchanged is kept, in this process and, with Redis, for a fleet of them: only who brings the very same
/// Entra token gets it. Callers who bring it at the same time share one exchange. Exchanges keep under the service's limit
/// of 500 in 30 s. A rejection of the token is cached for seconds, a fault of the service not at all.
#[derive(uniffi::Object)]
pub struct TeamsTokenExchanger {
    pub(crate) exchanger: acs_exchanger,
}

opaque!(TeamsTokenExchanger);

/// Each process's own, which the work takes itself.
type Each = Arc<PerProcess<core_auth::TeamsTokenExchanger>>;

async fn exchange(
    exchangers: Each,
    aad_token: String,
    client_id: String,
    user_object_id: String,
    timeout_ms: Option<u64>,
) -> core_auth::Result<core_auth::AccessToken> {
    let token = Secret::from(aad_token);
    let (token, client_id, user) = (token.expose(), client_id.as_str(), user_object_id.as_str());
    let exchanger = exchangers.get()?;
    match timeout_ms.map(Duration::from_millis) {
        None => exchanger.exchange(token, client_id, user).await,
        Some(timeout) => {
            exchanger
                .exchange_with_timeout(token, client_id, user, timeout)
                .await
        }
    }
}

async fn sign_out(exchangers: Each, tenant_id: String, user_object_id: String) -> core_auth::Result<()> {
    exchangers.get()?.sign_out(&tenant_id, &user_object_id).await
}

async fn is_cache_reachable(exchangers: Each) -> core_auth::Result<Option<bool>> {
    Ok(exchangers.get()?.is_cache_reachable().await)
}

#[uniffi::export]
impl TeamsTokenExchanger {
    /// Makes an exchanger for the resource of a client. Connects to nothing yet. A forked child begins with an empty cache.
    #[uniffi::constructor(default(observer = None))]
    pub fn new(
        client: &CommunicationIdentityClient,
        options: ExchangerOptions,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Arc<Self>> {
        let exchanger = acs_exchanger::of(options.recipe(observer)?, &client.client)?;
        Ok(Arc::new(Self { exchanger }))
    }

    /// The ACS token for a Teams user's Entra token: a kept one, or exchanged now.
    ///
    /// timeout_ms: the deadline of this call alone; others who wait for the same exchange go on.
    #[uniffi::method(default(timeout_ms = None, cancellation = None))]
    pub async fn exchange(
        &self,
        aad_token: String,
        client_id: String,
        user_object_id: String,
        timeout_ms: Option<u64>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<AccessToken> {
        let each = self.exchanger.each();
        let work = exchange(each, aad_token, client_id, user_object_id, timeout_ms);
        awaited(work, cancellation).await
    }

    /// Forgets all tokens of a user, in this process and in those that share a cache with it. The tokens themselves stay
    /// good until they expire.
    #[uniffi::method(default(cancellation = None))]
    pub async fn sign_out(
        &self,
        tenant_id: String,
        user_object_id: String,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<()> {
        let each = self.exchanger.each();
        awaited(sign_out(each, tenant_id, user_object_id), cancellation).await
    }

    /// Whether the shared cache answers; none when there is none.
    #[uniffi::method(default(cancellation = None))]
    pub async fn is_cache_reachable(&self, cancellation: Option<Arc<Cancellation>>) -> Result<Option<bool>> {
        let each = self.exchanger.each();
        awaited(is_cache_reachable(each), cancellation).await
    }
}
