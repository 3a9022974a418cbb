//! How much of a process's notifications is not delivered yet.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What waits in this process's mailboxes, with what is being delivered, and the mailboxes that were dropped and whose
/// callbacks have not been let go.
static PENDING: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn add(count: usize) {
    PENDING.fetch_add(count, Ordering::SeqCst);
}

pub(crate) fn remove(count: usize) {
    PENDING.fetch_sub(count, Ordering::SeqCst);
}

/// Waits until there is nothing; `false` at the deadline.
pub(crate) fn flush(deadline: Option<Instant>) -> bool {
    while PENDING.load(Ordering::SeqCst) > 0 {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    true
}

/// Called by the only thread of a forked child: what waits is its parent's.
#[cfg(unix)]
pub(crate) fn after_fork_in_child() {
    PENDING.store(0, Ordering::SeqCst);
}
