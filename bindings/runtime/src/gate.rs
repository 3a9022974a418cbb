//! A gate between forks and work.
//!
//! A forked child inherits its parent's locks in their current state, but not the threads that would unlock
//! them. This crate takes no such lock, but the work it runs does: the random number generator used for TLS
//! has locks for the whole process. So a fork waits until the runtime's threads, and those in `block_on`, are
//! between two polls. It waits only briefly, because the work that is being polled may be waiting for the
//! thread that forks.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The number of threads that are polling work.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);
/// The number of threads that are about to fork.
static FORKING: AtomicUsize = AtomicUsize::new(0);

/// How long a fork waits for work, and work for a fork, at most.
const PATIENCE: Duration = Duration::from_millis(250);

thread_local! {
    static IS_AT_WORK: Cell<bool> = const { Cell::new(false) };
    /// Within a poll, not between two.
    static IS_WITHIN: Cell<bool> = const { Cell::new(false) };
}

/// Begins work once no fork is in progress. Returns whether the thread was not at work before.
pub(crate) fn begin() -> bool {
    if IS_AT_WORK.get() {
        return false;
    }
    let may = wait_until(|| {
        AT_WORK.fetch_add(1, Ordering::SeqCst);
        let is_open = FORKING.load(Ordering::SeqCst) == 0;
        if !is_open {
            AT_WORK.fetch_sub(1, Ordering::SeqCst);
        }
        is_open
    });
    if !may {
        AT_WORK.fetch_add(1, Ordering::SeqCst);
    }
    IS_AT_WORK.set(true);
    true
}

/// Ends work. Returns whether the thread was at work.
pub(crate) fn end() -> bool {
    let was = IS_AT_WORK.replace(false);
    if was {
        AT_WORK.fetch_sub(1, Ordering::SeqCst);
    }
    was
}

/// Runs a piece of work; forks wait for it.
pub(crate) fn work<R>(work: impl FnOnce() -> R) -> R {
    struct End {
        ends: bool,
        was_within: bool,
    }

    impl Drop for End {
        fn drop(&mut self) {
            IS_WITHIN.set(self.was_within);
            if self.ends {
                end();
            }
        }
    }

    pause();
    let was_within = IS_WITHIN.replace(true);
    let _end = End {
        ends: begin(),
        was_within,
    };
    work()
}

/// Lets a waiting fork proceed if the thread is between two pieces of work: a busy worker might never stop by
/// itself.
pub(crate) fn pause() {
    if !IS_WITHIN.get() && FORKING.load(Ordering::SeqCst) > 0 && end() {
        begin();
    }
}

/// Called by the thread that forks, before it does.
#[cfg(unix)]
pub(crate) fn before_fork() {
    FORKING.fetch_add(1, Ordering::SeqCst);
    // The forking thread may itself be at work, in a callback.
    let own = usize::from(IS_AT_WORK.get());
    wait_until(|| AT_WORK.load(Ordering::SeqCst) <= own);
}

/// Called by the same thread after the fork.
#[cfg(unix)]
pub(crate) fn after_fork_in_parent() {
    FORKING.fetch_sub(1, Ordering::SeqCst);
}

/// Called by the only thread of the child.
#[cfg(unix)]
pub(crate) fn after_fork_in_child() {
    AT_WORK.store(usize::from(IS_AT_WORK.get()), Ordering::SeqCst);
    FORKING.store(0, Ordering::SeqCst);
}

/// Waits until the condition holds. Returns `false` if it doesn't within [`PATIENCE`].
fn wait_until(is_it: impl Fn() -> bool) -> bool {
    let mut started = None;
    loop {
        if is_it() {
            return true;
        }
        if started.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
            return false;
        }
        thread::sleep(Duration::from_micros(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_waits_for_work() {
        let at_work = || AT_WORK.load(Ordering::SeqCst);
        let counts = work(|| (at_work(), work(at_work), at_work()));
        assert_eq!(counts, (1, 1, 1));
        assert_eq!(at_work(), 0);
    }
}
