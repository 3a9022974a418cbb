//! The emulator's clock: the machine's, moved or stopped by the control API.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;

#[derive(Debug, Clone, Copy)]
enum Mode {
    Offset(i64),
    Stopped(SystemTime),
}

/// The time that the emulator believes it is.
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

    /// The current time in whole seconds since 1970.
    pub fn unix(&self) -> i64 {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }

    /// Runs with the machine's clock, this many seconds ahead (or, negative, behind).
    pub fn set_offset(&self, seconds: i64) {
        *self.0.lock() = Mode::Offset(seconds);
    }

    /// Stops at this time.
    pub fn stop_at(&self, at: SystemTime) {
        *self.0.lock() = Mode::Stopped(at);
    }

    /// Moves on by this many seconds, whether running or stopped.
    pub fn advance(&self, seconds: i64) {
        let mut mode = self.0.lock();
        *mode = match *mode {
            Mode::Offset(offset) => Mode::Offset(offset + seconds),
            Mode::Stopped(at) => Mode::Stopped(shift(at, seconds)),
        };
    }
}

fn shift(time: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { time - by } else { time + by }
}
