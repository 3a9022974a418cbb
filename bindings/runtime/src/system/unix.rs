//! Unix: news of forks, and threads that leave the host's signals alone.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::{gate, pending};

static GENERATION: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// On a thread of the library, the signals that the host's threads block.
    static HOST_SIGNALS: Cell<Option<Signals>> = const { Cell::new(None) };
}

/// How many forks lie between this process and the one that loaded the library, as far as they came after the first use
/// of this crate.
pub fn fork_generation() -> u64 {
    static IS_REGISTERED: AtomicBool = AtomicBool::new(false);
    // Two threads may both register: a fork then counts twice, which is as good.
    if !IS_REGISTERED.load(Ordering::Acquire) && register() {
        IS_REGISTERED.store(true, Ordering::Release);
    }
    GENERATION.load(Ordering::Relaxed)
}

fn register() -> bool {
    #[cfg(miri)]
    return true;
    // SAFETY: the handlers do only what they may where they run: the last uses atomics and calls pthread_sigmask.
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
    // The child of a callback, and the program it turns into, are to hear signals.
    if let Some(signals) = HOST_SIGNALS.get() {
        signals.block();
    }
}

/// A set of signals.
#[derive(Clone, Copy)]
pub(crate) struct Signals(libc::sigset_t);

/// What a fault of a thread raises on it. Were these blocked, the system would end the process past the host's handler.
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
        // SAFETY: all zeros is a value of this type, a set in which the calls then write.
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

    /// Those that wait for the calling thread to block them no more.
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

    /// Blocks these on the calling thread, and no others; what it blocked before.
    fn block(self) -> Self {
        self.mask(libc::SIG_SETMASK)
    }

    /// Blocks these on the calling thread as well; what it blocked before.
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

    /// Takes one of these, which is pending.
    fn take(self) {
        let mut signal = 0;
        // SAFETY: the set is read, and the signal has room for what is written.
        unsafe { libc::sigwait(&raw const self.0, &raw mut signal) };
    }
}

/// Keeps the host's signals from the calling thread, and from those it starts, until it is dropped.
pub(crate) struct SignalsKeptAway(Option<Signals>);

impl SignalsKeptAway {
    pub(crate) fn new() -> Self {
        Self(if cfg!(miri) {
            None
        } else {
            Some(Signals::all_but_faults().block())
        })
    }

    /// What the host's threads block: on one of those, what it blocked before.
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

/// Keeps SIGPIPE from the calling thread, one of the host, until it is dropped: a peer that went away is an error to us, and
/// by default the end of the process to the system.
pub(crate) struct PipeSignalKeptAway(Option<Signals>);

impl PipeSignalKeptAway {
    pub(crate) fn new() -> Self {
        // One that is pending is blocked, and the host's.
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

/// Keeps the host's signals from the calling thread, one of the library, for good. Its handlers are to run on its own
/// threads, which block `host`.
pub(crate) fn keep_signals_away(host: Option<Signals>) {
    if host.is_some() {
        Signals::all_but_faults().block();
        HOST_SIGNALS.set(host);
    }
}

/// Keeps the library loaded. The linker's `nodelete` does so on Linux, and dyld for every library with thread-local values.
pub(crate) fn stay_loaded() {}

/// Ends the process, without a word to anything that it inherited.
pub(crate) fn end_process() -> ! {
    // SAFETY: nothing of this process runs any more.
    unsafe { libc::_exit(0) }
}
