//! What the one who goes does for all who want the same.

use std::time::{Duration, UNIX_EPOCH};

use tokio::time::{Instant, timeout_at};
use tracing::debug;

use super::flight::{Lead, NotBefore};
use super::limiter::{LIMITED, PAUSE};
use super::{Inner, Wanted};
use crate::cache::SharedCache;
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::observe::Event;

/// A token is not given from a cache when it has less than this left.
const MARGIN: Duration = Duration::from_secs(120);
/// Between two looks for what another process exchanges.
const POLL: Duration = Duration::from_millis(50);
/// How often is looked, before this process exchanges as well.
const POLLS: u32 = 40;

/// A token, and how long it may be kept.
struct Fetched {
    token: AccessToken,
    lifetime: Duration,
    /// It is new, so that the shared cache wants it too.
    new: bool,
}

/// What stays of an attempt that its deadline ended.
#[derive(Default)]
struct Left {
    locked: bool,
    since: Option<u64>,
}

impl Inner {
    /// Gets the token from where it is kept or from the service, and keeps it.
    pub(super) async fn lead(&self, lead: Lead<'_>, wanted: &Wanted<'_>) -> Result<AccessToken> {
        // It may have been put between the caller's look and its turn.
        if let Some(token) = self.kept(&wanted.key).await {
            lead.land(Ok(token.clone()));
            return Ok(token);
        }
        if let Some(refusals) = &self.refusals {
            if let Some(error) = refusals.get(&wanted.key.entry).await {
                self.tell(Event::RefusalRemembered);
                lead.land(Err(error.clone()));
                return Err(error);
            }
        }
        let session = self.memory.as_ref().map(|memory| memory.begin(&wanted.key.user));
        let mut left = Left::default();
        let fetched = timeout_at(wanted.deadline, self.fetch(wanted, &mut left)).await;
        let result = match fetched.unwrap_or_else(|_| Err(wanted.timed_out())) {
            Ok(fetched) => {
                // The token is there: no deadline takes it back, and nobody waits for the shared cache.
                if let (false, Some(memory), Some(session)) =
                    (fetched.lifetime.is_zero(), &self.memory, &session)
                {
                    memory
                        .put(&wanted.key, session, &fetched.token, fetched.lifetime)
                        .await;
                }
                lead.land(Ok(fetched.token.clone()));
                if let (true, false, Some(shared)) = (fetched.new, fetched.lifetime.is_zero(), &self.shared) {
                    shared
                        .put(&wanted.key, &fetched.token, fetched.lifetime, left.since)
                        .await;
                }
                Ok(fetched.token)
            }
            Err(error) => {
                end(lead, &error);
                Err(error)
            }
        };
        if let (true, Some(shared)) = (left.locked, &self.shared) {
            shared.unlock(&wanted.key).await;
        }
        result
    }

    async fn fetch(&self, wanted: &Wanted<'_>, left: &mut Left) -> Result<Fetched> {
        if let Some(shared) = &self.shared {
            if let Some(found) = self.find(shared.as_ref(), wanted, left).await {
                self.tell(Event::SharedCacheHit);
                return Ok(found);
            }
            left.since = shared.epoch(&wanted.key).await;
        }
        self.limiter.admit(Some(wanted.deadline)).await?;
        let token = self.ask(wanted).await?;
        Ok(Fetched {
            lifetime: self.lifetime(&token, wanted.expires_at),
            token,
            new: true,
        })
    }

    /// Looks into the shared cache; and with the lock, waits a while for another process that exchanges.
    async fn find(&self, shared: &dyn SharedCache, wanted: &Wanted<'_>, left: &mut Left) -> Option<Fetched> {
        let look = async || {
            let kept = shared.get(&wanted.key).await?;
            Some(Fetched {
                token: kept.token,
                lifetime: kept.lifetime,
                new: false,
            })
        };
        let found = look().await;
        if found.is_some() || !self.lock_across_processes {
            return found;
        }
        for _ in 0..POLLS {
            left.locked = shared.lock(&wanted.key).await;
            if left.locked {
                // The other one may have put it between the look and the lock.
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

    /// Asks the service, with leave, and remembers what it says.
    async fn ask(&self, wanted: &Wanted<'_>) -> Result<AccessToken> {
        let begun = Instant::now();
        let result = self
            .client
            .with_timeout(wanted.deadline.saturating_duration_since(begun))
            .get_token_for_teams_user(wanted.aad_token, wanted.client_id, wanted.user_object_id)
            .await;
        let error = result.as_ref().err().map(|error| error.kind);
        let took = begun.elapsed();
        debug!(target: "acs_auth::exchange", event = "exchanged", error = error.map(ErrorKind::name), ?took, "exchanged");
        self.tell(Event::Exchanged { error, took });
        match result {
            Err(mut error) if error.kind == ErrorKind::Throttled => {
                self.limiter.pause(error.retry_after).await;
                error.retry_after.get_or_insert(PAUSE);
                Err(error)
            }
            Err(error) => {
                let of_the_token = matches!(
                    error.kind,
                    ErrorKind::EntraTokenRejected | ErrorKind::ValidationFailed
                );
                if let (true, Some(refusals)) = (of_the_token, &self.refusals) {
                    refusals.insert(wanted.key.entry, error.clone()).await;
                }
                Err(error)
            }
            Ok(token) => Ok(token),
        }
    }

    /// How long a token is kept: until shortly before it or the Entra token expires. Exchanging the same Entra token again
    /// would not bring a longer one.
    fn lifetime(&self, token: &AccessToken, expires_at: Option<i64>) -> Duration {
        let entra = expires_at
            .and_then(|at| u64::try_from(at).ok())
            .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at)));
        let until = entra.map_or(token.expires_on, |entra| entra.min(token.expires_on));
        let left = until.duration_since((self.now)()).unwrap_or_default();
        left.saturating_sub(MARGIN).min(self.longest_kept)
    }
}

/// Shares a failure with those who waited, unless it comes from the caller's own haste.
fn end(lead: Lead<'_>, error: &Error) {
    if error.kind == ErrorKind::Timeout {
        lead.hand_over(None);
    } else if error.code.as_deref() == Some(LIMITED) {
        let wait = error.retry_after.unwrap_or_default();
        lead.hand_over(Instant::now().checked_add(wait).map(|at| NotBefore {
            at,
            error: error.clone(),
        }));
    } else {
        lead.land(Err(error.clone()));
    }
}
