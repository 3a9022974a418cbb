//! When exchanges may start, as pure functions of the time: a maximum in any window, and a burst after an
//! idle period.

use std::collections::VecDeque;
use std::time::Duration;

use crate::error::{Error, OptionName, Result};

/// At most `limit` exchanges begin in any window of `period`, and at most `burst` of them at once. Of these,
/// at most `user_limit` are new exchanges of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    limit: u32,
    period: Duration,
    burst: u32,
    user_limit: u32,
}

impl Limits {
    /// 80 % of the 500 exchanges per 30 s that the service accepts.
    pub(crate) const LIMIT: u32 = 400;
    pub(crate) const PERIOD: Duration = Duration::from_secs(30);
    /// A sixteenth of the limit: enough for one user's tabs and devices, too little to crowd out other users.
    pub(crate) const USER_LIMIT: u32 = 25;
    /// The longest time that an exchange waits for its slot.
    pub(crate) const MAX_WAIT: Duration = super::LONGEST_PAUSE;

    /// The default burst. The slots of a burst are taken from the even rate, so a large burst slows the rest
    /// of a new fleet's first window.
    pub(crate) fn burst(limit: u32) -> u32 {
        (limit / 8).max(1)
    }

    /// Checks the options; an error names the wrong one.
    pub(crate) fn new(limit: u32, period: Duration, burst: u32) -> Result<Self> {
        if limit < 2 {
            return Err(Error::invalid_option(OptionName::Limit, "It must be at least 2."));
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&period) {
            return Err(Error::invalid_option(
                OptionName::LimitWindow,
                "It must be from one second to one hour.",
            ));
        }
        if burst == 0 || burst >= limit {
            return Err(Error::invalid_option(
                OptionName::LimitBurst,
                "It must be at least 1 and less than the limit.",
            ));
        }
        Ok(Self {
            limit,
            period,
            burst,
            user_limit: 0,
        })
    }

    /// Returns the same limits with a limit for each user; 0 disables it.
    #[must_use]
    pub(crate) fn with_user_limit(self, user_limit: u32) -> Self {
        Self { user_limit, ..self }
    }

    /// The window.
    pub(crate) fn period(&self) -> Duration {
        self.period
    }

    /// The maximum number of new exchanges of one user in a window; 0 means unlimited.
    pub(crate) fn user_limit(&self) -> u32 {
        self.user_limit
    }

    /// How many may begin out of turn in a window: the burst without the one whose turn it is.
    pub(crate) fn extra(&self) -> u32 {
        self.burst - 1
    }

    /// The time between two turns, rounded up to whole microseconds, the unit of the Redis scripts. A
    /// window's turns and extras add up to the limit.
    pub(crate) fn interval(&self) -> Duration {
        let turns = u128::from(self.limit - self.extra());
        let micros = self.period.as_micros().div_ceil(turns);
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            limit: Self::LIMIT,
            period: Self::PERIOD,
            burst: Self::burst(Self::LIMIT),
            user_limit: Self::USER_LIMIT,
        }
    }
}

/// The slots that were granted: turns at an even interval, and extras, each of which can be used again after
/// one period.
///
/// A window holds at most `period / interval` turns and `extra` extras, which add up to the limit. Under
/// constant demand it holds exactly that many, so the burst doesn't lower the rate. Times are relative to any
/// fixed origin.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schedule {
    next_turn: Duration,
    /// When each of the last extras was or will be used, in order.
    extras: VecDeque<Duration>,
    paused_until: Duration,
}

impl Schedule {
    /// The earliest slot that is free.
    pub(crate) fn next(&self, now: Duration, limits: &Limits) -> Duration {
        let (turn, extra) = self.candidates(now, limits);
        extra.map_or(turn, |extra| turn.min(extra))
    }

    /// Takes the earliest slot that is free.
    pub(crate) fn take(&mut self, now: Duration, limits: &Limits) -> Duration {
        let (turn, extra) = self.candidates(now, limits);
        match extra {
            Some(extra) if extra < turn => {
                if self.extras.len() >= limits.extra() as usize {
                    self.extras.pop_front();
                }
                self.extras.push_back(extra);
                extra
            }
            _ => {
                self.next_turn = turn.saturating_add(limits.interval());
                turn
            }
        }
    }

