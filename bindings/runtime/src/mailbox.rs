//! Bounded queues of notifications for the host, such as log records. A thread of its own delivers each
//! queue, so that a slow callback delays no call.

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use crate::cell::PerFork;
use crate::locking::unpoisoned;
use crate::pending;
use crate::system::fork_generation;
use crate::thread::{Boundary, join_mailbox, start};

const NAME: &str = "acs-auth-notify";
/// How long a thread waits for another item before it ends.
const IDLE: Duration = Duration::from_secs(1);

/// What a mailbox delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery<T> {
    /// An item, in the order of the pushes.
    Item(T),
    /// The number of items that were dropped at this point because the mailbox was full.
    Dropped(u64),
}

/// A bounded queue whose items are passed to a callback. A forked child has an empty one, with a thread of
/// its own.
pub struct Mailbox<T: Send + 'static>(Arc<Shared<T>>);

struct Shared<T: Send + 'static> {
    deliver: Box<dyn Fn(Delivery<T>) + Send + Sync>,
    most_items: usize,
    most_bytes: usize,
    here: PerFork<Here<T>>,
    // The last field, so that it is dropped after `deliver`.
    end: End,
}

/// Counts a dropped mailbox as pending until its callback has been dropped, which a thread may still be
/// using.
struct End {
    /// The process that created the mailbox. In a child, the thread that would drop the callback doesn't
    /// exist.
    fork: u64,
    is_pending: AtomicBool,
}

impl End {
    fn begins(&self) {
        if self.fork == fork_generation() {
            pending::add(1);
            self.is_pending.store(true, Ordering::SeqCst);
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        if self.is_pending.load(Ordering::SeqCst) && self.fork == fork_generation() {
            pending::remove(1);
        }
    }
}

/// The queue of one process.
struct Here<T> {
    queue: Mutex<Queue<T>>,
    changed: Condvar,
}

struct Queue<T> {
    /// Each item with its size in bytes.
    waiting: VecDeque<(usize, Delivery<T>)>,
    bytes: usize,
    dropped: u64,
    has_thread: bool,
    is_closed: bool,
}

impl<T: Send + 'static> Mailbox<T> {
    /// Creates a mailbox for at most this many items and bytes. `deliver` is called by one thread at a time.
    pub fn new(
        most_items: usize,
        most_bytes: usize,
        deliver: impl Fn(Delivery<T>) + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Shared {
            deliver: Box::new(deliver),
            most_items,
            most_bytes,
            here: PerFork::lazy(|| Ok(Here::default())),
            end: End {
                fork: fork_generation(),
                is_pending: AtomicBool::new(false),
            },
        }))
    }

    /// Adds an item with its size in bytes, or counts it as dropped if there is no room. Never blocks.
    pub fn push(&self, item: T, bytes: usize) {
        let Ok(here) = self.0.here.get() else {
            return;
        };
        let mut queue = here.lock();
        // The count of dropped items needs a place as well.
        let places = 1 + usize::from(queue.dropped > 0);
        let has_room =
            queue.waiting.len() + places <= self.0.most_items && queue.bytes + bytes <= self.0.most_bytes;
        if has_room {
            if queue.dropped > 0 {
                // It has been pending since the first of them was dropped.
                let dropped = mem::take(&mut queue.dropped);
                queue.waiting.push_back((0, Delivery::Dropped(dropped)));
            }
            queue.waiting.push_back((bytes, Delivery::Item(item)));
            queue.bytes += bytes;
            pending::add(1);
        } else {
            pending::add(usize::from(queue.dropped == 0));
            queue.dropped += 1;
        }
        if mem::replace(&mut queue.has_thread, true) {
            drop(queue);
            here.changed.notify_one();
            return;
        }
        drop(queue);
        let (shared, its) = (Arc::clone(&self.0), Arc::clone(&here));
        if start(NAME, move || shared.serve(&its)).is_err() {
            // The next push tries again.
            here.lock().has_thread = false;
        }
    }
}

impl<T: Send + 'static> Drop for Mailbox<T> {
    /// Queued items are still delivered, then the callback is dropped. [`shutdown`](crate::shutdown) waits
    /// for both.
    fn drop(&mut self) {
        self.0.end.begins();
        if let Ok(here) = self.0.here.get() {
            here.lock().is_closed = true;
            here.changed.notify_one();
        }
    }
}

impl<T: Send + 'static> Shared<T> {
    fn serve(&self, here: &Here<T>) {
        join_mailbox();
        while let Some(delivery) = here.next() {
            {
                let _boundary = Boundary;
                let _ = catch_unwind(AssertUnwindSafe(|| (self.deliver)(delivery)));
            }
            pending::remove(1);
        }
    }
}

impl<T> Here<T> {
    fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        unpoisoned(self.queue.lock())
    }

    /// The next delivery; `None` ends the thread.
    fn next(&self) -> Option<Delivery<T>> {
        let mut queue = self.lock();
        loop {
            if let Some((bytes, delivery)) = queue.waiting.pop_front() {
                queue.bytes -= bytes;
                return Some(delivery);
            }
            if queue.dropped > 0 {
                return Some(Delivery::Dropped(mem::take(&mut queue.dropped)));
            }
            let mut is_idle = queue.is_closed;
            if !is_idle {
                let waited = self.changed.wait_timeout(queue, IDLE);
                let (woken, timeout) = unpoisoned(waited);
                queue = woken;
                is_idle = timeout.timed_out() && queue.waiting.is_empty() && queue.dropped == 0;
            }
            if is_idle {
                queue.has_thread = false;
                return None;
            }
        }
    }
}

impl<T> Default for Here<T> {
    fn default() -> Self {
        Self {
            queue: Mutex::new(Queue {
                waiting: VecDeque::new(),
                bytes: 0,
                dropped: 0,
                has_thread: false,
                is_closed: false,
            }),
            changed: Condvar::new(),
        }
    }
}

impl<T> Drop for Here<T> {
    /// Items are only left if no thread could be started for them.
    fn drop(&mut self) {
        let queue = unpoisoned(self.queue.get_mut());
        let left = queue.waiting.len() + usize::from(queue.dropped > 0);
        pending::remove(left);
    }
}

impl<T: Send + 'static> std::fmt::Debug for Mailbox<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailbox")
    }
}
