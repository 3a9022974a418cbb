//! The queue inside an `acs_queue`.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use acs_runtime::{Task, unpoisoned};
use core_auth::Result;

use crate::ffi::invalid;
use crate::signal::Signal;

/// The key of a submission in its queue.
pub(crate) type Place = u64;

/// Completions to be taken, and submissions in progress.
pub(crate) struct CompletionQueue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    signal: Signal,
}

struct State<T> {
    ready: VecDeque<T>,
    /// Submissions in progress, with the task to cancel once it has started.
    pending: HashMap<Place, Option<Task>>,
    next: Place,
    /// The descriptor was handed out. Until then it isn't signalled, which saves a system call for each
    /// completion.
    is_watched: bool,
    is_shut: bool,
    waiting: usize,
}

impl<T> CompletionQueue<T> {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            state: Mutex::new(State {
                ready: VecDeque::new(),
                pending: HashMap::new(),
                next: 0,
                is_watched: false,
                is_shut: false,
                waiting: 0,
            }),
            arrived: Condvar::new(),
            signal: Signal::new()?,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        unpoisoned(self.state.lock())
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

    /// Removes a submission that failed to start: it gets no completion.
    pub(crate) fn give_up(&self, place: Place) {
        let mut state = self.lock();
        state.pending.remove(&place);
        self.wake(state);
    }

    /// Stores the task of a submission, so that shutting down the queue cancels it.
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

    pub(crate) fn push(&self, place: Place, completion: T) {
        let mut state = self.lock();
        let done = state.pending.remove(&place);
        if state.is_watched && state.ready.is_empty() {
            self.signal.raise();
        }
        state.ready.push_back(completion);
        self.wake(state);
        drop(done);
    }

    /// Wakes waiting threads. The lock is released first, because they take it at once.
    fn wake(&self, state: MutexGuard<'_, State<T>>) {
        let (is_shut, waiting) = (state.is_shut, state.waiting);
        drop(state);
        if is_shut {
            self.arrived.notify_all();
        } else if waiting > 0 {
            self.arrived.notify_one();
        }
    }

    /// Takes the next completion. Without a timeout it waits until there is one, or until the queue is shut
    /// down and empty.
    pub(crate) fn next(&self, timeout: Option<Duration>) -> Option<T> {
        // A deadline that `Instant` cannot represent is no deadline.
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
                None => unpoisoned(self.arrived.wait(state)),
                Some(left) => {
                    let waited = self.arrived.wait_timeout(state, left);
                    unpoisoned(waited).0
                }
            };
            state.waiting -= 1;
        }
    }

    pub(crate) fn descriptor(&self) -> i32 {
        let mut state = self.lock();
        if !state.is_watched && !state.ready.is_empty() {
            self.signal.raise();
        }
        state.is_watched = true;
        self.signal.descriptor()
    }

    pub(crate) fn shut_down(&self) {
        let mut state = self.lock();
        state.is_shut = true;
        let tasks: Vec<Task> = state.pending.values().flatten().cloned().collect();
        self.wake(state);
        for task in tasks {
            task.cancel();
        }
    }

    /// The number of completions that were not taken yet, including those of submissions in progress.
    pub(crate) fn pending(&self) -> usize {
        let state = self.lock();
        state.pending.len() + state.ready.len()
    }
}
