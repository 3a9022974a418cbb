//! The service limit of the exchange.

use std::collections::VecDeque;

use parking_lot::Mutex;
use std::time::{Duration, SystemTime};

use crate::options::Limit;

/// The times of the requests admitted within the current window.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<VecDeque<SystemTime>>);

impl Limiter {
    /// Admits a request, or returns in how many seconds the next one will be admitted.
    pub(super) fn admit(&self, limit: Limit, now: SystemTime) -> Result<(), u64> {
        let window = Duration::from_secs(limit.per_seconds);
        let mut admitted = self.0.lock();
        // If the clock was set back, times in the future remain; they no longer count.
        admitted.retain(|then| now.duration_since(*then).is_ok_and(|age| age < window));
        if admitted.len() < limit.count {
            admitted.push_back(now);
            return Ok(());
        }
        let oldest = admitted.front().copied().unwrap_or(now);
        let left = window.saturating_sub(now.duration_since(oldest).unwrap_or_default());
        Err(left.as_secs() + u64::from(left.subsec_nanos() > 0))
    }

    pub(super) fn clear(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let limiter = Limiter::default();
        let limit = Limit {
            count: 2,
            per_seconds: 30,
        };
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_millis(seconds);
        assert_eq!(limiter.admit(limit, at(0)), Ok(()));
        assert_eq!(limiter.admit(limit, at(10_000)), Ok(()));
        assert_eq!(limiter.admit(limit, at(10_500)), Err(20));
        assert_eq!(limiter.admit(limit, at(30_000)), Ok(()));
        assert_eq!(limiter.admit(limit, at(30_001)), Err(10));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_lock_out() {
        let limiter = Limiter::default();
        let limit = Limit {
            count: 1,
            per_seconds: 30,
        };
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert_eq!(limiter.admit(limit, far), Ok(()));
        assert_eq!(limiter.admit(limit, SystemTime::UNIX_EPOCH), Ok(()));
    }
}
