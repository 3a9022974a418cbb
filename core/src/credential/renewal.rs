//! The bearer token of a [`TokenCredential`], renewed before it ends and apart from the calls that need it.

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, warn};

use super::{ACS_SCOPE, AccessTokenInfo, TokenCredential, TokenRequestOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::locking::lock;
use crate::secret::Secret;

/// How long before its end a token is renewed, unless its credential says when; half its lifetime if that is shorter.
const MARGIN: Duration = Duration::from_secs(300);
/// A renewed token is not renewed again before this, whatever its credential says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(30);
/// A renewal is given up after this.
const LONGEST_RENEWAL: Duration = Duration::from_secs(60);
/// After how long a renewal without an answer another one may begin, whatever the timeout of the client's calls is.
const MIN_STALL_TIMEOUT: Duration = Duration::from_secs(1);
const MAX_STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The wait after a first failed renewal, doubled by each further one.
const BACKOFF: Duration = Duration::from_millis(500);
/// The longest such wait while a token is still good, and while there is none.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
const LONGEST_BACKOFF_WITHOUT_TOKEN: Duration = Duration::from_secs(5);

/// A token and when to renew it.
#[derive(Clone)]
pub(super) struct Held {
    /// The number of the renewal that brought it.
    pub(super) id: u64,
    pub(super) token: Secret,
    expires_on: SystemTime,
    renew_at: SystemTime,
}

impl Held {
    fn new(id: u64, info: AccessTokenInfo, now: SystemTime) -> Self {
        let lifetime = info.expires_on.duration_since(now).unwrap_or_default();
        let half = lifetime / 2;
        let renew_at = match info.refresh_on.filter(|at| *at < info.expires_on) {
            Some(at) => at.max(now + SHORTEST_INTERVAL.min(half)),
            None => info.expires_on.checked_sub(MARGIN.min(half)).unwrap_or(now),
        };
        Self {
            id,
            token: info.token,
            expires_on: info.expires_on,
            renew_at,
        }
    }
}

/// Holds the token of a credential and renews it: one renewal at a time, which outlives the calls that wait for it.
pub(crate) struct RenewedToken(Arc<Shared>);

struct Shared {
    source: Arc<dyn TokenCredential>,
    /// After how long a renewal is taken for hung, so that another one may begin beside it.
    stall_timeout: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// What the service asked of the next token.
    claims: Option<String>,
    renewal: Option<Renewal>,
    /// A renewal that seems to hang. Its answer is still taken if it comes.
    stalled: Option<Stalled>,
    failure: Option<Failure>,
    renewals: u64,
}

/// A renewal under way.
struct Renewal {
    id: u64,
    begun: Instant,
    task: AbortHandle,
    /// Closed without an outcome where the task was aborted or its runtime ended.
    outcome: watch::Receiver<Option<Result<Held>>>,
}

struct Stalled {
    id: u64,
    task: AbortHandle,
}

/// The last renewal failed.
struct Failure {
    error: Error,
    count: u32,
    at: Instant,
}

impl Failure {
    /// How long no renewal is to be tried yet.
    fn wait(&self, longest: Duration, now: Instant) -> Option<Duration> {
        let backoff = BACKOFF.saturating_mul(1 << self.count.saturating_sub(1).min(16));
        let left = backoff.min(longest).checked_sub(now.duration_since(self.at))?;
        (!left.is_zero()).then_some(left)
    }
}

impl RenewedToken {
    /// `timeout` is that of the client's calls: a renewal that takes longer does not keep others from trying.
    pub(crate) fn new(source: Arc<dyn TokenCredential>, timeout: Duration) -> Self {
        Self(Arc::new(Shared {
            source,
            stall_timeout: timeout.clamp(MIN_STALL_TIMEOUT, MAX_STALL_TIMEOUT),
            state: Mutex::default(),
        }))
    }

    /// The token to send. A good one is returned at once, whether or not it is being renewed.
    pub(super) async fn get(&self, now: SystemTime) -> Result<Held> {
        loop {
            let (mut outcome, stalls_at) = {
                let mut state = self.0.state();
                let at = Instant::now();
                if let Some(held) = state.held.clone().filter(|held| held.expires_on > now) {
                    if now >= held.renew_at {
                        self.0.renew_in_background(&mut state, now, at);
                    }
                    return Ok(held);
                }
                if state.begins(at, self.0.stall_timeout) {
                    if let Some((failure, wait)) = state.backs_off(LONGEST_BACKOFF_WITHOUT_TOKEN, at) {
                        let mut error = failure.error.clone();
                        error.details_mut().retry_after = Some(wait);
                        return Err(error);
                    }
                    self.0.begin(&mut state, now, at);
                }
                let Some(renewal) = &state.renewal else { continue };
                (renewal.outcome.clone(), renewal.begun + self.0.stall_timeout)
            };
            if let Ok(Ok(outcome)) = timeout_at(stalls_at, outcome.wait_for(Option::is_some)).await {
                if let Some(outcome) = outcome.clone() {
                    return outcome;
                }
            }
            // It hangs, its runtime ended, or something made it useless.
        }
    }

    /// The service rejected this token: it is not used again.
    pub(super) fn rejected(&self, id: u64) {
        self.0.state().drop_token(id);
    }

    /// The service asks for a token with these claims in place of this one. Returns `true`: another try is worth it.
    pub(super) fn challenged(&self, id: u64, claims: String) -> bool {
        let mut state = self.0.state();
        let is_known = state.claims.as_ref() == Some(&claims);
        let is_replaced = state.held.as_ref().is_some_and(|held| held.id != id);
        if is_known || is_replaced {
            return true;
        }
        state.drop_token(id);
        state.claims = Some(claims);
        // What was begun without the claims brings a token that would be rejected again.
        for task in state.take_tasks() {
            task.abort();
        }
        true
    }
}

impl Drop for RenewedToken {
    /// Nobody is left who could use what a renewal brings, and a host may wait for the release of its credential.
    fn drop(&mut self) {
        for task in self.0.state().take_tasks() {
            task.abort();
        }
    }
}

impl State {
    /// Whether a renewal is to begin: none is under way, or the one under way seems to hang or has died.
    fn begins(&self, at: Instant, stall_timeout: Duration) -> bool {
        self.renewal.as_ref().is_none_or(|renewal| {
            renewal.outcome.has_changed().is_err() || at.duration_since(renewal.begun) >= stall_timeout
        })
    }

    fn backs_off(&self, longest: Duration, at: Instant) -> Option<(&Failure, Duration)> {
        let failure = self.failure.as_ref()?;
        Some((failure, failure.wait(longest, at)?))
    }

    fn drop_token(&mut self, id: u64) {
        if self.held.as_ref().is_some_and(|held| held.id == id) {
            self.held = None;
        }
    }

    fn take_tasks(&mut self) -> impl Iterator<Item = AbortHandle> + use<> {
        let renewal = self.renewal.take().map(|renewal| renewal.task);
        let stalled = self.stalled.take().map(|stalled| stalled.task);
        renewal.into_iter().chain(stalled)
    }

    fn is_under_way(&self, id: u64) -> bool {
        self.renewal.as_ref().is_some_and(|renewal| renewal.id == id)
            || self.stalled.as_ref().is_some_and(|stalled| stalled.id == id)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn renew_in_background(self: &Arc<Self>, state: &mut State, now: SystemTime, at: Instant) {
        if state.begins(at, self.stall_timeout) && state.backs_off(LONGEST_BACKOFF, at).is_none() {
            self.begin(state, now, at);
        }
    }

    /// Begins a renewal on the runtime. One that seems to hang goes on beside it; an older one is given up.
    fn begin(self: &Arc<Self>, state: &mut State, now: SystemTime, at: Instant) {
        state.renewals += 1;
        let id = state.renewals;
        let options = TokenRequestOptions {
            claims: state.claims.clone(),
        };
        let (sender, outcome) = watch::channel(None);
        let mut completion = Completion {
            shared: Arc::clone(self),
            id,
            outcome: sender,
        };
        let task = tokio::spawn(async move {
            let source = Arc::clone(&completion.shared.source);
            let scopes = [ACS_SCOPE];
            let result = match timeout(LONGEST_RENEWAL, source.get_token_info(&scopes, &options)).await {
                Ok(result) => result.map(|info| Held::new(id, info, now + at.elapsed())),
                Err(_) => Err(Error::new(
                    ErrorKind::Timeout,
                    format!("The token credential returned no token within {LONGEST_RENEWAL:?}."),
                )),
            };
            completion.complete(result);
        });
        let former = state.renewal.replace(Renewal {
            id,
            begun: at,
            task: task.abort_handle(),
            outcome,
        });
        if let Some(former) = former {
            warn!("the token credential does not answer: asking again");
            let stalled = Stalled {
                id: former.id,
                task: former.task,
            };
            if let Some(older) = state.stalled.replace(stalled) {
                older.task.abort();
            }
        }
    }

    /// Takes the outcome of a renewal, unless it came to nothing meanwhile. Returns what its waiters get.
    fn take(&self, id: u64, result: Result<Held>) -> Option<Result<Held>> {
        let mut state = self.state();
        if !state.is_under_way(id) {
            return None;
        }
        match &result {
            Ok(held) => {
                debug!("renewed the bearer token");
                state.held = Some(held.clone());
                state.claims = None;
                state.failure = None;
            }
            Err(_) if state.stalled.as_ref().is_some_and(|stalled| stalled.id == id) => {
                // The one that was begun after it decides.
                state.stalled = None;
                return None;
            }
            Err(error) => {
                if state.held.is_some() {
                    warn!(kind = %error.kind, "the token credential failed: the former token stays in use");
                } else {
                    // The calls that wait for it return the error.
                    debug!(kind = %error.kind, "the token credential failed");
                }
                let count = state.failure.as_ref().map_or(0, |failure| failure.count) + 1;
                state.failure = Some(Failure {
                    error: error.clone(),
                    count,
                    at: Instant::now(),
                });
            }
        }
        for task in state.take_tasks() {
            // Aborting the one that ends here changes nothing.
            task.abort();
        }
        Some(result)
    }
}

/// The end of a renewal.
struct Completion {
    shared: Arc<Shared>,
    id: u64,
    outcome: watch::Sender<Option<Result<Held>>>,
}

impl Completion {
    fn complete(&mut self, result: Result<Held>) {
        if let Some(outcome) = self.shared.take(self.id, result) {
            self.outcome.send_replace(Some(outcome));
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason = "The token credential panicked.";
            self.complete(Err(Error::new(ErrorKind::CredentialDenied, reason)));
        }
    }
}

impl fmt::Debug for RenewedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RenewedToken").field(&self.0.source).finish()
    }
}
