//! What the calling thread is to the runtime.

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
    /// A thread that delivers what a mailbox of that process holds.
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

/// Whether the calling thread has a runtime beneath it, which thus cannot end before the thread gets on.
pub(crate) fn is_inside() -> bool {
    let stamp = ROLE.get().stamp();
    stamp.is_some_and(|stamp| stamp.fork == fork_generation())
}

/// The runtime beneath the calling thread, if it has one.
pub(crate) fn beneath() -> Option<Stamp> {
    ROLE.get().stamp()
}

/// Whether the calling thread delivers what a mailbox holds, which thus cannot be waited for.
pub(crate) fn is_in_notification() -> bool {
    matches!(ROLE.get(), Role::Notifying(fork) if fork == fork_generation())
}

/// Makes the calling thread one that delivers what a mailbox holds.
pub(crate) fn join_mailbox() {
    ROLE.set(Role::Notifying(fork_generation()));
}

/// Makes the calling thread one of the runtime's.
pub(crate) fn join(stamp: Stamp) {
    ROLE.set(Role::Own(stamp));
}

/// That the calling thread waits in `block_on`, until it is dropped.
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

/// That the calling thread polls work of that runtime, or of none in a callback, until it is dropped.
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

/// The runtime of this process whose work the calling thread polls.
pub(crate) fn polled_in() -> Option<Stamp> {
    let stamp = POLLED_IN.get();
    stamp.filter(|stamp| stamp.fork == fork_generation())
}

/// Whether the calling thread has a parent's runtime beneath it: a callback forked, and this is the child.
pub(crate) fn is_inherited() -> bool {
    let stamp = ROLE.get().stamp();
    stamp.is_some_and(|stamp| stamp.fork != fork_generation())
}

/// Does the work here; on a thread of its own in the child of a callback, since that has its parent's runtime beneath it.
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

/// Starts a thread that leaves the host's signals alone.
pub(crate) fn start(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // Inherited, so that no signal finds the thread before it has blocked them.
    let quiet = SignalsKeptAway::new();
    let signals = quiet.before();
    let started = thread::Builder::new().name(name.to_owned()).spawn(move || {
        keep_signals_away(signals);
        run();
    });
    started.map(drop)
}

/// Marks the end of a piece of work, by its drop.
pub(crate) struct Boundary;

impl Drop for Boundary {
    fn drop(&mut self) {
        // In the child of a callback, all that the thread would do next is the parent's to do.
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
