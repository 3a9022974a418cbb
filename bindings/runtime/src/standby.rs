//! The standby worker, which takes over when callbacks hold up the others.
//!
//! A callback runs on the worker that has its result, since a hop to another thread costs more than most callbacks do. The
//! runtime has one worker more than it needs, which sleeps in a task. Once a callback has run for one to two ticks it takes
//! the place of the worker that the callback holds up; until that returns, other callbacks run on threads of their own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use crate::gate;
use crate::locking::unpoisoned;

/// How often the standby worker looks while callbacks run.
const TICK: Duration = Duration::from_millis(10);

pub(crate) struct Standby {
    /// The number of the callback that each worker runs; 0 for none.
    running: Box<[AtomicU64]>,
    last: AtomicU64,
    /// Whether the standby worker sleeps, so that workers may run callbacks.
    is_in_place: AtomicBool,
    /// Whether it looks at every tick.
    is_watching: AtomicBool,
    phase: Mutex<Phase>,
    changed: Condvar,
    /// A runtime that has ended: see `offering`.
    nowhere: Handle,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It works as the others do.
    Working,
    /// A task that lets it sleep was spawned.
    Returning,
    /// It sleeps.
    InPlace,
    /// It sleeps and is to work.
    Called,
    Closed,
}

/// A callback that a worker runs.
pub(crate) struct Running(usize);

/// The callbacks that run, and the last that began.
#[derive(PartialEq, Eq)]
struct Look {
    running: Vec<u64>,
    last: u64,
}

impl Look {
    fn is_some_callback_running(&self) -> bool {
        self.running.iter().any(|number| *number != 0)
    }

    /// Whether a callback of then still runs.
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

    /// Sleeps on a worker until it is needed. Run by a task of its own.
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
                // Whoever returns from now on sees that.
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
                // One may have begun before it could see that.
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

    /// A callback is about to wait for the runtime.
    pub(crate) fn call(&self) {
        self.call_to_work(&mut self.lock());
        self.changed.notify_all();
    }

    /// The runtime is being ended, with all its workers.
    pub(crate) fn close(&self) {
        *self.lock() = Phase::Closed;
        self.is_in_place.store(false, Ordering::SeqCst);
        self.changed.notify_all();
    }

    /// Begins a callback on the calling worker; `None` if the standby worker could not take over from it.
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

    /// Ends one. Where it held up its worker, returns whether the standby worker may sleep again: [`stand_by`](Self::stand_by)
    /// is to be spawned.
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

    /// Does what may block, and lets other workers have the tasks that the calling one has queued meanwhile.
    ///
    /// tokio would start a thread to replace this one. It asks the runtime that has been entered, so with one that has ended
    /// it starts none: the worker is waited for, or the standby worker takes over.
    pub(crate) fn offering<R>(&self, work: impl FnOnce() -> R) -> R {
        let entered = self.nowhere.enter();
        tokio::task::block_in_place(move || {
            drop(entered);
            work()
        })
    }
}
