//! Exchanges of Teams users' tokens with all that a back end wants around them: the token check, the cache, single flight
//! and the limit that the service sets.

mod builder;
mod callers;
mod expected;
#[cfg(feature = "handler")]
mod identity_tokens;
mod inspected;
mod leader;
mod limiter;
mod queue;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{Instrument as _, info_span, warn};
use zeroize::Zeroizing;

pub use self::builder::TeamsTokenExchangerBuilder;
use self::callers::Callers;
#[cfg(feature = "handler")]
pub(crate) use self::identity_tokens::IdentityTokens;
use self::inspected::{Inspected, brought};
use self::leader::ExchangeRequest;
use self::limiter::LIMITED;
pub(crate) use self::limiter::Limiter;
#[cfg(feature = "handler")]
use crate::cache::Degradation;
use crate::cache::{CacheKey, CacheSecret, KeyParts, MemoryCache, SharedCache};
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::credential::CredentialId;
#[cfg(feature = "handler")]
use crate::credential::SecondaryKey;
use crate::entra::{Expectations, TokenCheck, inspect};
use crate::error::{Error, ErrorKind, Result};
use crate::meter;
use crate::models::AccessToken;
use crate::observe::{Event, Observer};
use crate::single_flight::{Ended, SingleFlight, Waiters};

/// Exchanges Entra tokens of Teams users, each of them once.
///
/// A token that was exchanged is kept, in this process and, with the feature `redis`, for a fleet of them: only who brings the
/// very same Entra token gets it, and only while the client uses the credential that fetched it. Callers who bring it at
/// the same time share one exchange. Exchanges keep under the
/// service's limit of 500 in 30 s. A rejection of the token is cached for seconds, a fault of the service not at all.
///
/// Clones are cheap and share everything: make one and keep it.
///
/// ```no_run
/// # async fn exchange(entra_token: &str) -> acs_auth::Result<()> {
/// use acs_auth::{CommunicationIdentityClient, TeamsTokenExchanger};
///
/// let client = CommunicationIdentityClient::from_connection_string("endpoint=…;accesskey=…")?;
/// let exchanger = TeamsTokenExchanger::builder(client).build()?;
/// let token = exchanger
///     .exchange(
///         entra_token,
///         "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
///         "2be7fa0b-1ed7-4c9a-9a2e-0ab0a8f8f3d1",
///     )
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TeamsTokenExchanger {
    inner: Arc<Inner>,
}

struct Inner {
    client: CommunicationIdentityClient,
    token_check: TokenCheck,
    timeout: Duration,
    max_ttl: Duration,
    secret: CacheSecret,
    memory: Option<Arc<MemoryCache>>,
    inspected: Inspected,
    rejections: Option<moka::future::Cache<[u8; 32], Error>>,
    shared: Option<Arc<dyn SharedCache>>,
    distributed_lock: bool,
    limiter: Arc<Limiter>,
    flights: SingleFlight<CacheKey, Result<AccessToken>, Context>,
    observer: Option<Arc<dyn Observer>>,
    now: Now,
}

/// What an exchange and its callers share besides the result.
struct Context {
    callers: Arc<Callers>,
    /// Whether the result is there, and the shared cache does not have it yet.
    storing: watch::Sender<bool>,
}

impl Context {
    fn new(deadline: Instant) -> Self {
        Self {
            callers: Callers::new(deadline),
            storing: watch::Sender::new(false),
        }
    }

    /// Waits until the shared cache has the result.
    async fn stored(&self) {
        // The sender is this one's own.
        let _ = self.storing.subscribe().wait_for(|storing| !storing).await;
    }
}

/// The leader's view of an exchange that callers share.
type Flight = Waiters<CacheKey, Result<AccessToken>, Context>;

/// How often a caller whose time is not up starts over when the exchange that it shared ended for lack of time.
const MAX_RESTARTS: u32 = 8;

impl TeamsTokenExchanger {
    /// Starts from the defaults, for the resource of this client.
    pub fn builder(client: CommunicationIdentityClient) -> TeamsTokenExchangerBuilder {
        TeamsTokenExchangerBuilder::new(client)
    }

