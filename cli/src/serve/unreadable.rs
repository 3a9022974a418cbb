//! Logs requests that hyper cannot parse, with their peers and at a limited rate. hyper answers them by itself,
//! without a body.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tracing::warn;

/// The number of requests that are logged individually in each window; the others are counted.
const MOST: u32 = 10;
const WINDOW: Duration = Duration::from_secs(5);

/// What was logged and counted since the window began.
#[derive(Debug, Default)]
pub(super) struct Unreadable(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    logged: u32,
    counted: u64,
}

impl Unreadable {
    /// Logs a request that got this status, or counts it.
    pub(super) fn log(&self, peer: SocketAddr, status: u16, error: &hyper::Error) {
        if self.with(|state| state.is_logged(Instant::now())) {
            warn!(event = "request_rejected", status, %peer, %error, "a request could not be read");
        }
    }

    /// Logs at the end of each window how many were counted; never returns.
    pub(super) async fn watch(&self) {
        loop {
            tokio::time::sleep(WINDOW / 5).await;
            if let Some(counted) = self.with(|state| state.take_counted(Instant::now())) {
                warn!(
                    event = "requests_rejected",
                    count = counted,
                    "further requests that could not be read were not logged"
                );
            }
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock())
    }
}

impl State {
    fn is_logged(&mut self, now: Instant) -> bool {
        if self.is_over(now) && self.counted == 0 {
            self.since = Some(now);
            self.logged = 0;
        }
        if self.logged < MOST {
            self.logged += 1;
            return true;
        }
        self.counted += 1;
        false
    }

    /// The number that was counted in a window that is over; returned only once.
    fn take_counted(&mut self, now: Instant) -> Option<u64> {
        (self.is_over(now) && self.counted > 0).then(|| std::mem::take(&mut self.counted))
    }

    fn is_over(&self, now: Instant) -> bool {
        self.since.is_none_or(|since| now.duration_since(since) >= WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_logged_in_part_and_counted() {
        let (mut state, begun) = (State::default(), Instant::now());
        let flood = |state: &mut State, now| (0..100).filter(|_| state.is_logged(now)).count();
        assert_eq!(flood(&mut state, begun), MOST as usize);
        assert_eq!(state.take_counted(begun), None, "the window is not over");
        let later = begun + WINDOW;
        assert_eq!(state.take_counted(later), Some(90));
        assert_eq!(state.take_counted(later), None);
        assert_eq!(flood(&mut state, later), MOST as usize);
        assert_eq!(flood(&mut state, later + WINDOW / 2), 0);
        assert_eq!(state.take_counted(later + WINDOW), Some(190));
    }

    #[test]
    fn what_comes_now_and_then_is_always_logged() {
        let (mut state, mut now) = (State::default(), Instant::now());
        for _ in 0..100 {
            now += WINDOW / MOST;
            assert!(state.is_logged(now));
            assert_eq!(state.take_counted(now), None);
        }
    }
}
