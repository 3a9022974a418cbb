//! The emulator's clock: the machine's, moved or stopped by the control API.

use std::time::SystemTime;

use parking_lot::Mutex;

use crate::time::{self, shift};

#[derive(Debug, Clone, Copy)]
enum Mode {
    Offset(i64),
    Stopped(SystemTime),
}

/// The emulator's clock: it runs at an offset to the machine's, or is stopped.
#[derive(Debug)]
pub struct Clock(Mutex<Mode>);

impl Default for Clock {
    fn default() -> Self {
        Self(Mutex::new(Mode::Offset(0)))
    }
}

impl Clock {
    /// The current time.
    pub fn now(&self) -> SystemTime {
        match *self.0.lock() {
            Mode::Offset(seconds) => shift(SystemTime::now(), seconds),
            Mode::Stopped(at) => at,
        }
    }

    /// The current time in whole seconds since 1970, at most the end of the year 9999.
    pub fn unix(&self) -> i64 {
        i64::try_from(time::seconds(self.now())).unwrap_or(i64::MAX)
    }

    /// Runs this many seconds ahead of the machine's clock, or behind it if negative.
    pub fn set_offset(&self, seconds: i64) {
        *self.0.lock() = Mode::Offset(seconds);
    }

    /// Stops at this time.
    pub fn stop_at(&self, at: SystemTime) {
        *self.0.lock() = Mode::Stopped(at);
    }

    /// Moves the clock forward by this many seconds, or back if negative, whether it is running or stopped.
    pub fn advance(&self, seconds: i64) {
        let mut mode = self.0.lock();
        *mode = match *mode {
            Mode::Offset(offset) => Mode::Offset(offset.saturating_add(seconds)),
            Mode::Stopped(at) => Mode::Stopped(shift(at, seconds)),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn no_setting_is_beyond_its_range() {
        let clock = Clock::default();
        for seconds in [i64::MAX, i64::MIN] {
            clock.set_offset(seconds);
            clock.advance(seconds);
            let _ = clock.now();
            clock.stop_at(UNIX_EPOCH);
            clock.advance(seconds);
            // Lifetimes are added to it.
            assert!(clock.unix().checked_add(86_400).is_some());
        }
    }
}