    /// The ACS token for a Teams user's Entra token: a kept one, or exchanged now.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::get_token_for_teams_user`]; [`ErrorKind::EntraTokenInvalid`] by the token check
    /// unless it is off or only warns; [`ErrorKind::Throttled`] with `code` = `limited` when the wait for the limit and the
    /// exchange do not fit before the deadline, and with `code` = `user_limited` when the user's share is used up. Both come
    /// at once, and a call after their `retry_after` succeeds unless others came first.
    pub async fn exchange(
        &self,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
    ) -> Result<AccessToken> {
        self.exchange_with_timeout(aad_token, client_id, user_object_id, self.inner.timeout)
            .await
    }

    /// As [`Self::exchange`], with another deadline for this call. It ends this call alone: an exchange that has begun
    /// runs to its end, which is cached.
    ///
    /// # Errors
    /// As [`Self::exchange`].
    pub async fn exchange_with_timeout(
        &self,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
        timeout: Duration,
    ) -> Result<AccessToken> {
        let span = info_span!("acs_auth.exchange");
        self.inner
            .exchange(aad_token, client_id, user_object_id, timeout)
            .instrument(span)
            .await
    }

    /// Forgets all tokens of a user, in this process and in those that share a cache with it. What is being exchanged for
    /// the user at this time is not kept. The tokens themselves stay good until they expire.
    ///
    /// # Errors
    /// [`ErrorKind::TransportError`] when the shared cache cannot be reached: other processes may keep tokens still.
    pub async fn sign_out(&self, tenant_id: &str, user_object_id: &str) -> Result<()> {
        let inner = &self.inner;
        let user = CacheKey::of_user(&inner.secret, tenant_id, user_object_id);
        inner.flights.forget(|key| key.user == user);
        if let Some(memory) = &inner.memory {
            memory.invalidate_user(&user).await;
        }
        inner.tell(Event::SignedOut);
        match &inner.shared {
            Some(shared) => shared.sign_out(&user).await,
            None => Ok(()),
        }
    }

    /// Replaces the access key, and the secondary one if it is given, as
    /// [`CommunicationIdentityClient::update_access_key`] of the client that this exchanger was made with.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::update_access_key`].
    pub fn update_access_key(&self, access_key: &str, secondary_access_key: Option<&str>) -> Result<()> {
        self.inner
            .client
            .update_access_key(access_key, secondary_access_key)
    }

    /// [`CommunicationIdentityClient::update_secondary_access_key`] of the client that this exchanger was made with.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::update_secondary_access_key`].
    pub fn update_secondary_access_key(&self, access_key: &str) -> Result<()> {
        self.inner.client.update_secondary_access_key(access_key)
    }

    /// Replaces both access keys by these; without a secondary one, it is removed.
    #[cfg(feature = "handler")]
    pub(crate) fn replace_access_keys(&self, access_key: &str, secondary: Option<&str>) -> Result<()> {
        let secondary = secondary.map_or(SecondaryKey::Removed, SecondaryKey::Replaced);
        self.inner.client.update_access_keys(Some(access_key), secondary)
    }

    /// Whether the shared cache serves reads, writes and the limiter; `None` when there is none.
    pub async fn is_cache_reachable(&self) -> Option<bool> {
        match &self.inner.shared {
            Some(shared) => Some(shared.degradation().await.is_none()),
            None => None,
        }
    }

    /// What the shared cache does not serve; `None` when there is none.
    #[cfg(feature = "handler")]
    pub(crate) async fn cache_degradation(&self) -> Option<Option<Degradation>> {
        match &self.inner.shared {
            Some(shared) => Some(shared.degradation().await),
            None => None,
        }
    }
}

impl Inner {
    async fn exchange(
        self: &Arc<Self>,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
        timeout: Duration,
    ) -> Result<AccessToken> {
        let begun = (self.now)();
        let credential = self.client.credential_id();
        let brought = brought(&credential.fingerprint, aad_token, client_id, user_object_id);
        if let Some(key) = self.inspected.key(&brought, begun).await {
            if let Some(token) = self.cached(&key).await {
                return Ok(token);
            }
        }
        let mut expected = Expectations::teams_user(self.client.cloud());
        expected.client_id = Some(client_id.to_owned());
        expected.user_object_id = Some(user_object_id.to_owned());
        let inspection = inspect(aad_token, &expected, begun);
        let objection = inspection
            .to_error()
            .filter(|_| self.token_check != TokenCheck::Off);
        let has_passed = objection.is_none();
        if let Some(error) = objection {
            if self.token_check == TokenCheck::Enforce {
                return Err(error);
            }
            warn!(
                check = error.code.as_deref(),
                "the token check fails: {}", error.reason
            );
        }
        let claims = inspection.claims();
        let key = CacheKey::new(
            &self.secret,
            &KeyParts {
                authority: &self.client.cloud().authority,
                endpoint: self.client.endpoint().url(),
                credential: &credential.fingerprint,
                client_id,
                tenant_id: claims.tenant_id.as_deref().unwrap_or_default(),
                user_object_id,
                aad_token,
            },
        );
        if let Some(token) = self.cached(&key).await {
            if has_passed {
                let min_remaining = expected.min_remaining.as_secs().try_into().unwrap_or(i64::MAX);
                self.inspected
                    .passed(brought, key, claims, min_remaining, begun)
                    .await;
            }
            return Ok(token);
        }
        self.share(
            aad_token,
            client_id,
            user_object_id,
            (key, credential),
            claims.expires_at,
            timeout,
        )
        .await
    }

