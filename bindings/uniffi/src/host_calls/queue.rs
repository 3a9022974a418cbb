//! The calls that wait until the host fetches them, and those that wait for its answer.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use acs_runtime::unpoisoned;
use core_auth::ErrorKind;
use core_auth::transport::{Attempt, TransportFailure};
use tokio::sync::mpsc;

use super::HostCall;
use crate::attempts::{Step, ending};
use crate::credential::AccessTokenInfo;
use crate::error::{AcsAuthError, Result};

/// The calls of a process.
#[derive(Default)]
pub(super) struct Calls {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<HostCall>,
    unanswered: HashMap<u64, SyncSender<Answer>>,
    attempts: HashMap<u64, OpenAttempt>,
    is_closed: bool,
}

/// An attempt that the host was shown and that has not ended.
struct OpenAttempt {
    steps: mpsc::UnboundedSender<Step>,
    progress: Attempt,
}

pub(super) type Answer = Result<Option<AccessTokenInfo>>;

fn closed() -> AcsAuthError {
    core_auth::Error::new(
        ErrorKind::Cancelled,
        "The process is ending: its callbacks are no longer called.",
    )
    .into()
}

/// Unique across forks, so that a child answering its parent's call doesn't answer one of its own.
fn next_number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(0);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

impl Calls {
    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }

    /// Blocks until the host has answered the call, or the queue is closed.
    pub(super) fn make(&self, call: impl FnOnce(u64) -> HostCall) -> Answer {
        let number = next_number();
        let (answer, answered) = sync_channel(1);
        let mut state = self.lock();
        if state.is_closed {
            return Err(closed());
        }
        state.unanswered.insert(number, answer);
        state.waiting.push_back(call(number));
        drop(state);
        self.arrived.notify_one();
        answered.recv().unwrap_or_else(|_| Err(closed()))
    }

    pub(super) fn answer(&self, number: u64, answer: Answer) {
        if let Some(waiting) = self.lock().unanswered.remove(&number) {
            let _ = waiting.send(answer);
        }
    }

    /// Queues a call that has no answer.
    pub(super) fn show(&self, call: HostCall) {
        let mut state = self.lock();
        if !state.is_closed {
            state.waiting.push_back(call);
            drop(state);
            self.arrived.notify_one();
        }
    }

    /// Queues an attempt. Returns its number, and the receiver of the steps that the host takes until `end`.
    pub(super) fn begin(
        &self,
        progress: Attempt,
        call: impl FnOnce(u64) -> HostCall,
    ) -> std::result::Result<(u64, mpsc::UnboundedReceiver<Step>), TransportFailure> {
        let number = next_number();
        let (sender, steps) = mpsc::unbounded_channel();
        let mut state = self.lock();
        if state.is_closed {
            return Err(ending());
        }
        let attempt = OpenAttempt {
            steps: sender,
            progress,
        };
        state.attempts.insert(number, attempt);
        state.waiting.push_back(call(number));
        drop(state);
        self.arrived.notify_one();
        Ok((number, steps))
    }

    /// Returns false if the attempt has ended.
    pub(super) fn step(&self, number: u64, step: Step) -> bool {
        let state = self.lock();
        let attempt = state.attempts.get(&number);
        attempt.is_some_and(|attempt| attempt.steps.send(step).is_ok())
    }

    pub(super) fn answered(&self, number: u64) {
        if let Some(attempt) = self.lock().attempts.get(&number) {
            attempt.progress.answered();
        }
    }

    pub(super) fn sending(&self, number: u64) -> bool {
        let state = self.lock();
        let attempt = state.attempts.get(&number);
        attempt.is_some_and(|attempt| attempt.progress.written())
    }

    pub(super) fn end(&self, number: u64) {
        self.lock().attempts.remove(&number);
    }

    pub(super) fn next(&self, timeout: Option<Duration>) -> Option<HostCall> {
        // A deadline that `Instant` cannot represent is no deadline.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(call) = state.waiting.pop_front() {
                return Some(call);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            state = match left {
                None => unpoisoned(self.arrived.wait(state)),
                Some(Duration::ZERO) => return None,
                Some(left) => {
                    let waited = self.arrived.wait_timeout(state, left);
                    unpoisoned(waited).0
                }
            };
        }
    }

    /// Wakes all waiting threads: those of the library and those of the host. Later calls fail at once.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        state.waiting.clear();
        state.unanswered.clear();
        state.attempts.clear();
        drop(state);
        self.arrived.notify_all();
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }
}
