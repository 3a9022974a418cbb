//! The token of a [`TokenCredential`], renewed before it expires and independently of the calls that need it.

mod ahead;
mod rules;
#[cfg(test)]
pub(crate) mod scripted;
mod state;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, warn};

pub(crate) use self::rules::RenewalRules;
use self::state::{Failure, Held, Renewal, Stalled, State};
use super::{TokenCredential, TokenRequestOptions};
use crate::clock::after;
use crate::error::{Error, ErrorKind, Result};
use crate::locking::lock;
use crate::models::AccessToken;

/// The timeout of a renewal.
const LONGEST_RENEWAL: Duration = Duration::from_secs(60);
/// The longest backoff after failed renewals while there is a valid token, and while there is none.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
const LONGEST_BACKOFF_WITHOUT_TOKEN: Duration = Duration::from_secs(5);

/// Holds the token of a credential and renews it. One renewal runs at a time, in a task that outlives the
/// calls that wait for it.
pub(crate) struct RenewedToken(Arc<Shared>);

struct Shared {
    source: Arc<dyn TokenCredential>,
    rules: RenewalRules,
    state: Mutex<State>,
    /// Notified when the token changes or is dropped, and when a renewal fails.
    changed: Arc<Notify>,
}

impl RenewedToken {
    pub(crate) fn new(source: Arc<dyn TokenCredential>, rules: RenewalRules) -> Self {
        Self(Arc::new(Shared {
            source,
            rules,
            state: Mutex::default(),
            changed: Arc::default(),
        }))
    }

    /// Uses this token until it is to be renewed.
    pub(crate) fn begin_with(&self, token: AccessToken, now: SystemTime) {
        let mut state = self.0.state();
        state.renewals += 1;
        state.held = Some(Held::new(state.renewals, token.into(), now, &self.0.rules));
    }

    /// Aborts renewals and drops the token.
    pub(crate) fn close(&self) {
        let mut state = self.0.state();
        state.is_closed = true;
        state.held = None;
        let ahead = state.ahead.take();
        for task in state.take_tasks().chain(ahead) {
            task.abort();
        }
    }

    /// Returns the token to send. A valid one is returned at once, even while it is renewed, unless the rules
    /// require the caller to wait for the renewal.
    pub(crate) async fn get(&self, now: SystemTime) -> Result<Held> {
        let begun = Instant::now();
        let mut has_waited = false;
        loop {
            let (mut outcome, stalls_at, good) = {
                let mut state = self.0.state();
                let at = Instant::now();
                let now = after(now, at.duration_since(begun));
                if state.is_closed {
                    return Err(self.0.rules.closed());
                }
                let good = state.held.clone().filter(|held| held.expires_on > now);
                if let Some(held) = &good {
                    if now >= held.renew_at {
                        self.0.renew_in_background(&mut state, now, at);
                    }
                    let waits = !has_waited && now >= held.wait_from;
                    if !waits || state.begins(at, self.0.rules.stall_timeout) {
                        return Ok(held.clone());
                    }
                } else if state.begins(at, self.0.rules.stall_timeout) {
                    if let Some((failure, wait)) = state.backs_off(LONGEST_BACKOFF_WITHOUT_TOKEN, at) {
                        let mut error = failure.error.clone();
                        error.details_mut().retry_after = Some(wait);
                        return Err(error);
                    }
                    self.0.begin(&mut state, now, at);
                }
                let Some(renewal) = &state.renewal else { continue };
                let stalls_at = match good {
                    Some(_) => after(at, self.0.rules.wait),
                    None => after(renewal.begun, self.0.rules.stall_timeout),
                };
                (renewal.outcome.clone(), stalls_at, good)
            };
            let ended = timeout_at(stalls_at, outcome.wait_for(Option::is_some)).await;
            match ended.ok().and_then(|ended| ended.ok()?.clone()) {
                Some(Err(_)) if good.is_some() => {}
                Some(outcome) => return outcome,
                // The renewal hangs, its runtime ended, or it was aborted.
                None => {}
            }
            has_waited = true;
        }
    }

    /// Drops this token, which the service rejected.
    pub(super) fn rejected(&self, id: u64) {
        self.0.state().drop_token(id);
        self.0.changed.notify_one();
    }

    /// Drops this token, because the service requires one with these claims. Returns `true`: a retry gets
    /// such a token.
    pub(super) fn challenged(&self, id: u64, claims: String) -> bool {
        let mut state = self.0.state();
        let is_known = state.claims.as_ref() == Some(&claims);
        let is_replaced = state.held.as_ref().is_some_and(|held| held.id != id);
        if is_known || is_replaced {
            return true;
        }
        state.drop_token(id);
        self.0.changed.notify_one();
        state.claims = Some(claims);
        // A renewal that was begun without the claims would return a token that is rejected again.
        for task in state.take_tasks() {
            task.abort();
        }
        true
    }
}

impl Drop for RenewedToken {
    /// No call needs the token any more, and a host may wait for the release of its credential.
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn renew_in_background(self: &Arc<Self>, state: &mut State, now: SystemTime, at: Instant) {
        if state.begins(at, self.rules.stall_timeout) && state.backs_off(LONGEST_BACKOFF, at).is_none() {
            self.begin(state, now, at);
        }
    }

    /// Starts a renewal task. One that seems to hang continues beside it; an even older one is aborted.
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
            let rules = completion.shared.rules.clone();
            let result = match timeout(LONGEST_RENEWAL, source.get_token_info(rules.scopes, &options)).await {
                Ok(result) => {
                    let now = after(now, at.elapsed());
                    result
                        .and_then(|info| rules.usable(info, now))
                        .map(|info| Held::new(id, info, now, &rules))
                }
                Err(_) => Err(Error::new(
                    ErrorKind::Timeout,
                    format!(
                        "The {} returned no token within {LONGEST_RENEWAL:?}.",
                        rules.source
                    ),
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
            warn!("the {} does not answer: asking again", self.rules.source);
            let stalled = Stalled {
                id: former.id,
                task: former.task,
            };
            if let Some(older) = state.stalled.replace(stalled) {
                older.task.abort();
            }
        }
    }

    /// Stores the outcome of a renewal and returns it for the waiters; `None` if the renewal no longer
    /// counts.
    fn take(&self, id: u64, result: Result<Held>) -> Option<Result<Held>> {
        let mut state = self.state();
        if !state.is_under_way(id) {
            return None;
        }
        self.changed.notify_one();
        let source = self.rules.source;
        match &result {
            Ok(held) => {
                debug!("renewed the token of the {source}");
                state.held = Some(held.clone());
                state.claims = None;
                state.failure = None;
            }
            Err(_) if state.stalled.as_ref().is_some_and(|stalled| stalled.id == id) => {
                // The newer renewal decides.
                state.stalled = None;
                return None;
            }
            Err(error) => {
                if state.held.is_some() {
                    warn!(kind = %error.kind, "the {source} failed: the former token stays in use");
                } else {
                    // The calls that wait for it return the error.
                    debug!(kind = %error.kind, "the {source} failed");
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
            // This includes the task that calls this, which is about to end anyway.
            task.abort();
        }
        Some(result)
    }
}

/// Reports the outcome of a renewal, even if its task panics.
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
            let reason = format!("The {} panicked.", self.shared.rules.source);
            self.complete(Err(Error::new(ErrorKind::CredentialDenied, reason)));
        }
    }
}

impl fmt::Debug for RenewedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RenewedToken").field(&self.0.source).finish()
    }
}
