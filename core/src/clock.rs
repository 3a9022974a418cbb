//! The current time as a value, and sums of times that cannot overflow.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Returns the current time, so that tests can choose it.
pub(crate) type Now = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// What [`after`] adds if the sum is beyond the clock's range. Nothing here waits for that long.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A point in time.
pub(crate) trait Moment: Copy {
    fn checked_after(self, wait: Duration) -> Option<Self>;
}

macro_rules! moments {
    ($($moment:ty)+) => {
        $(impl Moment for $moment {
            fn checked_after(self, wait: Duration) -> Option<Self> {
                self.checked_add(wait)
            }
        })+
    };
}

moments! { std::time::Instant tokio::time::Instant SystemTime }

/// Returns `moment + wait`, or a time 30 years after `moment` if that is beyond the clock's range, where `+`
/// panics. Durations come from the host and times from services, so both can have any value.
pub(crate) fn after<T: Moment>(moment: T, wait: Duration) -> T {
    let far = || moment.checked_after(FAR.min(wait));
    moment.checked_after(wait).or_else(far).unwrap_or(moment)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]
mod tests {
    use super::*;

    #[test]
    fn a_moment_beyond_the_clocks_range_is_far_away() {
        let wait = Duration::from_millis(1500);
        let instant = std::time::Instant::now();
        assert_eq!(after(instant, wait), instant + wait);
        let now = SystemTime::now();
        assert_eq!(after(now, wait), now + wait);
        assert_eq!(after(instant, Duration::MAX), instant + FAR);
        let later = tokio::time::Instant::now();
        assert_eq!(after(later, Duration::MAX), later + FAR);
        assert_eq!(after(now, Duration::MAX), now + FAR);
    }

    #[test]
    fn nothing_is_after_the_clocks_last_moment() {
        let mut last = SystemTime::now();
        for bit in (0..64).rev() {
            last = last.checked_add(Duration::from_secs(1 << bit)).unwrap_or(last);
        }
        assert!(last.checked_add(Duration::from_secs(1)).is_none());
        assert_eq!(after(last, Duration::from_secs(1)), last);
        assert_eq!(after(last, Duration::MAX), last);
    }
}
