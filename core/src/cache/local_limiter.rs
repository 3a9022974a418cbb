//! The limiter of this process: the rule of [`super::Gcra`], and a pause when the service asked for one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Admission, Gcra, Limits};

#[derive(Debug)]
pub(crate) struct LocalLimiter {
    limits: Limits,
    origin: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    gcra: Gcra,
    paused_until: Duration,
}

impl LocalLimiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            origin: Instant::now(),
            state: Mutex::default(),
        }
    }

    /// Asks for leave to exchange once, when so many who wait came before.
    pub(crate) fn admit(&self, ahead: u32) -> Admission {
        let now = self.origin.elapsed();
        let mut state = self.state();
        let (gcra, admission) = state.gcra.admit(now, &self.limits, ahead);
        state.gcra = gcra;
        admission
    }

    /// Counts an exchange that another limiter admitted, so that there is no fresh burst when that one goes away.
    pub(crate) fn count(&self) {
        let now = self.origin.elapsed();
        let mut state = self.state();
        state.gcra = state.gcra.taken(now, &self.limits);
    }

    /// How much of a pause is left.
    pub(crate) fn paused(&self) -> Option<Duration> {
        let now = self.origin.elapsed();
        let left = self.state().paused_until.checked_sub(now)?;
        Some(left).filter(|left| !left.is_zero())
    }

    /// Lets nobody exchange for this long; a longer pause stays.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = self.origin.elapsed().saturating_add(wait);
        let mut state = self.state();
        state.paused_until = state.paused_until.max(until);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
