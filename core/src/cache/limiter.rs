//! How many exchanges may begin in any window of time: the generic cell rate algorithm (GCRA), as a pure function.

use std::time::Duration;

use super::Admission;
use crate::error::{Error, Result};

/// At most `limit` exchanges begin in any window of `period`, `burst` of them at once.
///
/// Up to `burst` may begin together and one more every [`Limits::interval`], so a window holds at most
/// `burst + period / interval = limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    limit: u32,
    period: Duration,
    burst: u32,
}

impl Limits {
    /// 80 % of the 500 exchanges per 30 s that the service takes.
    pub(crate) const LIMIT: u32 = 400;
    pub(crate) const PERIOD: Duration = Duration::from_secs(30);
    pub(crate) const BURST: u32 = 100;

    /// Checks the options, whose names the error tells.
    pub(crate) fn new(limit: u32, period: Duration, burst: u32) -> Result<Self> {
        if limit < 2 {
            return Err(Error::invalid_argument("limit", "It must be at least 2."));
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&period) {
            return Err(Error::invalid_argument(
                "limit_period",
                "It must be from one second to one hour.",
            ));
        }
        if burst == 0 || burst >= limit {
            return Err(Error::invalid_argument(
                "limit_burst",
                "It must be at least 1 and less than the limit.",
            ));
        }
        Ok(Self { limit, period, burst })
    }

    /// How many may begin at once after a rest.
    #[cfg(feature = "redis")]
    pub(crate) fn burst(&self) -> u32 {
        self.burst
    }

    /// The time between two beginnings when the burst is used up, rounded up to the nanosecond.
    pub(crate) fn interval(&self) -> Duration {
        let beyond_burst = u128::from(self.limit - self.burst);
        let nanos = self.period.as_nanos().div_ceil(beyond_burst);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            limit: Self::LIMIT,
            period: Self::PERIOD,
            burst: Self::BURST,
        }
    }
}

/// The limiter's state: when, on an even beat, the next exchange would begin. Times are counted from any origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Gcra {
    next: Duration,
}

impl Gcra {
    /// Decides on one exchange, with `ahead` callers waiting who came before: only what is left beyond their places
    /// is given away. The state is another one only for [`Admission::Now`].
    #[must_use]
    pub(crate) fn admit(self, now: Duration, limits: &Limits, ahead: u32) -> (Self, Admission) {
        let interval = limits.interval();
        let tolerance = interval.saturating_mul(limits.burst - 1);
        let place = self.next.max(now).saturating_add(interval.saturating_mul(ahead));
        match place.saturating_sub(tolerance).checked_sub(now) {
            None | Some(Duration::ZERO) => (self.taken(now, limits), Admission::Now),
            Some(wait) => (self, Admission::Wait(wait)),
        }
    }

    /// The state after an exchange that somebody else admitted.
    #[must_use]
    pub(crate) fn taken(self, now: Duration, limits: &Limits) -> Self {
        Self {
            next: self.next.max(now).saturating_add(limits.interval()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_the_limit(
            limit in 2_u32..60,
            burst in 1_u32..60,
            period_ms in 1_000_u64..5_000,
            steps in prop::collection::vec(0_u64..400, 1..600),
        ) {
            prop_assume!(burst < limit);
            let period = Duration::from_millis(period_ms);
            let limits = Limits::new(limit, period, burst).unwrap();
            let (mut gcra, mut now, mut begun) = (Gcra::default(), Duration::ZERO, Vec::new());
            for step in steps {
                now += Duration::from_millis(step);
                let (after, admission) = gcra.admit(now, &limits, 0);
                gcra = after;
                if admission == Admission::Now {
                    begun.push(now);
                }
            }
            for (first, start) in begun.iter().enumerate() {
                let within = begun[first..].iter().filter(|at| **at < *start + period).count();
                prop_assert!(within <= limit as usize, "{within} of {limit}");
            }
        }

        #[test]
        fn who_waits_as_told_goes_ahead(limit in 2_u32..60, burst in 1_u32..60, asks in 1_u32..200) {
            prop_assume!(burst < limit);
            let limits = Limits::new(limit, Duration::from_secs(1), burst).unwrap();
            let (mut gcra, mut now) = (Gcra::default(), Duration::ZERO);
            for _ in 0..asks {
                let (after, admission) = gcra.admit(now, &limits, 0);
                gcra = after;
                if let Admission::Wait(wait) = admission {
                    now += wait;
                    let (after, admission) = gcra.admit(now, &limits, 0);
                    prop_assert_eq!(admission, Admission::Now);
                    gcra = after;
                }
            }
        }
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_an_even_beat() {
        let limits = Limits::default();
        let mut gcra = Gcra::default();
        for _ in 0..100 {
            let (after, admission) = gcra.admit(Duration::ZERO, &limits, 0);
            assert_eq!(admission, Admission::Now);
            gcra = after;
        }
        let (_, admission) = gcra.admit(Duration::ZERO, &limits, 0);
        assert_eq!(admission, Admission::Wait(Duration::from_millis(100)));
    }
}
