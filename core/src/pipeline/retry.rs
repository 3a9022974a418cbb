//! When to retry, with which backoff, and when to stop.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often a request is retried, and with which backoff.
///
/// A request is retried after a failure of the connection, a timeout of the attempt, or the status
/// 408, 421, 429, 500, 502, 503 or 504. One that creates something is retried only if it cannot
/// have been processed.
///
/// The backoff has full jitter: a random time between zero and `base × 2ⁿ`, at most `max_delay`. If
/// the service requests a wait (`retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After`), that one
/// is used unchanged. A wait that would end after the deadline ends the call at once.
///
/// A client also has a retry budget, so that it does not multiply the load of a failing service: of
/// 500 tokens, a retry costs 14 (5 after a 429), and a success returns 1. Without enough tokens,
/// calls are not retried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The maximum number of attempts, including the first; at least 1. Default 3.
    pub max_attempts: u32,
    /// The upper bound of the first backoff. Default 50 ms.
    pub base_delay: Duration,
    /// The upper bound of the first backoff after a 429. Default 1 s.
    pub throttled_delay: Duration,
    /// The upper bound of every computed backoff. Default 20 s.
    pub max_delay: Duration,
    /// The timeout of one attempt, greater than zero. Default 3 s.
    ///
    /// An attempt gets its share of the time left: the time left divided by the attempts left, at
    /// least 1 s and at most this. The last attempt gets all the time left, and so does a request
    /// that must not be retried once it is written.
    pub attempt_timeout: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(50),
            throttled_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(20),
            attempt_timeout: Duration::from_secs(3),
        }
    }
}

/// The shortest share of the deadline: opening a TLS connection and a response can take several hundred
/// milliseconds.
const LEAST_SHARE: Duration = Duration::from_secs(1);

/// How long an attempt may take if others may follow. `attempts_left` includes it; `longest` is the attempt
/// timeout.
pub(crate) fn share(longest: Duration, time_left: Duration, attempts_left: u32) -> Duration {
    (time_left / attempts_left.max(1)).max(LEAST_SHARE).min(longest)
}

impl RetryPolicy {
    /// Returns the backoff before attempt `next` (2 for the first retry).
    pub(crate) fn delay(&self, next: u32, throttled: bool) -> Duration {
        let base = if throttled {
            self.throttled_delay
        } else {
            self.base_delay
        };
        let bound = base
            .saturating_mul(1 << next.saturating_sub(2).min(20))
            .min(self.max_delay);
        bound.mul_f64(fastrand::f64())
    }
}

/// Keeps a client from multiplying the load of a failing service: retries cost tokens, successes earn them.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    const FULL: u32 = 500;
    const RETRY_COSTS: u32 = 14;
    const THROTTLED_RETRY_COSTS: u32 = 5;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    /// Takes the price of a retry. Returns `false` if there is not enough left.
    pub(crate) fn take(&self, throttled: bool) -> bool {
        let price = if throttled {
            Self::THROTTLED_RETRY_COSTS
        } else {
            Self::RETRY_COSTS
        };
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(price)
            })
            .is_ok()
    }

    /// Whether there is enough left for a retry.
    pub(crate) fn allows_retry(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= Self::RETRY_COSTS
    }

    pub(crate) fn earn(&self) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            (left < Self::FULL).then_some(left + 1)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_bound_and_are_jittered() {
        let policy = RetryPolicy::default();
        let longest = |next, throttled| (0..2000).map(|_| policy.delay(next, throttled)).max().unwrap();
        let shortest = |next, throttled| (0..2000).map(|_| policy.delay(next, throttled)).min().unwrap();
        for (next, throttled, bound_ms) in [
            (2, false, 50),
            (3, false, 100),
            (2, true, 1000),
            (40, true, 20_000),
        ] {
            let bound = Duration::from_millis(bound_ms);
            assert!(longest(next, throttled) <= bound && longest(next, throttled) > bound.mul_f64(0.9));
            assert!(shortest(next, throttled) < bound.mul_f64(0.1));
        }
    }

    #[test]
    fn an_attempt_gets_its_share_of_the_time_left() {
        let longest = RetryPolicy::default().attempt_timeout;
        for (left_ms, attempts, share_ms) in [
            (10_000, 3, 3000),
            (7000, 2, 3000),
            (6000, 3, 2000),
            (2000, 3, 1000),
            (100, 3, 1000),
        ] {
            let share = share(longest, Duration::from_millis(left_ms), attempts);
            assert_eq!(share, Duration::from_millis(share_ms), "{left_ms} {attempts}");
        }
        let quick = Duration::from_millis(200);
        assert_eq!(share(quick, Duration::from_secs(10), 3), quick);
    }

    #[test]
    fn the_budget_is_500_tokens_14_a_retry_5_when_throttled_1_a_success() {
        let budget = RetryBudget::new();
        budget.earn();
        assert_eq!((0..100).filter(|_| budget.take(false)).count(), 35);
        assert_eq!((0..100).filter(|_| budget.take(true)).count(), 2);
        assert!(!budget.take(true));
        for _ in 0..5 {
            budget.earn();
        }
        assert!(budget.take(true));
    }
}
