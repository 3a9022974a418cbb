//! The limits of `/api/user` and `/api/token`, apart from that of exchanges: a share for each user, and one limit for
//! each operation of ACS.

use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tracing::warn;

use super::error::{MappingError, MappingFailure};
use super::mapping::UserKey;
use crate::cache::{Limits, LocalLimiter, Reservation, ReservationRequest};
use crate::error::{Error, ErrorKind};

/// How many operations one user may begin in the window. Cached tokens cost nothing of it.
pub(crate) const USER_LIMIT: u32 = 20;
const WINDOW: Duration = Duration::from_secs(30);
/// 80 % of what ACS documents for the same window: 1,000 creations, 500 deletions, 1,000 tokens.
const CREATIONS: u32 = 800;
const DELETIONS: u32 = 400;
const TOKENS: u32 = 800;
/// How long an operation pauses after a 429 that does not say.
const PAUSE: Duration = Duration::from_secs(5);
const MAX_PAUSE: Duration = Duration::from_secs(120);

/// An operation of ACS on an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Delete,
    Issue,
}

/// Admits work before it begins. Nobody waits: what does not fit now is refused, with the time after which it does.
#[derive(Debug)]
pub(super) struct IdentityLimits {
    users: LocalLimiter,
    creations: LocalLimiter,
    deletions: LocalLimiter,
    tokens: LocalLimiter,
}

impl IdentityLimits {
    /// With a share of so many operations for each user; 0 for any number.
    pub(super) fn new(user_limit: u32) -> Self {
        let of = |limit| {
            let limits = Limits::new(limit, WINDOW, Limits::burst(limit)).unwrap_or_default();
            LocalLimiter::new(limits.with_user_limit(0))
        };
        Self {
            users: LocalLimiter::new(Limits::default().with_user_limit(user_limit)),
            creations: of(CREATIONS),
            deletions: of(DELETIONS),
            tokens: of(TOKENS),
        }
    }

    /// Counts an operation against the user's share.
    pub(super) fn admit(&self, user: &UserKey) -> Result<(), MappingError> {
        let (tenant_id, object_id) = user;
        let hash: [u8; 32] = Sha256::new()
            .chain_update(tenant_id)
            .chain_update([0])
            .chain_update(object_id)
            .finalize()
            .into();
        let request = ReservationRequest {
            user: Some(&hash),
            max_wait: Duration::ZERO,
            takes_slot: false,
        };
        match self.users.reserve(&request) {
            Reservation::In(_) => Ok(()),
            Reservation::Limited(wait) | Reservation::UserLimited(wait) => {
                Err(limited("user_limited", "The user's share is used up.", wait))
            }
        }
    }

    /// Takes a slot for an operation of ACS.
    pub(super) fn take(&self, operation: Operation) -> Result<(), MappingError> {
        let request = ReservationRequest {
            user: None,
            max_wait: Duration::ZERO,
            takes_slot: true,
        };
        match self.of(operation).reserve(&request) {
            Reservation::In(_) => Ok(()),
            Reservation::Limited(wait) | Reservation::UserLimited(wait) => Err(limited(
                "limited",
                "The limit for this operation of ACS is reached.",
                wait,
            )),
        }
    }

    /// Pauses an operation that ACS throttles.
    pub(super) fn heed(&self, operation: Operation, error: &Error) {
        if error.kind == ErrorKind::Throttled {
            let wait = error.retry_after.unwrap_or(PAUSE).min(MAX_PAUSE);
            warn!(
                event = "paused",
                ?operation,
                ?wait,
                "the service throttles: pausing"
            );
            self.of(operation).pause(wait);
        }
    }

    fn of(&self, operation: Operation) -> &LocalLimiter {
        match operation {
            Operation::Create => &self.creations,
            Operation::Delete => &self.deletions,
            Operation::Issue => &self.tokens,
        }
    }
}

fn limited(code: &str, reason: &str, wait: Duration) -> MappingError {
    let mut error = Error::new(ErrorKind::Throttled, reason).with_code(code);
    error.details_mut().retry_after = Some(wait);
    MappingError::new(MappingFailure::AcsFailed, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_user_uses_up_its_own_share_only() {
        let limits = IdentityLimits::new(3);
        let user = |name: &str| ("t".to_owned(), name.to_owned());
        for _ in 0..3 {
            limits.admit(&user("a")).unwrap();
        }
        let error = limits.admit(&user("a")).unwrap_err().error;
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (ErrorKind::Throttled, Some("user_limited"))
        );
        limits.admit(&user("b")).unwrap();
        tokio::time::advance(error.retry_after.unwrap()).await;
        limits.admit(&user("a")).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_operation_keeps_under_its_own_limit() {
        let limits = IdentityLimits::new(0);
        let begun = tokio::time::Instant::now();
        let mut admitted = 0;
        while begun.elapsed() < WINDOW {
            match limits.take(Operation::Delete) {
                Ok(()) => admitted += 1,
                Err(error) => tokio::time::advance(error.error.retry_after.unwrap()).await,
            }
        }
        assert!((DELETIONS - 4..=DELETIONS).contains(&admitted), "{admitted}");
        limits.take(Operation::Issue).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_operation_pauses_and_the_others_go_on() {
        let limits = IdentityLimits::new(0);
        let mut throttled = Error::new(ErrorKind::Throttled, "x");
        throttled.details_mut().retry_after = Some(Duration::from_secs(7));
        limits.heed(Operation::Issue, &throttled);
        let error = limits.take(Operation::Issue).unwrap_err().error;
        assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
        limits.take(Operation::Create).unwrap();
        tokio::time::advance(Duration::from_secs(7)).await;
        limits.take(Operation::Issue).unwrap();
    }
}
