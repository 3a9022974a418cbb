//! Runs completion callbacks, which may block.

use std::cell::{Cell, OnceCell};
use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::gate;
use crate::locking::unpoisoned;
use crate::presence::Presence;
use crate::stamp::Stamp;
use crate::standby::Standby;
use crate::system::fork_generation;
use crate::thread::{Boundary, Polling, join, start};

/// The maximum number of threads that run callbacks in addition to the workers, per process.
pub const CALLBACK_THREADS: usize = 16;
const NAME: &str = "acs-auth-call";
/// How long a thread waits for another callback before it ends.
const IDLE: Duration = Duration::from_secs(1);

thread_local! {
    /// On a worker: its runtime, and the standby worker that takes over from it.
    static STANDBY: OnceCell<(Stamp, Arc<Standby>)> = const { OnceCell::new() };
    /// Whether this worker runs a callback.
    static IS_IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

/// Runs a callback on the calling worker. Returns the callback if this thread isn't a worker, or if the
/// standby worker isn't available to take over.
pub(crate) fn call_here<F: FnOnce()>(callback: F) -> Result<(), F> {
    let running = STANDBY.with(|here| {
        let (stamp, standby) = here.get()?;
        let standby = (stamp.fork == fork_generation()).then_some(standby)?;
        Some((standby.begin()?, Arc::clone(standby)))
    });
    let Some((running, standby)) = running else {
        return Err(callback);
    };
    run_here(&standby, callback);
    if standby.end(&running) {
        stand_by(&Handle::current(), standby);
    }
    Ok(())
}

fn run_here(standby: &Standby, callback: impl FnOnce()) {
    // A callback may take long and holds no lock that a forked child would miss, so a fork needn't wait for
    // it.
    let was_at_work = gate::end();
    let was_in_callback = IS_IN_CALLBACK.replace(true);
    standby.offering(|| {
        let _boundary = Boundary;
        let _polling = Polling::new(None);
        let _ = catch_unwind(AssertUnwindSafe(callback));
    });
    IS_IN_CALLBACK.set(was_in_callback);
    if was_at_work {
        gate::begin();
    }
}

/// Sends a worker to sleep as the standby worker.
pub(crate) fn stand_by(handle: &Handle, standby: Arc<Standby>) {
    handle.spawn(async move { standby.stand_by() });
}

/// Marks the calling thread as a worker.
pub(crate) fn join_standby(stamp: Stamp, standby: &Arc<Standby>) {
    STANDBY.with(|here| here.set((stamp, Arc::clone(standby))).ok());
}

/// Must be called before the thread blocks until the runtime has done something: if it is a worker in a
/// callback, the standby worker takes over at once.
pub(crate) fn before_wait() {
    if IS_IN_CALLBACK.get() {
        STANDBY.with(|here| {
            if let Some((_, standby)) = here.get() {
                standby.call();
            }
        });
    }
}

/// The additional threads for callbacks, started on demand.
#[derive(Default)]
pub(crate) struct CallbackThreads {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    threads: usize,
    idle: usize,
}

struct Waiting {
    stamp: Stamp,
    presence: Arc<Presence>,
    callback: Box<dyn FnOnce() + Send>,
}

impl Waiting {
    fn run(self) {
        {
            let _boundary = Boundary;
            let _ = catch_unwind(AssertUnwindSafe(self.callback));
        }
        self.presence.thread_stops();
    }
}

impl CallbackThreads {
    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }

    /// Runs a callback on one of the threads, which counts as a thread of that runtime meanwhile.
    pub(crate) fn run(
        self: &Arc<Self>,
        stamp: Stamp,
        presence: &Arc<Presence>,
        callback: Box<dyn FnOnce() + Send>,
    ) {
        let presence = Arc::clone(presence);
        // Shutting the runtime down waits for the callback.
        presence.thread_starts();
        let mut state = self.lock();
        state.waiting.push_back(Waiting {
            stamp,
            presence,
            callback,
        });
        if state.idle >= state.waiting.len() || state.threads == CALLBACK_THREADS {
            drop(state);
            self.changed.notify_one();
            return;
        }
        state.threads += 1;
        drop(state);
        let its = Arc::clone(self);
        if start(NAME, move || its.serve()).is_err() {
            let mut state = self.lock();
            state.threads -= 1;
            // Every callback must run, and there is no other thread.
            let left = if state.threads == 0 {
                mem::take(&mut state.waiting)
            } else {
                VecDeque::new()
            };
            drop(state);
            left.into_iter().for_each(Waiting::run);
        }
    }

    fn serve(&self) {
        while let Some(waiting) = self.next() {
            join(waiting.stamp);
            waiting.run();
        }
    }

    /// The next callback; `None` ends the thread.
    fn next(&self) -> Option<Waiting> {
        let mut state = self.lock();
        loop {
            if let Some(waiting) = state.waiting.pop_front() {
                return Some(waiting);
            }
            state.idle += 1;
            let waited = self.changed.wait_timeout(state, IDLE);
            let (woken, timeout) = unpoisoned(waited);
            state = woken;
            state.idle -= 1;
            if timeout.timed_out() && state.waiting.is_empty() {
                state.threads -= 1;
                return None;
            }
        }
    }
}
