//! The leader: the work done once for all callers with the same token.

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use tokio::time::Instant;
use tracing::debug;
use zeroize::Zeroizing;

use super::callers::Callers;
use super::limiter::{Limiter, PAUSE};
use super::state::{Flight, Inner};
use super::subject::Operation;
use crate::cache::{CacheKey, Exchanged, SharedCache};
use crate::credential::CredentialId;
use crate::error::{Error, ErrorKind, Result};
use crate::locking::lock;
use crate::models::{AccessToken, CommunicationUserToken};
use crate::observe::Event;
use crate::pipeline::Gate;
use crate::transport::BoxFuture;

/// A token with less than this left is not returned from a cache.
pub(super) const MARGIN: Duration = Duration::from_secs(120);
/// The interval at which the shared cache is polled for the token that another process exchanges.
const POLL: Duration = Duration::from_millis(50);
/// The number of polls after which this process exchanges the token itself.
const POLLS: u32 = 40;

/// One exchange: its arguments, and values derived from them.
pub(super) struct ExchangeRequest {
    pub(super) aad_token: Zeroizing<String>,
    pub(super) operation: Operation,
    /// The user whose share of the limit it counts against; `None` if the token names none.
    pub(super) user: Option<[u8; 32]>,
    pub(super) key: CacheKey,
    /// The credential that is a part of the key.
    pub(super) credential: CredentialId,
    /// When the Entra token expires, in seconds since 1970, if it can be read.
    pub(super) expires_at: Option<i64>,
}

/// A token, and how long it may be cached.
struct Fetched {
    exchanged: Exchanged,
    lifetime: Duration,
    /// Whether it was exchanged just now, so that it must also be written to the shared cache.
    new: bool,
}

/// State that is needed after the exchange, however it ends: the lock to release, and the epoch for the
/// shared cache.
#[derive(Default)]
struct Noted {
    locked: bool,
    since: Option<u64>,
}

impl Inner {
    /// Gets the token from a cache or from the service, and caches it. Ends early only if all callers leave
    /// before the exchange has its slot; from then on it runs to its end.
    pub(super) async fn run_as_leader(
        self: Arc<Self>,
        request: ExchangeRequest,
        flight: Flight,
    ) -> Result<Exchanged> {
        // Another exchange may have cached it since the caller looked.
        if let Some(exchanged) = self.cached(&request.key) {
            return Ok(exchanged);
        }
        if let Some(rejections) = &self.rejections {
            if let Some(error) = rejections.get(&request.key.entry) {
                self.tell(Event::NegativeCacheHit);
                return Err(Error::clone(&error));
            }
        }
        let session = self.memory.as_ref().map(|memory| memory.begin(&request.key.user));
        let mut noted = Noted::default();
        let fetched = self.fetch(&request, &flight, &mut noted).await;
        if let (Ok(fetched), Some(memory), Some(session)) = (&fetched, &self.memory, &session) {
            if !fetched.lifetime.is_zero() {
                memory.put(&request.key, session, &fetched.exchanged, fetched.lifetime);
            }
        }
        let result = match &fetched {
            Ok(fetched) => Ok(fetched.exchanged.clone()),
            Err(error) => Err(error.clone()),
        };
        if let Some(shared) = self.shared.clone() {
            let new = fetched
                .ok()
                .filter(|fetched| fetched.new && !fetched.lifetime.is_zero());
            let key = request.key;
            if new.is_some() || noted.locked {
                // In a task, so that the waiters do not wait for the shared cache.
                let storing = Storing::begin(flight);
                tokio::spawn(async move {
                    if let Some(new) = new {
                        shared.put(&key, &new.exchanged, new.lifetime, noted.since).await;
                    }
                    drop(storing);
                    if noted.locked {
                        shared.unlock(&key).await;
                    }
                });
            }
        }
        result
    }

    async fn fetch(&self, request: &ExchangeRequest, flight: &Flight, noted: &mut Noted) -> Result<Fetched> {
        if let Some(shared) = &self.shared {
            let found = tokio::select! {
                biased;
                found = self.find(shared.as_ref(), request, noted) => found,
                () = flight.left() => return Err(left()),
            };
            if let Some(found) = found {
                self.tell(Event::SharedCacheHit);
                return Ok(found);
            }
            noted.since = shared.epoch(&request.key).await;
        }
        let callers = &flight.context().callers;
        // Not cancelled if the last caller leaves: a slot that was reserved at that moment would be lost.
        let admitted = self.limiter.admit(request.user.as_ref(), callers).await?;
        tokio::select! {
            biased;
            gone = admitted.go() => gone?,
            () = flight.left() => return Err(left()),
        }
        let exchanged = self.ask(request, flight).await?;
        // The credential may have changed meanwhile; the entry's key names the former one.
        let is_owned = request.credential == self.client.credential_id();
        let lifetime = self.lifetime(&exchanged.token, request.expires_at);
        Ok(Fetched {
            lifetime: if is_owned { lifetime } else { Duration::ZERO },
            exchanged,
            new: true,
        })
    }