    /// Delays all slots that have not begun until after a pause; a longer pause stays in effect.
    pub(crate) fn pause(&mut self, now: Duration, until: Duration) {
        let begins = self.paused_until.max(now);
        let Some(longer) = until.checked_sub(begins) else {
            return;
        };
        if self.next_turn > now {
            self.next_turn = self.next_turn.saturating_add(longer);
        }
        for extra in &mut self.extras {
            if *extra > now {
                *extra = extra.saturating_add(longer);
            }
        }
        self.paused_until = until;
    }

    /// When the pause ends; a time that has passed if there is none.
    pub(crate) fn paused_until(&self) -> Duration {
        self.paused_until
    }

    fn candidates(&self, now: Duration, limits: &Limits) -> (Duration, Option<Duration>) {
        let now = now.max(self.paused_until);
        let most = limits.extra() as usize;
        let extra = match self.extras.front() {
            _ if most == 0 => None,
            Some(oldest) if self.extras.len() >= most => Some(oldest.saturating_add(limits.period).max(now)),
            _ => Some(now),
        };
        (self.next_turn.max(now), extra)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fullest(begun: &[Duration], period: Duration) -> usize {
        (0..begun.len())
            .map(|first| {
                let end = begun[first] + period;
                begun[first..].iter().filter(|at| **at < end).count()
            })
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_the_limit(
            limit in 2_u32..60,
            burst in 1_u32..60,
            period_ms in 1_000_u64..5_000,
            steps in prop::collection::vec((0_u64..400, 0_u64..3_000), 1..600),
        ) {
            prop_assume!(burst < limit);
            let period = Duration::from_millis(period_ms);
            let limits = Limits::new(limit, period, burst).unwrap();
            let (mut schedule, mut now, mut begun) = (Schedule::default(), Duration::ZERO, Vec::new());
            for (step, max_wait) in steps {
                now += Duration::from_millis(step);
                if schedule.next(now, &limits) <= now + Duration::from_millis(max_wait) {
                    let slot = schedule.take(now, &limits);
                    prop_assert!(begun.last().is_none_or(|last| slot >= *last), "out of order");
                    begun.push(slot);
                }
            }
            prop_assert!(fullest(&begun, period) <= limit as usize);
        }

        #[test]
        fn constant_demand_gets_the_whole_limit(limit in 2_u32..600, burst in 1_u32..600) {
            prop_assume!(burst < limit);
            let limits = Limits::new(limit, Duration::from_secs(30), burst).unwrap();
            let mut schedule = Schedule::default();
            let end = Duration::from_secs(120);
            let mut given = 0;
            while schedule.take(Duration::ZERO, &limits) < end {
                given += 1;
            }
            prop_assert!((4 * limit - 4..=4 * limit).contains(&given), "{given} of {}", 4 * limit);
        }

        #[test]
        fn a_slot_is_free_when_it_was_said_to_be(limit in 2_u32..60, burst in 1_u32..60, asks in 1_u32..200) {
            prop_assume!(burst < limit);
            let limits = Limits::new(limit, Duration::from_secs(1), burst).unwrap();
            let (mut schedule, mut now) = (Schedule::default(), Duration::ZERO);
            for _ in 0..asks {
                now = schedule.next(now, &limits);
                prop_assert_eq!(schedule.take(now, &limits), now);
            }
        }
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_an_even_beat() {
        let limits = Limits::default();
        let mut schedule = Schedule::default();
        for _ in 0..limits.burst {
            assert_eq!(schedule.take(Duration::ZERO, &limits), Duration::ZERO);
        }
        for turn in 1..10 {
            assert_eq!(schedule.take(Duration::ZERO, &limits), limits.interval() * turn);
        }
    }

    #[test]
    fn a_pause_moves_what_has_not_begun_and_gives_no_second_burst() {
        let limits = Limits::new(9, Duration::from_secs(10), 5).unwrap();
        let mut schedule = Schedule::default();
        for _ in 0..7 {
            schedule.take(Duration::ZERO, &limits);
        }
        schedule.pause(Duration::from_secs(1), Duration::from_secs(4));
        assert_eq!(
            schedule.next(Duration::from_secs(1), &limits),
            Duration::from_secs(9)
        );
        schedule.pause(Duration::from_secs(1), Duration::from_secs(3));
        assert_eq!(
            schedule.paused_until(),
            Duration::from_secs(4),
            "a longer pause stays"
        );
    }
}
