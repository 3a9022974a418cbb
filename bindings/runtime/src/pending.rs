//! Counts a process's notifications that haven't been delivered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The number of items that are queued in this process's mailboxes or being delivered, and of dropped
/// mailboxes whose callbacks haven't been dropped yet.
static PENDING: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn add(count: usize) {
    PENDING.fetch_add(count, Ordering::SeqCst);
}

pub(crate) fn remove(count: usize) {
    PENDING.fetch_sub(count, Ordering::SeqCst);
}

/// Waits until nothing is pending. Returns `false` at the deadline.
pub(crate) fn flush(deadline: Option<Instant>) -> bool {
    while PENDING.load(Ordering::SeqCst) > 0 {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    true
}

/// Called by the only thread of a forked child: pending items are the parent's.
#[cfg(unix)]
pub(crate) fn after_fork_in_child() {
    PENDING.store(0, Ordering::SeqCst);
}
