//! An answer that a host gives later, from any thread.

use std::mem;
use std::sync::Mutex;

use acs_runtime::{fork_generation, unpoisoned};
use tokio::sync::oneshot;

/// Receives one answer. A forked child inherits its parent's pending replies, but never uses them.
pub(crate) struct Reply<T> {
    waiting: Mutex<Option<oneshot::Sender<T>>>,
    fork: u64,
}

impl<T> Reply<T> {
    pub(crate) fn new() -> (Self, oneshot::Receiver<T>) {
        let (waiting, answer) = oneshot::channel();
        let reply = Self {
            waiting: Mutex::new(Some(waiting)),
            fork: fork_generation(),
        };
        (reply, answer)
    }

    fn is_here(&self) -> bool {
        self.fork == fork_generation()
    }

    /// Whether somebody waits for the answer.
    pub(crate) fn is_awaited(&self) -> bool {
        self.is_here()
            && unpoisoned(self.waiting.lock())
                .as_ref()
                .is_some_and(|waiting| !waiting.is_closed())
    }

    /// Whether it was answered, or belongs to another process.
    pub(crate) fn is_over(&self) -> bool {
        !self.is_here() || unpoisoned(self.waiting.lock()).is_none()
    }

    /// Sends the answer. Returns `false` if there was one before, and in a forked child.
    pub(crate) fn send(&self, answer: T) -> bool {
        if !self.is_here() {
            return false;
        }
        let waiting = unpoisoned(self.waiting.lock()).take();
        // Nobody may be waiting any more.
        waiting.map(|waiting| waiting.send(answer)).is_some()
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        // Dropping the sender would wake a task of the parent process.
        if !self.is_here() {
            mem::forget(self.waiting.get_mut().ok().and_then(Option::take));
        }
    }
}
