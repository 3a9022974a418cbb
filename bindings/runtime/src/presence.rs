//! Counts the threads in a runtime.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::locking::unpoisoned;

/// Counts the threads in a runtime, its own and the host's, for the thread that shuts it down.
#[derive(Default)]
pub(crate) struct Presence {
    is_closed: AtomicBool,
    counts: Mutex<Counts>,
    changed: Condvar,
}

#[derive(Default)]
struct Counts {
    /// Calls in progress that use the runtime.
    guests: usize,
    threads: usize,
    /// tokio's shutdown has returned.
    is_down: bool,
}

impl Presence {
    /// Whether the runtime is being shut down, or has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Rejects further calls.
    pub(crate) fn close(&self) {
        let _counts = self.lock();
        self.is_closed.store(true, Ordering::Release);
    }

    /// Counts a call in. Returns `false` if further calls are rejected.
    pub(crate) fn enter(&self) -> bool {
        let mut counts = self.lock();
        let is_open = !self.is_closed();
        counts.guests += usize::from(is_open);
        is_open
    }

    pub(crate) fn leave(&self) {
        self.change(|counts| counts.guests -= 1);
    }

    pub(crate) fn thread_starts(&self) {
        self.change(|counts| counts.threads += 1);
    }

    pub(crate) fn thread_stops(&self) {
        self.change(|counts| counts.threads -= 1);
    }

    pub(crate) fn set_down(&self) {
        self.change(|counts| counts.is_down = true);
    }

    /// Whether the runtime has ended with all its threads.
    pub(crate) fn is_over(&self) -> bool {
        self.lock().is_over()
    }

    pub(crate) fn wait_for_guests(&self, deadline: Option<Instant>) -> bool {
        self.wait(deadline, |counts| counts.guests == 0)
    }

    pub(crate) fn wait_for_end(&self, deadline: Option<Instant>) -> bool {
        self.wait(deadline, Counts::is_over)
    }

    fn wait(&self, deadline: Option<Instant>, is_it: impl Fn(&Counts) -> bool) -> bool {
        let counts = self.lock();
        let waited = self
            .changed
            .wait_timeout_while(counts, left(deadline), |counts| !is_it(counts));
        let (counts, _) = unpoisoned(waited);
        is_it(&counts)
    }

    fn change(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.lock();
        change(&mut counts);
        // Notify only then: before it is closed nobody waits, and this runs for every call.
        if self.is_closed() {
            drop(counts);
            self.changed.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        unpoisoned(self.counts.lock())
    }
}

impl Counts {
    fn is_over(&self) -> bool {
        self.is_down && self.threads == 0
    }
}

/// The time left until the deadline. Without a deadline, a year.
pub(crate) fn left(deadline: Option<Instant>) -> Duration {
    const AS_GOOD_AS_EVER: Duration = Duration::from_secs(365 * 24 * 3600);
    deadline.map_or(AS_GOOD_AS_EVER, |deadline| {
        deadline
            .saturating_duration_since(Instant::now())
            .min(AS_GOOD_AS_EVER)
    })
}
