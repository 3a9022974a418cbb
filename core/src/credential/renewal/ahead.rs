//! Proactive renewals, even if no call needs the token.

use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use super::{LONGEST_BACKOFF, LONGEST_RENEWAL, RenewedToken, Shared};
use crate::clock::Now;

/// The longest wait before the clock is read again: it may be changed, and the machine may sleep.
const LONGEST_SLEEP: Duration = Duration::from_secs(600);

impl RenewedToken {
    /// From now on, renews the token ahead of time in a task on the caller's runtime; does nothing if that
    /// task runs. A failed renewal is retried after a backoff.
    pub(crate) fn renew_ahead(&self, now: &Now) {
        let mut state = self.0.state();
        if !state.is_closed && state.ahead.as_ref().is_none_or(AbortHandle::is_finished) {
            let changed = Arc::clone(&self.0.changed);
            let task = tokio::spawn(run(Arc::downgrade(&self.0), changed, Arc::clone(now)));
            state.ahead = Some(task.abort_handle());
        }
    }
}

/// Runs until the token's owner is dropped.
async fn run(shared: Weak<Shared>, changed: Arc<Notify>, now: Now) {
    while let Some(wait) = shared.upgrade().map(|shared| shared.wait_or_renew(now())) {
        // Whichever ends the wait, the token may have changed.
        let _ = timeout(wait.min(LONGEST_SLEEP), changed.notified()).await;
    }
}

impl Shared {
    /// Begins a renewal if one is due. Returns how long to wait before the next look.
    fn wait_or_renew(self: &Arc<Self>, now: SystemTime) -> Duration {
        let mut state = self.state();
        // The task that calls this may still run while `close` aborts it.
        if state.is_closed {
            return LONGEST_RENEWAL;
        }
        let at = Instant::now();
        // A renewal that hangs ends by its timeout; another one would probably hang as well.
        if state.renewal.is_some() && !state.begins(at, LONGEST_RENEWAL) {
            return LONGEST_RENEWAL;
        }
        let due = state.held.as_ref().map_or(Duration::ZERO, |held| {
            held.renew_at.duration_since(now).unwrap_or_default()
        });
        let backoff = state.backs_off(LONGEST_BACKOFF, at).map(|(_, wait)| wait);
        let wait = due.max(backoff.unwrap_or_default());
        if !wait.is_zero() {
            return wait;
        }
        self.begin(&mut state, now, at);
        LONGEST_RENEWAL
    }
}

#[cfg(test)]
mod tests {
    use super::super::scripted::{Scripted, token};
    use super::*;
    use crate::credential::{RenewalRules, TokenCredential};

    #[tokio::test(start_paused = true)]
    async fn a_task_that_runs_while_it_is_aborted_begins_nothing() {
        let source = Scripted::new([token(3600)]);
        let rules = RenewalRules::of_user(Duration::from_secs(600), Duration::from_secs(30));
        let renewed = RenewedToken::new(Arc::clone(&source) as Arc<dyn TokenCredential>, rules);
        renewed.close();
        assert_eq!(renewed.0.wait_or_renew(source.now()), LONGEST_RENEWAL);
        tokio::task::yield_now().await;
        assert_eq!(source.requests(), 0);
    }
}
