//! Exchanges of Teams users' tokens with all that a back end wants around them: the pre-flight, the cache, single flight
//! and the limit that the service sets.

mod builder;
mod flight;
mod inspected;
mod lead;
mod limiter;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, info_span, warn};

pub use self::builder::TeamsTokenExchangerBuilder;
use self::flight::{Flights, Turn};
use self::inspected::{Inspected, brought};
use self::limiter::Limiter;
#[cfg(feature = "handler")]
use crate::cache::Trouble;
use crate::cache::{CacheKey, CacheSecret, KeyParts, MemoryCache, SharedCache};
use crate::client::CommunicationIdentityClient;
use crate::entra::{Expectations, Preflight, inspect};
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::observe::{Event, Observer};
use crate::transport::Now;

/// Exchanges Entra tokens of Teams users, each of them once.
///
/// A token that was exchanged is kept, in this process and, with the feature `redis`, for a fleet of them: only who brings the
/// very same Entra token gets it. Callers who bring it at the same time share one exchange. Exchanges keep under the
/// service's limit of 500 in 30 s. A refusal of the token is remembered for seconds, a fault of the service not at all.
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
    preflight: Preflight,
    timeout: Duration,
    longest_kept: Duration,
    secret: CacheSecret,
    memory: Option<Arc<MemoryCache>>,
    inspected: Inspected,
    refusals: Option<moka::future::Cache<[u8; 32], Error>>,
    shared: Option<Arc<dyn SharedCache>>,
    lock_across_processes: bool,
    limiter: Arc<Limiter>,
    flights: Flights,
    observer: Option<Arc<dyn Observer>>,
    now: Now,
}

/// One exchange: its arguments, and what follows from them.
struct Wanted<'a> {
    aad_token: &'a str,
    client_id: &'a str,
    user_object_id: &'a str,
    key: CacheKey,
    /// When the Entra token expires, as far as it can be read.
    expires_at: Option<i64>,
    timeout: Duration,
    deadline: Instant,
}

impl Wanted<'_> {
    fn timed_out(&self) -> Error {
        Error::new(
            ErrorKind::Timeout,
            format!("No token came within {:?}.", self.timeout),
        )
    }
}

impl TeamsTokenExchanger {
    /// Starts from the defaults, for the resource of this client.
    pub fn builder(client: CommunicationIdentityClient) -> TeamsTokenExchangerBuilder {
        TeamsTokenExchangerBuilder::new(client)
    }

    /// The ACS token for a Teams user's Entra token: a kept one, or exchanged now.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::get_token_for_teams_user`]; [`ErrorKind::EntraTokenInvalid`] by the pre-flight
    /// unless it is off or only warns; [`ErrorKind::Throttled`] with `code` = `limited` when the limit leaves no time before
    /// the deadline.
    pub async fn exchange(
        &self,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
    ) -> Result<AccessToken> {
        self.exchange_with_timeout(aad_token, client_id, user_object_id, self.inner.timeout)
            .await
    }

    /// As [`Self::exchange`], with another deadline for this call. It ends this call alone: others who wait for the same
    /// exchange go on.
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
        inner.flights.forget_user(&user);
        if let Some(memory) = &inner.memory {
            memory.invalidate_user(&user).await;
        }
        inner.tell(Event::SignedOut);
        match &inner.shared {
            Some(shared) => shared.sign_out(&user).await,
            None => Ok(()),
        }
    }

    /// Whether the shared cache serves reads, writes and the limiter; `None` when there is none.
    pub async fn is_cache_reachable(&self) -> Option<bool> {
        match &self.inner.shared {
            Some(shared) => Some(shared.trouble().await.is_none()),
            None => None,
        }
    }

    /// What the shared cache does not serve; `None` when there is none.
    #[cfg(feature = "handler")]
    pub(crate) async fn cache_trouble(&self) -> Option<Option<Trouble>> {
        match &self.inner.shared {
            Some(shared) => Some(shared.trouble().await),
            None => None,
        }
    }
}

impl Inner {
    async fn exchange(
        &self,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
        timeout: Duration,
    ) -> Result<AccessToken> {
        let begun = (self.now)();
        let brought = brought(aad_token, client_id, user_object_id);
        if let Some(key) = self.inspected.key(&brought, begun).await {
            if let Some(token) = self.kept(&key).await {
                return Ok(token);
            }
        }
        let mut expected = Expectations::teams_user(self.client.cloud());
        expected.client_id = Some(client_id.to_owned());
        expected.user_object_id = Some(user_object_id.to_owned());
        let inspection = inspect(aad_token, &expected, begun);
        let objection = inspection.to_error().filter(|_| self.preflight != Preflight::Off);
        let has_passed = objection.is_none();
        if let Some(error) = objection {
            if self.preflight == Preflight::Enforce {
                return Err(error);
            }
            warn!(
                check = error.code.as_deref(),
                "the pre-flight objects: {}", error.reason
            );
        }
        let facts = inspection.facts();
        let key = CacheKey::new(
            &self.secret,
            &KeyParts {
                authority: &self.client.cloud().authority,
                endpoint: self.client.endpoint().url(),
                client_id,
                tenant_id: facts.tenant_id.as_deref().unwrap_or_default(),
                user_object_id,
                aad_token,
            },
        );
        if let Some(token) = self.kept(&key).await {
            if has_passed {
                let min_remaining = expected.min_remaining.as_secs().try_into().unwrap_or(i64::MAX);
                self.inspected
                    .passed(brought, key, facts, min_remaining, begun)
                    .await;
            }
            return Ok(token);
        }
        let now = Instant::now();
        let wanted = Wanted {
            aad_token,
            client_id,
            user_object_id,
            key,
            expires_at: facts.expires_at,
            timeout,
            // A deadline too far for the clock is tomorrow.
            deadline: now
                .checked_add(timeout)
                .unwrap_or(now + Duration::from_secs(86_400)),
        };
        let seat = self.flights.board(&wanted.key);
        match timeout_at(wanted.deadline, seat.turn(wanted.deadline)).await {
            Ok(Turn::Go(lead)) => self.lead(lead, &wanted).await,
            Ok(Turn::Landed(result)) => {
                self.tell(Event::Coalesced);
                result
            }
            Err(_) => Err(wanted.timed_out()),
        }
    }

    /// The token that this process keeps.
    async fn kept(&self, key: &CacheKey) -> Option<AccessToken> {
        let kept = self.memory.as_ref()?.get(key).await?;
        self.tell(Event::CacheHit);
        Some(kept.token)
    }

    fn tell(&self, event: Event) {
        if let Some(observer) = &self.observer {
            observer.on_event(event);
        }
    }
}

impl fmt::Debug for TeamsTokenExchanger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsTokenExchanger")
            .field("client", &self.inner.client)
            .field("preflight", &self.inner.preflight)
            .field("memory", &self.inner.memory)
            .field("shared", &self.inner.shared)
            .finish_non_exhaustive()
    }
}