    /// Joins the exchange for this key, or starts it.
    async fn share(
        self: &Arc<Self>,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
        (key, credential): (CacheKey, CredentialId),
        expires_at: Option<i64>,
        timeout: Duration,
    ) -> Result<AccessToken> {
        let now = Instant::now();
        // A deadline too far for the clock is tomorrow.
        let deadline = now
            .checked_add(timeout)
            .unwrap_or(now + Duration::from_secs(86_400));
        let mut restarts = 0;
        loop {
            let waiter = self.flights.enter(
                key,
                || Context::new(deadline),
                |flight| {
                    let request = ExchangeRequest {
                        aad_token: Zeroizing::new(aad_token.to_owned()),
                        client_id: client_id.to_owned(),
                        user_object_id: user_object_id.to_owned(),
                        key,
                        credential,
                        expires_at,
                    };
                    Arc::clone(self).run_as_leader(request, flight)
                },
            );
            let callers = &waiter.context().callers;
            callers.add(deadline);
            let ended = tokio::select! {
                biased;
                ended = waiter.ended() => ended,
                start = callers.too_late_for(deadline, || self.limiter.expected()) => {
                    return Err(self.limiter.limited(start.saturating_duration_since(Instant::now())));
                }
                () = sleep_until(deadline) => return Err(timed_out(timeout)),
            };
            let result = match ended {
                Ended::Returned(result) => result,
                Ended::Panicked => Err(Error::new(ErrorKind::Internal, "The exchange panicked.")),
                // Its runtime ended, and this caller's goes on.
                Ended::Dropped => Err(timed_out(timeout)),
            };
            restarts += 1;
            if restarts <= MAX_RESTARTS
                && result
                    .as_ref()
                    .is_err_and(|error| self.may_restart(error, deadline))
            {
                continue;
            }
            if waiter.is_leader() {
                // Whoever hears of the token next may ask another process for it.
                let _ = timeout_at(deadline, waiter.context().stored()).await;
            } else {
                self.tell(Event::Coalesced);
            }
            return result;
        }
    }

    /// Whether an exchange failed for lack of time of others, and this deadline leaves enough for another one.
    fn may_restart(&self, error: &Error, deadline: Instant) -> bool {
        let start = match (error.kind, error.code.as_deref()) {
            (ErrorKind::Timeout, _) => Some(Instant::now()),
            (ErrorKind::Throttled, Some(LIMITED)) => {
                Instant::now().checked_add(error.retry_after.unwrap_or_default())
            }
            _ => None,
        };
        start.is_some_and(|start| start + self.limiter.expected() < deadline)
    }

    /// The token that this process keeps.
    async fn cached(&self, key: &CacheKey) -> Option<AccessToken> {
        let kept = self.memory.as_ref()?.get(key).await?;
        self.tell(Event::CacheHit);
        Some(kept.token)
    }

    fn tell(&self, event: Event) {
        if let Some(outcome) = event.cache_outcome() {
            meter::set_cache(outcome);
        }
        if let Some(observer) = &self.observer {
            observer.on_event(event);
        }
    }
}

fn timed_out(timeout: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("No token came within {timeout:?}."))
}

impl fmt::Debug for TeamsTokenExchanger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsTokenExchanger")
            .field("client", &self.inner.client)
            .field("token_check", &self.inner.token_check)
            .field("memory", &self.inner.memory)
            .field("shared", &self.inner.shared)
            .finish_non_exhaustive()
    }
}
