//! The difference between the service's clock and this machine's, learned from a rejected signature.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::unix_time::unix_seconds;

/// A smaller difference doesn't explain a rejected signature.
const WORTH_CORRECTING: u64 = 60;

/// How many seconds the service's clock is ahead of this machine's; negative if it is behind.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

impl ClockSkew {
    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Converts this machine's time into the service's.
    pub(crate) fn correct(&self, now: SystemTime) -> SystemTime {
        let by = Duration::from_secs(self.seconds().unsigned_abs());
        let corrected = if self.seconds() < 0 {
            now.checked_sub(by)
        } else {
            now.checked_add(by)
        };
        corrected.unwrap_or(now)
    }

    /// Learns from the `Date` of a rejection. Returns `true` if the corrected time was off by more than 60 s,
    /// so that a retry may succeed.
    pub(crate) fn learn(&self, date: Option<SystemTime>, now: SystemTime) -> bool {
        let Some(date) = date else {
            return false;
        };
        let difference = unix_seconds(date).saturating_sub(unix_seconds(now));
        if difference.abs_diff(self.seconds()) <= WORTH_CORRECTING {
            return false;
        }
        self.0.store(difference, Ordering::Relaxed);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn only_a_difference_of_more_than_a_minute_is_learned() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let date = |offset: i64| {
            let size = Duration::from_secs(offset.unsigned_abs());
            Some(if offset < 0 { now - size } else { now + size })
        };
        let skew = ClockSkew::default();
        assert!(!skew.learn(None, now));
        assert!(!skew.learn(date(60), now));
        assert!(!skew.learn(date(-60), now));
        assert_eq!(skew.correct(now), now);
        assert!(skew.learn(date(61), now));
        assert_eq!(skew.correct(now), now + Duration::from_secs(61));
        assert!(!skew.learn(date(61), now), "already known");
        assert!(skew.learn(date(-900), now));
        assert_eq!(skew.correct(now), now - Duration::from_secs(900));
        assert!(
            skew.learn(date(0), now),
            "our clock was set right in the meantime"
        );
        assert_eq!(skew.seconds(), 0);
    }
}
