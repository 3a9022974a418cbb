//! The role of the calling thread in the runtime.

use std::cell::Cell;
use std::io;
use std::panic::resume_unwind;
use std::thread;

use crate::gate;
use crate::stamp::Stamp;
use crate::system::{SignalsKeptAway, end_process, fork_generation, keep_signals_away};

pub(crate) const NAME: &str = "acs-auth";

thread_local! {
    static ROLE: Cell<Role> = const { Cell::new(Role::Host) };
    static POLLED_IN: Cell<Option<Stamp>> = const { Cell::new(None) };
}

#[derive(Clone, Copy)]
enum Role {
    /// A thread of the host, outside of the library.
    Host,
    /// A thread of the host that waits in `block_on`; a callback may be running on it.
    Waiting(Stamp),
    /// A thread of the runtime.
    Own(Stamp),
    /// A thread that delivers the items of a mailbox, in the process with this fork generation.
    Notifying(u64),
}

impl Role {
    fn stamp(self) -> Option<Stamp> {
        match self {
            Self::Host | Self::Notifying(_) => None,
            Self::Waiting(stamp) | Self::Own(stamp) => Some(stamp),
        }
    }
}

/// Whether the calling thread is one of the runtime's own.
pub fn is_runtime_thread() -> bool {
    matches!(ROLE.get(), Role::Own(stamp) if stamp.fork == fork_generation())
}

/// Whether the calling thread works for a runtime of this process, which then can't end before the thread
/// continues.
pub(crate) fn is_inside() -> bool {
    let stamp = ROLE.get().stamp();
    stamp.is_some_and(|stamp| stamp.fork == fork_generation())
}

/// The runtime that the calling thread works for, if any.
pub(crate) fn beneath() -> Option<Stamp> {
    ROLE.get().stamp()
}

/// Whether the calling thread delivers the items of a mailbox, and so can't wait for that.
pub(crate) fn is_in_notification() -> bool {
    matches!(ROLE.get(), Role::Notifying(fork) if fork == fork_generation())
}

/// Marks the calling thread as one that delivers the items of a mailbox.
pub(crate) fn join_mailbox() {
    ROLE.set(Role::Notifying(fork_generation()));
}

/// Marks the calling thread as one of the runtime's.
pub(crate) fn join(stamp: Stamp) {
    ROLE.set(Role::Own(stamp));
}

/// Marks the calling thread as waiting in `block_on`, until it is dropped.
pub(crate) struct Waiting(Role);

impl Waiting {
    pub(crate) fn new(stamp: Stamp) -> Self {
        let before = ROLE.get();
        if let Role::Host | Role::Notifying(_) = before {
            ROLE.set(Role::Waiting(stamp));
        }
        Self(before)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        ROLE.set(self.0);
    }
}

/// Marks the calling thread as polling work of a runtime, or of none in a callback, until it is dropped.
pub(crate) struct Polling(Option<Stamp>);

impl Polling {
    pub(crate) fn new(stamp: Option<Stamp>) -> Self {
        Self(POLLED_IN.replace(stamp))
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        POLLED_IN.set(self.0);
    }
}

/// The runtime of this process whose work the calling thread is polling.
pub(crate) fn polled_in() -> Option<Stamp> {
    let stamp = POLLED_IN.get();
    stamp.filter(|stamp| stamp.fork == fork_generation())
}

/// Whether the calling thread works for a runtime of the parent process: a callback forked, and this is the
/// child.
pub(crate) fn is_inherited() -> bool {
    let stamp = ROLE.get().stamp();
    stamp.is_some_and(|stamp| stamp.fork != fork_generation())
}

/// Runs the work on the calling thread. In a child that was forked in a callback, whose thread still works
/// for the parent's runtime, it runs on a new thread.
pub(crate) fn apart<R: Send>(work: impl FnOnce() -> R + Send) -> io::Result<R> {
    if !is_inherited() {
        return Ok(work());
    }
    thread::scope(|scope| {
        let quiet = SignalsKeptAway::new();
        let apart = thread::Builder::new()
            .name(NAME.to_owned())
            .spawn_scoped(scope, work)?;
        drop(quiet);
        apart.join().or_else(|panic| resume_unwind(panic))
    })
}

/// Starts a thread on which the host's signals are blocked.
pub(crate) fn start(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // The thread inherits this mask, so that no signal is delivered before it has set its own.
    let quiet = SignalsKeptAway::new();
    let signals = quiet.before();
    let started = thread::Builder::new().name(name.to_owned()).spawn(move || {
        keep_signals_away(signals);
        run();
    });
    started.map(drop)
}

/// Marks the end of a piece of work when it is dropped.
pub(crate) struct Boundary;

impl Drop for Boundary {
    fn drop(&mut self) {
        // In a child that was forked in a callback, everything the thread would do next is the parent's work.
        let fork = match ROLE.get() {
            Role::Own(stamp) => Some(stamp.fork),
            Role::Notifying(fork) => Some(fork),
            Role::Host | Role::Waiting(_) => None,
        };
        if fork.is_some_and(|fork| fork != fork_generation()) {
            end_process();
        }
        gate::pause();
    }
}
