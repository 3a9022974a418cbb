//! The state of a token and its renewals.

use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::rules::RenewalRules;
use crate::credential::AccessTokenInfo;
use crate::error::{Error, Result};
use crate::models::AccessToken;
use crate::secret::Secret;

/// The backoff after a failed renewal, doubled after each further one.
const BACKOFF: Duration = Duration::from_millis(500);

/// A token and when to renew it.
#[derive(Clone)]
pub(crate) struct Held {
    /// The number of the renewal that returned it.
    pub(in crate::credential) id: u64,
    pub(in crate::credential) token: Secret,
    pub(super) expires_on: SystemTime,
    pub(super) renew_at: SystemTime,
    /// From this time on, callers wait for the renewal.
    pub(super) wait_from: SystemTime,
}

impl Held {
    pub(super) fn new(id: u64, info: AccessTokenInfo, now: SystemTime, rules: &RenewalRules) -> Self {
        Self {
            id,
            renew_at: rules.renew_at(&info, now),
            wait_from: rules.wait_from(&info, now),
            token: info.token,
            expires_on: info.expires_on,
        }
    }

    pub(crate) fn into_access_token(self) -> AccessToken {
        AccessToken {
            token: self.token,
            expires_on: self.expires_on,
        }
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) is_closed: bool,
    pub(super) held: Option<Held>,
    /// The task that renews ahead of time.
    pub(super) ahead: Option<AbortHandle>,
    /// The claims that the service requires of the next token.
    pub(super) claims: Option<String>,
    pub(super) renewal: Option<Renewal>,
    /// A renewal that seems to hang. A token that it still returns is used.
    pub(super) stalled: Option<Stalled>,
    pub(super) failure: Option<Failure>,
    pub(super) renewals: u64,
}

/// A renewal under way.
pub(super) struct Renewal {
    pub(super) id: u64,
    pub(super) begun: Instant,
    pub(super) task: AbortHandle,
    /// Closed without an outcome if the task was aborted or its runtime ended.
    pub(super) outcome: watch::Receiver<Option<Result<Held>>>,
}

pub(super) struct Stalled {
    pub(super) id: u64,
    pub(super) task: AbortHandle,
}

/// The failure of the last renewal, and how many have failed in a row.
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) count: u32,
    pub(super) at: Instant,
}

impl Failure {
    /// What is left of the backoff.
    pub(super) fn wait(&self, longest: Duration, now: Instant) -> Option<Duration> {
        let backoff = BACKOFF.saturating_mul(1 << self.count.saturating_sub(1).min(16));
        let left = backoff.min(longest).checked_sub(now.duration_since(self.at))?;
        (!left.is_zero()).then_some(left)
    }
}

impl State {
    /// Whether to begin a renewal: none is under way, or the one under way seems to hang or has ended without
    /// an outcome.
    pub(super) fn begins(&self, at: Instant, stall_timeout: Duration) -> bool {
        self.renewal.as_ref().is_none_or(|renewal| {
            renewal.outcome.has_changed().is_err() || at.duration_since(renewal.begun) >= stall_timeout
        })
    }

    pub(super) fn backs_off(&self, longest: Duration, at: Instant) -> Option<(&Failure, Duration)> {
        let failure = self.failure.as_ref()?;
        Some((failure, failure.wait(longest, at)?))
    }

    pub(super) fn drop_token(&mut self, id: u64) {
        if self.held.as_ref().is_some_and(|held| held.id == id) {
            self.held = None;
        }
    }

    /// Removes the renewals under way and returns their tasks.
    pub(super) fn take_tasks(&mut self) -> impl Iterator<Item = AbortHandle> + use<> {
        let renewal = self.renewal.take().map(|renewal| renewal.task);
        let stalled = self.stalled.take().map(|stalled| stalled.task);
        renewal.into_iter().chain(stalled)
    }

    pub(super) fn is_under_way(&self, id: u64) -> bool {
        self.renewal.as_ref().is_some_and(|renewal| renewal.id == id)
            || self.stalled.as_ref().is_some_and(|stalled| stalled.id == id)
    }
}
