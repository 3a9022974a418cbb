//! The limits of `/api/user` and `/api/token`, separate from the limit of exchanges: a share for each user,
//! and one limit for each operation of ACS.

#[cfg(test)]
use std::sync::Arc;
use std::time::Duration;

use tracing::warn;

use super::error::{MappingError, MappingFailure};
use super::user::UserKey;
#[cfg(test)]
use crate::cache::SharedLimiter;
use crate::cache::{CacheKey, CacheSecret, FleetLimiter, Limits, Reservation, ReservationRequest};
use crate::error::{Error, ErrorKind};
use crate::exchange::TeamsTokenExchanger;

/// How long an operation pauses after a 429 without `Retry-After`.
const PAUSE: Duration = Duration::from_secs(5);
const MAX_PAUSE: Duration = Duration::from_secs(120);

/// An operation of ACS on an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Delete,
    Issue,
}

/// The limits.
#[derive(Debug, Clone)]
pub(crate) struct IdentityRates {
    /// The share of each user in all operations; cached tokens don't count.
    pub(crate) users: Limits,
    pub(crate) creations: Limits,
    pub(crate) deletions: Limits,
    pub(crate) tokens: Limits,
}

impl IdentityRates {
    pub(crate) const WINDOW: Duration = Duration::from_secs(30);
    pub(crate) const PER_USER: u32 = 20;
    /// 80 % of what ACS documents for the same window: 1,000 creations, 500 deletions, 1,000 tokens.
    pub(crate) const CREATIONS: u32 = 800;
    pub(crate) const DELETIONS: u32 = 400;
    pub(crate) const TOKENS: u32 = 800;
}

/// Admits operations before they begin. None waits: beyond the limit, an operation is rejected at once, with
/// the time after which to retry.
#[derive(Debug)]
pub(crate) struct IdentityLimits {
    users: FleetLimiter,
    creations: FleetLimiter,
    deletions: FleetLimiter,
    tokens: FleetLimiter,
    secret: CacheSecret,
}

impl IdentityLimits {
    /// Creates limits that are shared by the processes that share the exchanger's limiter.
    pub(crate) fn new(rates: &IdentityRates, exchanger: &TeamsTokenExchanger) -> Self {
        Self {
            users: exchanger.limiter_of("identity-users", rates.users),
            creations: exchanger.limiter_of("identity-creations", rates.creations),
            deletions: exchanger.limiter_of("identity-deletions", rates.deletions),
            tokens: exchanger.limiter_of("identity-tokens", rates.tokens),
            secret: exchanger.secret().clone(),
        }
    }

    /// Counts an operation against the user's share.
    pub(super) async fn admit(&self, user: &UserKey) -> Result<(), MappingError> {
        let (tenant_id, object_id) = user;
        let request = ReservationRequest {
            user: Some(&CacheKey::of_user(&self.secret, tenant_id, object_id)),
            max_wait: Duration::ZERO,
            takes_slot: false,
        };
        match self.users.reserve(&request).await.reservation {
            Reservation::In(_) => Ok(()),
            Reservation::Limited(wait) | Reservation::UserLimited(wait) => {
                Err(limited("user_limited", "The user's share is used up.", wait))
            }
        }
    }

    /// Takes a slot for an operation of ACS.
    pub(super) async fn take(&self, operation: Operation) -> Result<(), MappingError> {
        let request = ReservationRequest {
            user: None,
            max_wait: Duration::ZERO,
            takes_slot: true,
        };
        match self.of(operation).reserve(&request).await.reservation {
            Reservation::In(Duration::ZERO) => Ok(()),
            // A pause that began meanwhile delays even a slot that was granted.
            Reservation::In(wait) | Reservation::Limited(wait) | Reservation::UserLimited(wait) => Err(
                limited("limited", "The limit for this operation of ACS is reached.", wait),
            ),
        }
    }

    /// Returns the response of ACS. If ACS throttled the operation, pauses it in all processes.
    pub(super) async fn heed<T>(&self, operation: Operation, answer: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &answer {
            if error.kind == ErrorKind::Throttled {
                let wait = error.retry_after.unwrap_or(PAUSE).min(MAX_PAUSE);
                warn!(
                    event = "paused",
                    ?operation,
                    ?wait,
                    "the service throttles: pausing"
                );
                self.of(operation).pause_here(wait);
                self.of(operation).pause_others(wait).await;
            }
        }
        answer
    }

    fn of(&self, operation: Operation) -> &FleetLimiter {
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
impl IdentityLimits {
    /// The default limits of a single process, with this share for each user.
    pub(super) fn alone(per_user: u32) -> Self {
        Self::over(None, per_user)
    }

    /// The default limits over this shared limiter, with this share for each user.
    fn over(shared: Option<Arc<dyn SharedLimiter>>, per_user: u32) -> Self {
        let of = |limit| {
            let limits = Limits::new(limit, IdentityRates::WINDOW, Limits::burst(limit)).unwrap();
            FleetLimiter::new(limits, shared.clone())
        };
        let users = Limits::default().with_user_limit(per_user);
        Self {
            users: FleetLimiter::new(users, shared.clone()),
            creations: of(IdentityRates::CREATIONS),
            deletions: of(IdentityRates::DELETIONS),
            tokens: of(IdentityRates::TOKENS),
            secret: CacheSecret::new([1; 32]),
        }
    }
}

#[cfg(all(test, feature = "redis"))]
mod fleet;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Deaf;

    const WINDOW: Duration = IdentityRates::WINDOW;

    #[tokio::test(start_paused = true)]
    async fn one_user_uses_up_its_own_share_only() {
        let limits = IdentityLimits::alone(3);
        let user = |name: &str| ("t".to_owned(), name.to_owned());
        for _ in 0..3 {
            limits.admit(&user("a")).await.unwrap();
        }
        let error = limits.admit(&user("a")).await.unwrap_err().error;
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (ErrorKind::Throttled, Some("user_limited"))
        );
        limits.admit(&user("b")).await.unwrap();
        tokio::time::advance(error.retry_after.unwrap()).await;
        limits.admit(&user("a")).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_operation_keeps_under_its_own_limit() {
        let limits = IdentityLimits::alone(0);
        let begun = tokio::time::Instant::now();
        let mut admitted = 0;
        while begun.elapsed() < WINDOW {
            match limits.take(Operation::Delete).await {
                Ok(()) => admitted += 1,
                Err(error) => tokio::time::advance(error.error.retry_after.unwrap()).await,
            }
        }
        let most = IdentityRates::DELETIONS;
        assert!((most - 4..=most).contains(&admitted), "{admitted}");
        limits.take(Operation::Issue).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_operation_pauses_and_the_others_go_on() {
        pauses_only_what_is_throttled(&IdentityLimits::alone(0)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn it_pauses_in_this_process_though_the_shared_limiter_misses_it() {
        pauses_only_what_is_throttled(&IdentityLimits::over(Some(Arc::new(Deaf)), 0)).await;
    }

    async fn pauses_only_what_is_throttled(limits: &IdentityLimits) {
        let mut throttled = Error::new(ErrorKind::Throttled, "x");
        throttled.details_mut().retry_after = Some(Duration::from_secs(7));
        limits
            .heed(Operation::Issue, Err::<(), _>(throttled))
            .await
            .unwrap_err();
        let error = limits.take(Operation::Issue).await.unwrap_err().error;
        assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
        limits.take(Operation::Create).await.unwrap();
        tokio::time::advance(Duration::from_secs(7)).await;
        limits.take(Operation::Issue).await.unwrap();
    }
}
