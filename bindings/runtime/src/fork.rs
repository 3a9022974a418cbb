//! Forks, noticed in the child.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static GENERATION: AtomicU64 = AtomicU64::new(0);

extern "C" fn in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// How many forks lie between this process and the one that loaded the library, as far as they came after the first use
/// of this crate.
pub fn fork_generation() -> u64 {
    static IS_REGISTERED: AtomicBool = AtomicBool::new(false);
    if !IS_REGISTERED.load(Ordering::Acquire) {
        // Two threads may both do it: a generation then counts twice, which is as good.
        // SAFETY: the handler does nothing but add to an atomic, which is allowed in a child of a fork.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
        IS_REGISTERED.store(true, Ordering::Release);
    }
    GENERATION.load(Ordering::Relaxed)
}

/// Keeps the host's signals away from the thread that calls: its handlers are to run on its own threads.
pub(crate) fn block_signals() {
    // SAFETY: the set is filled before it is used, and both calls only write to it or read it.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
    }
}
