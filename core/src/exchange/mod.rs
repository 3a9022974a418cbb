//! Exchanges of Teams users' tokens with all that a back end wants around them: the pre-flight, the cache, single flight
//! and the limit that the service sets.

mod builder;
mod flight;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tracing::{Instrument as _, debug, info_span, warn};

pub use self::builder::TeamsTokenExchangerBuilder;
use self::flight::{Brought, Flights, Part};
use crate::cache::{
    Admission, CacheKey, CacheSecret, Kept, KeyParts, LocalLimiter, MemoryCache, SharedCache,
};
use crate::client::CommunicationIdentityClient;
use crate::entra::{Expectations, Preflight, inspect};
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::observe::{Event, Observer};
use crate::transport::Now;

/// A token is not given from a cache when it has less than this left.
const MARGIN: Duration = Duration::from_secs(120);
/// How long everyone pauses after a 429 that does not say.
const PAUSE: Duration = Duration::from_secs(5);
/// No answer of the service stops exchanges for longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);
/// Between two looks for what another process exchanges.
const POLL: Duration = Duration::from_millis(50);
/// How often is looked, before this process exchanges as well.
const POLLS: u32 = 40;

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
    refusals: Option<moka::future::Cache<[u8; 32], Error>>,
    shared: Option<Arc<dyn SharedCache>>,
    lock_across_processes: bool,
    limiter: LocalLimiter,
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
    deadline: Instant,
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
        let user = CacheKey::of_user(
            &inner.secret,
            &tenant_id.to_ascii_lowercase(),
            &user_object_id.to_ascii_lowercase(),
        );
        if let Some(memory) = &inner.memory {
            memory.invalidate_user(&user).await;
        }
        inner.tell(Event::SignedOut);
        match &inner.shared {
            Some(shared) => shared.sign_out(&user).await,
            None => Ok(()),
        }
    }

    /// Whether the shared cache answers; `None` when there is none.
    pub async fn is_cache_reachable(&self) -> Option<bool> {
        match &self.inner.shared {
            Some(shared) => Some(shared.is_reachable().await),
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
        let mut expected = Expectations::teams_user(self.client.cloud());
        expected.client_id = Some(client_id.to_owned());
        expected.user_object_id = Some(user_object_id.to_owned());
        let inspection = inspect(aad_token, &expected, (self.now)());
        if let (false, Some(error)) = (self.preflight == Preflight::Off, inspection.to_error()) {
            if self.preflight == Preflight::Enforce {
                return Err(error);
            }
            warn!(
                check = error.code.as_deref(),
                "the pre-flight objects: {}", error.reason
            );
        }
        let facts = inspection.facts();
        // GUIDs differ in case only.
        let lower = |id: &str| id.to_ascii_lowercase();
        let key = CacheKey::new(
            &self.secret,
            &KeyParts {
                authority: &self.client.cloud().authority,
                endpoint: self.client.endpoint().url(),
                client_id: &lower(client_id),
                tenant_id: &lower(facts.tenant_id.as_deref().unwrap_or_default()),
                user_object_id: &lower(user_object_id),
                aad_token,
            },
        );
        if let Some(token) = self.kept(&key).await {
            self.tell(Event::CacheHit);
            return Ok(token);
        }
        let now = Instant::now();
        let wanted = Wanted {
            aad_token,
            client_id,
            user_object_id,
            key,
            expires_at: facts.expires_at,
            deadline: now
                .checked_add(timeout)
                .unwrap_or(now + Duration::from_secs(86_400)),
        };
        let joined = self.flights.join(&key.entry, || self.go(&wanted));
        match tokio::time::timeout_at(wanted.deadline, joined).await {
            Ok((result, Part::Went)) => result,
            Ok((result, Part::Waited)) => {
                self.tell(Event::Coalesced);
                result
            }
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!("No token came within {timeout:?}."),
            )),
        }
    }

    /// A kept token, or a kept refusal as `None`.
    async fn kept(&self, key: &CacheKey) -> Option<AccessToken> {
        Some(self.memory.as_ref()?.get(key).await?.token)
    }

    /// What the one who goes does for all.
    async fn go(&self, wanted: &Wanted<'_>) -> Brought {
        if let Some(token) = self.kept(&wanted.key).await {
            self.tell(Event::CacheHit);
            return for_all(Ok(token));
        }
        if let Some(refusals) = &self.refusals {
            if let Some(error) = refusals.get(&wanted.key.entry).await {
                self.tell(Event::RefusalRemembered);
                return for_all(Err(error));
            }
        }
        let Some(shared) = &self.shared else {
            return self.ask(wanted, None).await;
        };
        let session = self.memory.as_ref().map(|memory| memory.begin(&wanted.key.user));
        if let Some(kept) = self.find(shared.as_ref(), wanted).await {
            self.tell(Event::SharedCacheHit);
            if let (Some(memory), Some(session)) = (&self.memory, &session) {
                memory.put(&wanted.key, session, &kept.token, kept.lifetime).await;
            }
            return for_all(Ok(kept.token));
        }
        let brought = self.ask(wanted, Some(shared.as_ref())).await;
        if self.lock_across_processes {
            shared.unlock(&wanted.key).await;
        }
        brought
    }

    /// Looks into the shared cache; and with the lock, waits a while for another process that exchanges.
    async fn find(&self, shared: &dyn SharedCache, wanted: &Wanted<'_>) -> Option<Kept> {
        let kept = shared.get(&wanted.key).await;
        if kept.is_some() || !self.lock_across_processes {
            return kept;
        }
        for _ in 0..POLLS {
            if shared.lock(&wanted.key).await {
                // The other one may have put it between the look and the lock.
                return shared.get(&wanted.key).await;
            }
            tokio::time::sleep(POLL).await;
            if let Some(kept) = shared.get(&wanted.key).await {
                return Some(kept);
            }
        }
        None
    }

    /// Asks the service, when the limit allows it, and keeps what it says.
    async fn ask(&self, wanted: &Wanted<'_>, shared: Option<&dyn SharedCache>) -> Brought {
        let session = self.memory.as_ref().map(|memory| memory.begin(&wanted.key.user));
        let since = match shared {
            Some(shared) => shared.epoch(&wanted.key).await,
            None => None,
        };
        if let Err(error) = self.wait_for_leave(wanted, shared).await {
            // Another caller may have more time.
            return Brought {
                result: Err(error),
                for_all: false,
            };
        }
        let begun = Instant::now();
        let left = wanted.deadline.saturating_duration_since(begun);
        let result = self
            .client
            .with_timeout(left)
            .without_throttled_retries()
            .get_token_for_teams_user(wanted.aad_token, wanted.client_id, wanted.user_object_id)
            .await;
        self.tell(Event::Exchanged {
            error: result.as_ref().err().map(|error| error.kind),
            took: begun.elapsed(),
        });
        match &result {
            Ok(token) => {
                let lifetime = self.lifetime(token, wanted.expires_at);
                if lifetime.is_zero() {
                    return for_all(result);
                }
                if let (Some(memory), Some(session)) = (&self.memory, &session) {
                    memory.put(&wanted.key, session, token, lifetime).await;
                }
                if let Some(shared) = shared {
                    shared.put(&wanted.key, token, lifetime, since).await;
                }
            }
            Err(error) => self.learn(error, wanted, shared).await,
        }
        let mine_alone = matches!(&result, Err(error) if error.kind == ErrorKind::Timeout);
        Brought {
            result,
            for_all: !mine_alone,
        }
    }

    /// Waits until the limiter lets this exchange go ahead.
    async fn wait_for_leave(&self, wanted: &Wanted<'_>, shared: Option<&dyn SharedCache>) -> Result<()> {
        loop {
            let told = match shared {
                Some(shared) => shared.admit().await,
                None => None,
            };
            let wait = match told.unwrap_or_else(|| self.limiter.admit()) {
                Admission::Now => return Ok(()),
                Admission::Wait(wait) => wait,
            };
            let refused = Instant::now() + wait >= wanted.deadline;
            self.tell(Event::Limited { wait, refused });
            if refused {
                let mut error = Error::new(
                    ErrorKind::Throttled,
                    "The limit for exchanges is reached: wait before the next try.",
                )
                .with_code("limited");
                error.retry_after = Some(wait);
                return Err(error);
            }
            debug!(?wait, "waiting for the limit of exchanges");
            tokio::time::sleep(wait).await;
        }
    }

    async fn learn(&self, error: &Error, wanted: &Wanted<'_>, shared: Option<&dyn SharedCache>) {
        match error.kind {
            ErrorKind::Throttled => {
                let wait = error.retry_after.unwrap_or(PAUSE).min(LONGEST_PAUSE);
                warn!(?wait, "the service throttles exchanges: pausing");
                self.tell(Event::Paused { wait });
                self.limiter.pause(wait);
                if let Some(shared) = shared {
                    shared.pause(wait).await;
                }
            }
            ErrorKind::EntraTokenRejected | ErrorKind::ValidationFailed => {
                if let Some(refusals) = &self.refusals {
                    refusals.insert(wanted.key.entry, error.clone()).await;
                }
            }
            _ => {}
        }
    }

    /// How long a token is kept: until shortly before it or the Entra token expires. Exchanging the same Entra token again
    /// would not bring a longer one.
    fn lifetime(&self, token: &AccessToken, expires_at: Option<i64>) -> Duration {
        let entra = expires_at
            .and_then(|at| u64::try_from(at).ok())
            .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at)));
        let until = entra.map_or(token.expires_on, |entra| entra.min(token.expires_on));
        let left = until.duration_since(self.now()).unwrap_or_default();
        left.saturating_sub(MARGIN).min(self.longest_kept)
    }

    fn now(&self) -> SystemTime {
        (self.now)()
    }

    fn tell(&self, event: Event) {
        if let Some(observer) = &self.observer {
            observer.on_event(event);
        }
    }
}

fn for_all(result: Result<AccessToken>) -> Brought {
    Brought {
        result,
        for_all: true,
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
