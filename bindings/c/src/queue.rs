//! Completion queues: where completions wait until an event loop, or a thread, takes them.
//!
//! The descriptor of acs_queue_fd is readable while a completion waits: give it to epoll, poll, libuv or libevent, and
//! call acs_queue_next with a timeout of 0 until it gives NULL.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use core_auth::{Error, ErrorKind, Result};

use crate::completion::{acs_completion, acs_queue};
use crate::error::acs_error;
use crate::ffi::{Out, freed, guarded, invalid, part, status};
use crate::signal::Signal;
use crate::status::acs_status;
use crate::submit::Task;

impl acs_queue {
    /// The queue of this process: a forked child begins with an empty one of its own.
    pub(crate) fn here(&self) -> Result<Arc<Queue>> {
        self.queue
            .get()
            .map_err(|error: std::io::Error| no_descriptor(&error))
    }
}

/// The place of a submission in its queue.
pub(crate) type Place = u64;

pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    signal: Signal,
}

#[derive(Default)]
struct State {
    ready: VecDeque<acs_completion>,
    /// Those under way, with what cancels them.
    pending: HashMap<Place, Option<Task>>,
    next: Place,
    /// Somebody has the descriptor. Nothing is written to it before.
    is_watched: bool,
    is_shut: bool,
    waiting: usize,
}

impl Queue {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            state: Mutex::default(),
            arrived: Condvar::new(),
            signal: Signal::new()?,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock can leave it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reserve(&self) -> Result<Place> {
        let mut state = self.lock();
        if state.is_shut {
            return Err(invalid("queue", "It was shut down."));
        }
        let place = state.next;
        state.next += 1;
        state.pending.insert(place, None);
        Ok(place)
    }

    /// Nothing came of the submission: it will not be completed.
    pub(crate) fn give_up(&self, place: Place) {
        let mut state = self.lock();
        state.pending.remove(&place);
        self.wake(state);
    }

    /// The submission can be cancelled from here on.
    pub(crate) fn started(&self, place: Place, task: &Task) {
        let mut state = self.lock();
        let is_shut = state.is_shut;
        if let Some(slot) = state.pending.get_mut(&place) {
            *slot = Some(task.clone());
            drop(state);
            if is_shut {
                task.cancel();
            }
        }
    }

    pub(crate) fn push(&self, place: Place, completion: acs_completion) {
        let mut state = self.lock();
        let done = state.pending.remove(&place);
        if state.is_watched && state.ready.is_empty() {
            self.signal.raise();
        }
        state.ready.push_back(completion);
        self.wake(state);
        drop(done);
    }

    /// Wakes who has something to do now; without the lock, which is what they do first.
    fn wake(&self, state: MutexGuard<'_, State>) {
        let (is_shut, waiting) = (state.is_shut, state.waiting);
        drop(state);
        if is_shut {
            self.arrived.notify_all();
        } else if waiting > 0 {
            self.arrived.notify_one();
        }
    }

    /// Takes a completion; `None` for the timeout waits for ever.
    fn next(&self, timeout: Option<Duration>) -> Option<acs_completion> {
        // A deadline too far for the clock is none.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        loop {
            if let Some(completion) = state.ready.pop_front() {
                if state.is_watched && state.ready.is_empty() {
                    self.signal.clear();
                }
                return Some(completion);
            }
            if state.is_shut && state.pending.is_empty() {
                return None;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return None;
            }
            state.waiting += 1;
            state = match left {
                None => self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(left) => {
                    let waited = self.arrived.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            state.waiting -= 1;
        }
    }

    fn descriptor(&self) -> i32 {
        let mut state = self.lock();
        if !state.is_watched && !state.ready.is_empty() {
            self.signal.raise();
        }
        state.is_watched = true;
        self.signal.descriptor()
    }

    fn shut_down(&self) {
        let mut state = self.lock();
        state.is_shut = true;
        let tasks: Vec<Task> = state.pending.values().flatten().cloned().collect();
        self.wake(state);
        for task in tasks {
            task.cancel();
        }
    }
}

fn no_descriptor(error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!("The system gives no descriptor for a queue: {error}."),
    )
}

/// Makes a queue.
///
/// Errors: ACS_STATUS_INTERNAL if the system gives no descriptor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_new(queue: *mut *mut acs_queue, error: *mut *mut acs_error) -> acs_status {
    unsafe {
        status(error, || {
            let queue = Out::new(queue, "queue")?;
            let made = acs_runtime::PerFork::new(Queue::new).map_err(|error| no_descriptor(&error))?;
            queue.give(acs_queue { queue: made });
            Ok(())
        })
    }
}

/// A descriptor that is readable while a completion waits, and is the queue's own: poll it, and neither read nor close
/// it. A forked child has another one. -1 for NULL, or if the system gives none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_fd(queue: *const acs_queue) -> i32 {
    unsafe {
        part(queue, -1, |queue| {
            queue.here().map_or(-1, |queue| queue.descriptor())
        })
    }
}

/// Takes the next completion, which the caller frees with acs_completion_free.
///
/// It waits for timeout_ms milliseconds: 0 does not wait, ACS_DEFAULT waits for ever. NULL means that none came in this
/// time, or that the queue was shut down and is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_next(queue: *mut acs_queue, timeout_ms: i64) -> *mut acs_completion {
    unsafe {
        part(queue, std::ptr::null_mut(), |queue| {
            let timeout = u64::try_from(timeout_ms).ok().map(Duration::from_millis);
            let next = queue.here().ok().and_then(|queue| queue.next(timeout));
            next.map_or(std::ptr::null_mut(), |completion| {
                Box::into_raw(Box::new(completion))
            })
        })
    }
}

/// How many submissions to this queue have a completion that was not taken yet, those under way included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_pending(queue: *const acs_queue) -> usize {
    unsafe {
        part(queue, 0, |queue| {
            queue.here().map_or(0, |queue| {
                let state = queue.lock();
                state.pending.len() + state.ready.len()
            })
        })
    }
}

/// Lets the queue take no more submissions and cancels those under way; each is completed still, and can be taken. Who
/// waits in acs_queue_next is woken when there is nothing more to wait for. Nothing for NULL, and when done again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_shutdown(queue: *mut acs_queue) {
    unsafe {
        part(queue, (), |queue| {
            if let Ok(queue) = queue.here() {
                queue.shut_down();
            }
        });
    }
}

/// Shuts a queue down and frees it with all completions that were not taken. No thread may be using it. Nothing for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_free(queue: *mut acs_queue) {
    guarded((), || unsafe {
        acs_queue_shutdown(queue);
        freed(queue);
    });
}
