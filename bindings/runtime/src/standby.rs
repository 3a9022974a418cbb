//! The standby worker, which takes over while a callback blocks another worker.
//!
//! A callback runs on the worker that has its result, because a hop to another thread costs more than most
//! callbacks do. The runtime has one more worker than configured, which sleeps in a task. Once a callback has
//! run for one to two ticks, the standby worker replaces the blocked worker. Until the callback returns,
//! other callbacks run on threads of their own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use crate::gate;
use crate::locking::unpoisoned;

/// How often the standby worker checks running callbacks.
const TICK: Duration = Duration::from_millis(10);

pub(crate) struct Standby {
    /// The number of the callback that each worker runs; 0 for none.
    running: Box<[AtomicU64]>,
    last: AtomicU64,
    /// Whether the standby worker sleeps, so that workers may run callbacks.
    is_in_place: AtomicBool,
    /// Whether it checks at every tick.
    is_watching: AtomicBool,
    phase: Mutex<Phase>,
    changed: Condvar,
    /// The handle of a runtime that has been shut down: see `offering`.
    nowhere: Handle,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It works like the other workers.
    Working,
    /// The task in which it sleeps was spawned.
    Returning,
    /// It sleeps.
    InPlace,
    /// It was called to work, but hasn't woken yet.
    Called,
    Closed,
}

/// A callback that a worker runs.
pub(crate) struct Running(usize);

/// A snapshot: the running callbacks, and the number of the last one that began.
#[derive(PartialEq, Eq)]
struct Look {
    running: Vec<u64>,
    last: u64,
}

impl Look {
    fn is_some_callback_running(&self) -> bool {
        self.running.iter().any(|number| *number != 0)
    }

    /// Whether a callback of the earlier snapshot is still running.
    fn has_callback_of(&self, before: &Self) -> bool {
        let mut both = self.running.iter().zip(&before.running);
        both.any(|(now, before)| *now != 0 && now == before)
    }
}

impl Standby {
    pub(crate) fn new(workers: usize) -> std::io::Result<Self> {
        let ended = Builder::new_current_thread().build()?;
        let nowhere = ended.handle().clone();
        ended.shutdown_background();
        Ok(Self {
            running: (0..=workers).map(|_| AtomicU64::new(0)).collect(),
            last: AtomicU64::new(0),
            is_in_place: AtomicBool::new(false),
            is_watching: AtomicBool::new(false),
            phase: Mutex::new(Phase::Returning),
            changed: Condvar::new(),
            nowhere,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        unpoisoned(self.phase.lock())
    }

    /// Sleeps on a worker until it is needed. Runs in a task of its own.
    pub(crate) fn stand_by(&self) {
        let was_at_work = gate::end();
        self.offering(|| {
            // Wakes another worker to take what this one has queued.
            Handle::current().spawn(async {});
            self.sleep();
        });
        if was_at_work {
            gate::begin();
        }
    }

    fn sleep(&self) {
        let mut phase = self.lock();
        if *phase == Phase::Closed {
            return;
        }
        *phase = Phase::InPlace;
        self.is_in_place.store(true, Ordering::SeqCst);
        let mut before = self.look();
        loop {
            if *phase == Phase::Called {
                *phase = Phase::Working;
                // A callback that returns from now on sees this phase.
                if self.look().is_some_callback_running() {
                    return;
                }
                *phase = Phase::InPlace;
                self.is_in_place.store(true, Ordering::SeqCst);
            }
            if *phase == Phase::Closed {
                return;
            }
            if !self.is_watching.load(Ordering::SeqCst) {
                phase = unpoisoned(self.changed.wait(phase));
                before = self.look();
                continue;
            }
            let waited = self.changed.wait_timeout(phase, TICK);
            phase = unpoisoned(waited).0;
            let now = self.look();
            if now.has_callback_of(&before) {
                self.call_to_work(&mut phase);
            } else if now == before {
                self.is_watching.store(false, Ordering::SeqCst);
                // A callback may have begun that didn't see this.
                if self.look() != now {
                    self.is_watching.store(true, Ordering::SeqCst);
                }
            }
            before = now;
        }
    }

    fn look(&self) -> Look {
        let number = |place: &AtomicU64| place.load(Ordering::SeqCst);
        Look {
            running: self.running.iter().map(number).collect(),
            last: number(&self.last),
        }
    }

    fn call_to_work(&self, phase: &mut Phase) {
        if *phase == Phase::InPlace {
            *phase = Phase::Called;
            self.is_in_place.store(false, Ordering::SeqCst);
        }
    }

    /// Called by a callback that is about to block on the runtime.
    pub(crate) fn call(&self) {
        self.call_to_work(&mut self.lock());
        self.changed.notify_all();
    }

    /// Called when the runtime is being shut down.
    pub(crate) fn close(&self) {
        *self.lock() = Phase::Closed;
        self.is_in_place.store(false, Ordering::SeqCst);
        self.changed.notify_all();
    }

    /// Registers a callback on the calling worker. `None` if the standby worker isn't available to take over.
    pub(crate) fn begin(&self) -> Option<Running> {
        if !self.is_in_place.load(Ordering::SeqCst) {
            return None;
        }
        let number = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        let take = |place: &AtomicU64| {
            let taken = place.compare_exchange(0, number, Ordering::SeqCst, Ordering::Relaxed);
            taken.is_ok()
        };
        let place = self.running.iter().position(take)?;
        if !self.is_watching.load(Ordering::SeqCst) {
            let phase = self.lock();
            self.is_watching.store(true, Ordering::SeqCst);
            drop(phase);
            self.changed.notify_all();
        }
        Some(Running(place))
    }

    /// Unregisters a callback. Returns whether the standby worker took over and may sleep again: the caller
    /// must then spawn [`stand_by`](Self::stand_by).
    pub(crate) fn end(&self, running: &Running) -> bool {
        self.running[running.0].store(0, Ordering::SeqCst);
        if self.is_in_place.load(Ordering::SeqCst) {
            return false;
        }
        let mut phase = self.lock();
        let returns = *phase == Phase::Working && !self.look().is_some_callback_running();
        if returns {
            *phase = Phase::Returning;
        }
        returns
    }

    /// Runs work that may block, and lets other workers take the tasks that the calling worker has queued.
    ///
    /// tokio's `block_in_place` would start a thread to replace this worker. It does so through the runtime
    /// that is entered; with one that has been shut down it starts none, which is intended: either the work
    /// is short, or the standby worker takes over.
    pub(crate) fn offering<R>(&self, work: impl FnOnce() -> R) -> R {
        let entered = self.nowhere.enter();
        tokio::task::block_in_place(move || {
            drop(entered);
            work()
        })
    }
}
