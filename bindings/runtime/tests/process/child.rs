//! Forked children, waited for with a deadline: a hang is a failure.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use super::support::DEADLINE;

#[must_use]
pub(crate) struct Child(libc::pid_t);

/// Forks; `None` in the child.
pub(crate) fn fork() -> Option<Child> {
    // SAFETY: the child has only this thread, uses only what is made for that, and leaves by `_exit`.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0, "no fork");
    #[cfg(target_os = "linux")]
    if pid == 0 {
        // SAFETY: it makes the system kill the child when its parent ends, which may give up waiting for it.
        unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    }
    (pid > 0).then_some(Child(pid))
}

/// Forks and runs the work in the child, which then exits.
pub(crate) fn forked(work: impl FnOnce()) -> Child {
    fork().unwrap_or_else(|| end(work))
}

/// Runs the work and exits: with 0, or with 1 if it panicked.
pub(crate) fn end(work: impl FnOnce()) -> ! {
    let done = catch_unwind(AssertUnwindSafe(work)).is_ok();
    // SAFETY: it ends the process without running what belongs to the parent.
    unsafe { libc::_exit(i32::from(!done)) }
}

impl Child {
    pub(crate) fn ended_well(self) {
        let started = Instant::now();
        loop {
            let mut status = 0;
            // SAFETY: the pid is a child's, and the status has room.
            let ended = unsafe { libc::waitpid(self.0, &raw mut status, libc::WNOHANG) };
            if ended == self.0 {
                assert_eq!(status, 0, "the child failed");
                return;
            }
            if started.elapsed() > DEADLINE {
                // SAFETY: the pid is a child's.
                unsafe {
                    libc::kill(self.0, libc::SIGKILL);
                    libc::waitpid(self.0, &raw mut status, 0);
                }
                panic!("the child hangs");
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
