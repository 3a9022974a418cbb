//! How long an exchange is expected to take, learned from those that succeeded.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use crate::locking::lock;

/// The shortest expectation.
const FLOOR: Duration = Duration::from_millis(50);
/// The expectation before the first exchange has succeeded.
const START: Duration = Duration::from_millis(250);

/// A moving average and the mean deviation from it, like TCP's estimate of round trips (RFC 6298). A mean
/// alone would be too short for half of the exchanges, which would then time out under load, when admitted
/// callers have just enough time. Failures are not counted: a service that hangs must not look like one that
/// is slow.
#[derive(Debug, Default)]
pub(super) struct Expected(Mutex<Option<Learned>>);

#[derive(Debug, Clone, Copy)]
struct Learned {
    mean: Duration,
    deviation: Duration,
}

impl Expected {
    /// The time within which nearly all exchanges succeed.
    pub(super) fn get(&self) -> Duration {
        match *self.state() {
            None => START,
            // A margin of at least a tenth, and 10 ms for the work around the exchange.
            Some(Learned { mean, deviation }) => {
                let margin = (4 * deviation).max(mean / 10) + Duration::from_millis(10);
                (mean + margin).max(FLOOR)
            }
        }
    }

    /// The time that an exchange takes on average; zero before the first one has succeeded.
    pub(super) fn mean(&self) -> Duration {
        self.state().map_or(Duration::ZERO, |learned| learned.mean)
    }

    /// Records that an exchange succeeded after this time.
    pub(super) fn learn(&self, took: Duration) {
        let mut state = self.state();
        *state = Some(match *state {
            None => Learned {
                mean: took,
                deviation: took / 4,
            },
            Some(Learned { mean, deviation }) => {
                // Adapts faster to a service that recovers than to one that slows down.
                let weight = if took < mean { 4 } else { 8 };
                Learned {
                    mean: mean * (weight - 1) / weight + took / weight,
                    deviation: deviation * 3 / 4 + mean.abs_diff(took) / 4,
                }
            }
        });
    }

    fn state(&self) -> MutexGuard<'_, Option<Learned>> {
        lock(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_steady_service_is_expected_to_take_what_it_takes_and_a_little() {
        for took in [MS * 200, MS * 1000] {
            let expected = Expected::default();
            for _ in 0..50 {
                expected.learn(took);
            }
            assert!(
                expected.get() > took && expected.get() < took + took / 4,
                "{expected:?}"
            );
        }
    }

    #[test]
    fn nothing_shorter_than_the_floor_is_expected() {
        let expected = Expected::default();
        assert_eq!(expected.get(), START);
        for _ in 0..50 {
            expected.learn(MS);
        }
        assert_eq!(expected.get(), FLOOR);
    }

    #[test]
    fn most_of_a_jittery_services_exchanges_fit() {
        let expected = Expected::default();
        let times: Vec<_> = (0..200).map(|n| MS * (100 + (n * 67) % 100)).collect();
        times.iter().for_each(|took| expected.learn(*took));
        let fit = times.iter().filter(|took| **took <= expected.get()).count();
        assert!(fit >= 190, "{fit} of 200 within {:?}", expected.get());
    }

    #[test]
    fn a_service_that_recovers_is_believed_within_twenty_exchanges() {
        let expected = Expected::default();
        for _ in 0..50 {
            expected.learn(MS * 9000);
        }
        for _ in 0..20 {
            expected.learn(MS * 50);
        }
        assert!(expected.get() < MS * 1000, "{:?}", expected.get());
    }
}
