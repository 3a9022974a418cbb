//! The limiter of this process: the rule of [`super::Gcra`], and a pause when the service asked for one.

use std::sync::{Mutex, PoisonError};
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

    /// Asks for leave to exchange once.
    pub(crate) fn admit(&self) -> Admission {
        let now = self.origin.elapsed();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = state.paused_until.checked_sub(now).filter(|wait| !wait.is_zero()) {
            return Admission::Wait(wait);
        }
        let (gcra, admission) = state.gcra.admit(now, &self.limits, 0);
        state.gcra = gcra;
        admission
    }

    /// Lets nobody exchange for this long; a longer pause stays.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = self.origin.elapsed().saturating_add(wait);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.paused_until = state.paused_until.max(until);
    }
}
