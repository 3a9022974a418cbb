//! Unix: detects forks, and keeps the host's signals away from the library's threads.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::{gate, pending};

static GENERATION: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// On a thread of the library: the signals that the host's threads block.
    static HOST_SIGNALS: Cell<Option<Signals>> = const { Cell::new(None) };
}

/// The number of forks between this process and the one that loaded the library, counted since the first use
/// of this crate.
pub fn fork_generation() -> u64 {
    static IS_REGISTERED: AtomicBool = AtomicBool::new(false);
    // Two threads may both register. A fork then counts twice, which does no harm.
    if !IS_REGISTERED.load(Ordering::Acquire) && register() {
        IS_REGISTERED.store(true, Ordering::Release);
    }
    GENERATION.load(Ordering::Relaxed)
}

fn register() -> bool {
    #[cfg(miri)]
    return true;
    // SAFETY: the handlers only do what is allowed in a fork handler; the one in the child uses atomics and
    // calls pthread_sigmask.
    #[cfg(not(miri))]
    return unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) } == 0;
}

#[cfg_attr(miri, allow(dead_code, reason = "Miri does not fork"))]
extern "C" fn before() {
    gate::before_fork();
}

#[cfg_attr(miri, allow(dead_code, reason = "Miri does not fork"))]
extern "C" fn in_parent() {
    gate::after_fork_in_parent();
}

#[cfg_attr(miri, allow(dead_code, reason = "Miri does not fork"))]
extern "C" fn in_child() {
    gate::after_fork_in_child();
    pending::after_fork_in_child();
    GENERATION.fetch_add(1, Ordering::Relaxed);
    // A child that a callback forked, and the program that it may exec, must receive signals.
    if let Some(signals) = HOST_SIGNALS.get() {
        signals.block();
    }
}

/// A set of signals.
#[derive(Clone, Copy)]
pub(crate) struct Signals(libc::sigset_t);

/// The signals that a fault raises on the faulting thread. If they were blocked, the system would kill the
/// process without calling the host's handler.
const FAULTS: [libc::c_int; 6] = [
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGSEGV,
    libc::SIGSYS,
    libc::SIGTRAP,
];

impl Signals {
    fn all_but_faults() -> Self {
        // SAFETY: all zeros is a valid value of this type, which the calls then fill.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigfillset(&raw mut set);
            for fault in FAULTS {
                libc::sigdelset(&raw mut set, fault);
            }
            Self(set)
        }
    }

    fn pipe() -> Self {
        // SAFETY: as above.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, libc::SIGPIPE);
            Self(set)
        }
    }

    /// The signals that are pending because the calling thread blocks them.
    fn pending() -> Self {
        // SAFETY: as above.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigpending(&raw mut set);
            Self(set)
        }
    }

    fn has(self, signal: libc::c_int) -> bool {
        // SAFETY: the set is read.
        unsafe { libc::sigismember(&raw const self.0, signal) == 1 }
    }

    /// Blocks exactly these on the calling thread. Returns the signals that it blocked before.
    fn block(self) -> Self {
        self.mask(libc::SIG_SETMASK)
    }

    /// Additionally blocks these on the calling thread. Returns the signals that it blocked before.
    fn block_too(self) -> Self {
        self.mask(libc::SIG_BLOCK)
    }

    fn mask(self, how: libc::c_int) -> Self {
        // SAFETY: one set is read, and the other has room for what is written.
        unsafe {
            let mut before = std::mem::zeroed();
            libc::pthread_sigmask(how, &raw const self.0, &raw mut before);
            Self(before)
        }
    }

    /// Consumes one of these, which must be pending.
    fn take(self) {
        let mut signal = 0;
        // SAFETY: the set is read, and the signal has room for what is written.
        unsafe { libc::sigwait(&raw const self.0, &raw mut signal) };
    }
}

/// Blocks the host's signals on the calling thread, and on threads that it starts, until it is dropped.
pub(crate) struct SignalsKeptAway(Option<Signals>);

impl SignalsKeptAway {
    pub(crate) fn new() -> Self {
        Self(if cfg!(miri) {
            None
        } else {
            Some(Signals::all_but_faults().block())
        })
    }

    /// The signals that the host's threads block, also if the calling thread is one of the library.
    pub(crate) fn before(&self) -> Option<Signals> {
        self.0.map(|before| HOST_SIGNALS.get().unwrap_or(before))
    }
}

impl Drop for SignalsKeptAway {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            before.block();
        }
    }
}

/// Blocks SIGPIPE on the calling thread, which is the host's, until it is dropped. Writing to a peer that
/// closed the connection then returns an error; by default, SIGPIPE would end the process.
pub(crate) struct PipeSignalKeptAway(Option<Signals>);

impl PipeSignalKeptAway {
    pub(crate) fn new() -> Self {
        // A pending SIGPIPE is blocked already, and was raised by the host.
        let is_ours = !cfg!(miri) && HOST_SIGNALS.get().is_none() && !Signals::pending().has(libc::SIGPIPE);
        Self(is_ours.then(|| Signals::pipe().block_too()))
    }
}

impl Drop for PipeSignalKeptAway {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            if Signals::pending().has(libc::SIGPIPE) {
                Signals::pipe().take();
            }
            before.block();
        }
    }
}

/// Blocks the host's signals on the calling thread, which is the library's, for good: the host's handlers
/// must run on its own threads. `host` is what those block.
pub(crate) fn keep_signals_away(host: Option<Signals>) {
    if host.is_some() {
        Signals::all_but_faults().block();
        HOST_SIGNALS.set(host);
    }
}

/// Does nothing: the linker's `nodelete` keeps the library loaded on Linux, and dyld keeps every library with
/// thread-local values.
pub(crate) fn stay_loaded() {}

/// Ends the process at once, without running exit handlers, which are the parent's.
pub(crate) fn end_process() -> ! {
    // SAFETY: nothing of this process runs any more.
    unsafe { libc::_exit(0) }
}