    /// Looks into the shared cache. If the distributed lock is enabled, waits a while for another process
    /// that exchanges the token.
    async fn find(
        &self,
        shared: &dyn SharedCache,
        request: &ExchangeRequest,
        noted: &mut Noted,
    ) -> Option<Fetched> {
        let look = async || {
            let kept = shared.get(&request.key).await?;
            Some(Fetched {
                exchanged: kept.exchanged,
                lifetime: kept.lifetime,
                new: false,
            })
        };
        let found = look().await;
        if found.is_some() || !self.distributed_lock {
            return found;
        }
        for _ in 0..POLLS {
            noted.locked = shared.lock(&request.key).await;
            if noted.locked {
                // Another process may have cached it between the look and the lock.
                return look().await;
            }
            tokio::time::sleep(POLL).await;
            let found = look().await;
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Exchanges the token and caches a rejection. Has its own deadline: the exchanger's timeout, or the
    /// latest of the callers' deadlines if that is later.
    async fn ask(&self, request: &ExchangeRequest, flight: &Flight) -> Result<Exchanged> {
        let begun = Instant::now();
        let callers = Arc::clone(&flight.context().callers);
        let timeout = callers
            .deadline()
            .saturating_duration_since(begun)
            .max(self.timeout);
        let gate = Arc::new(RetryGate {
            limiter: Arc::clone(&self.limiter),
            callers,
            flight: flight.clone(),
            waited: Mutex::default(),
        });
        let client = self.client.with_timeout(timeout).with_gate(gate.clone());
        let result = match &request.operation {
            Operation::TeamsUser {
                client_id,
                user_object_id,
            } => client
                .get_token_for_teams_user(&request.aad_token, client_id, user_object_id)
                .await
                .map(Exchanged::from),
            Operation::TeamsExtension => client
                .get_token_for_teams_extension_user(&request.aad_token)
                .await
                .map(|CommunicationUserToken { user, token }| Exchanged {
                    token,
                    user: Some(user),
                }),
        };
        let error = result.as_ref().err().map(|error| error.kind);
        let took = begun.elapsed();
        debug!(target: "acs_auth::exchange", event = "exchanged", error = error.map(ErrorKind::name), ?took, "exchanged");
        self.tell(Event::Exchanged { error, took });
        match result {
            Err(mut error) if error.kind == ErrorKind::Throttled => {
                self.limiter.pause(error.retry_after).await;
                error.details_mut().retry_after.get_or_insert(PAUSE);
                Err(error)
            }
            Err(error) => {
                let of_the_token = matches!(
                    error.kind,
                    ErrorKind::EntraTokenRejected | ErrorKind::ValidationFailed
                );
                if let (true, Some(rejections)) = (of_the_token, &self.rejections) {
                    rejections.insert(request.key.entry, Arc::new(error.clone()));
                }
                Err(error)
            }
            Ok(exchanged) => {
                self.limiter.learn(took.saturating_sub(gate.waited()));
                Ok(exchanged)
            }
        }
    }

    /// How long a token is cached: until shortly before it or the Entra token expires. Exchanging the same
    /// Entra token again would not return a longer one.
    fn lifetime(&self, token: &AccessToken, expires_at: Option<i64>) -> Duration {
        let entra = expires_at
            .and_then(|at| u64::try_from(at).ok())
            .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at)));
        let until = entra.map_or(token.expires_on, |entra| entra.min(token.expires_on));
        let left = until.duration_since((self.now)()).unwrap_or_default();
        left.saturating_sub(MARGIN).min(self.max_ttl)
    }
}

/// Exists while the result is being written to the shared cache. Dropped when that has ended, successfully or
/// not.
struct Storing(Flight);

impl Storing {
    fn begin(flight: Flight) -> Self {
        flight.context().storing.send_replace(true);
        Self(flight)
    }
}

impl Drop for Storing {
    fn drop(&mut self) {
        self.0.context().storing.send_replace(false);
    }
}

/// The error after all callers have left, which no caller receives.
fn left() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "All callers left before the exchange began.",
    )
}

/// Allows a retry of an exchange only if a slot is free in time for one of its callers.
struct RetryGate {
    limiter: Arc<Limiter>,
    callers: Arc<Callers>,
    flight: Flight,
    /// How long the retries waited for their slots.
    waited: Mutex<Duration>,
}

impl RetryGate {
    fn waited(&self) -> Duration {
        *lock(&self.waited)
    }
}

impl Gate for RetryGate {
    fn is_worthwhile(&self, wait: Duration) -> bool {
        !self.flight.is_empty() && self.limiter.fits_again(wait, &self.callers)
    }

    fn admit_again(&self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            if self.flight.is_empty() {
                return false;
            }
            let asked = Instant::now();
            let Ok(admitted) = self.limiter.admit(None, &self.callers).await else {
                return false;
            };
            let goes = tokio::select! {
                biased;
                gone = admitted.go() => gone.is_ok(),
                () = self.flight.left() => false,
            };
            *lock(&self.waited) += asked.elapsed();
            goes
        })
    }
}

impl std::fmt::Debug for RetryGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RetryGate").finish_non_exhaustive()
    }
}
