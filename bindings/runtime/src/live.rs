//! Starts, uses and shuts down a runtime.

use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Instant;

use arc_swap::ArcSwapOption;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;

use crate::callback::{CallbackThreads, before_wait, join_standby, stand_by};
use crate::gate;
use crate::host::HostThreads;
use crate::locking::unpoisoned;
use crate::presence::{Presence, left};
use crate::stamp::Stamp;
use crate::standby::Standby;
use crate::system::{PipeSignalKeptAway, SignalsKeptAway, fork_generation, keep_signals_away, stay_loaded};
use crate::thread::{NAME, Polling, Waiting, apart, is_inside, join};

static LIVE: ArcSwapOption<Live> = ArcSwapOption::const_empty();
pub(crate) static WORKER_THREADS: AtomicUsize = AtomicUsize::new(1);

/// A runtime of this process, or one inherited from a parent, which must not be touched.
pub(crate) struct Live {
    pub(crate) stamp: Stamp,
    pub(crate) handle: Handle,
    /// Taken by the thread that shuts it down.
    runtime: Mutex<Option<Runtime>>,
    /// `true` once it is being shut down.
    ending: watch::Sender<bool>,
    pub(crate) presence: Arc<Presence>,
    /// The threads for blocking callbacks. They belong to the process: a restarted runtime keeps them.
    pub(crate) host_threads: HostThreads,
    /// The threads for callbacks that no worker may run. They belong to the process, too.
    pub(crate) callbacks: Arc<CallbackThreads>,
    standby: Arc<Standby>,
    /// The runtime before this one, if that still has threads.
    before: Option<Arc<Live>>,
}

/// The latest runtime of this process, running or shut down.
pub(crate) fn last() -> Option<Arc<Live>> {
    let fork = fork_generation();
    LIVE.load()
        .as_ref()
        .filter(|live| live.stamp.fork == fork)
        .cloned()
}

/// Forgets a runtime that has ended, unless another has been started.
pub(crate) fn forget_ended(live: &Arc<Live>) {
    LIVE.compare_and_swap(live, None);
}

/// The stamp of this process's running runtime, if there is one.
pub(crate) fn current() -> Option<Stamp> {
    let fork = fork_generation();
    let last = LIVE.load();
    let live = last.as_ref().filter(|live| live.stamp.fork == fork)?;
    (!live.presence.is_closed()).then_some(live.stamp)
}

/// The runtime of this process. Shutting it down waits until this is dropped, or until the timeout.
pub(crate) struct Present(Option<Arc<Live>>);

impl Present {
    /// Starts the runtime if there is none.
    pub(crate) fn new() -> io::Result<Self> {
        loop {
            let fork = fork_generation();
            let current = LIVE.load();
            let before = current.as_ref().filter(|live| live.stamp.fork == fork);
            if let Some(present) = before.and_then(Self::of) {
                return Ok(present);
            }
            if is_inside() {
                // A callback during the shutdown must not start the runtime again.
                return Err(was_ended());
            }
            let made = Arc::new(Live::start(fork, before)?);
            // Made before another thread can shut the runtime down, so that this thread can use it.
            let present = Self::of(&made);
            let replaced = LIVE.compare_and_swap(&*current, Some(Arc::clone(&made)));
            if replaced.as_ref().map(Arc::as_ptr) != current.as_ref().map(Arc::as_ptr) {
                // Another thread was first.
                drop(present);
                apart(|| made.end(None))?;
                continue;
            }
            drop(current);
            if let Some(inherited) = arc_swap::Guard::into_inner(replaced)
                && inherited.stamp.fork != fork
            {
                // Its threads are the parent's: no part of it may be dropped here.
                mem::forget(inherited);
            }
            if let Some(present) = present {
                return Ok(present);
            }
        }
    }

    fn of(live: &Arc<Live>) -> Option<Self> {
        live.presence.enter().then(|| Self(Some(Arc::clone(live))))
    }
}

impl std::ops::Deref for Present {
    type Target = Live;

    fn deref(&self) -> &Live {
        self.0.as_deref().expect("it is there until it is dropped")
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let live = self.0.take();
        match &live {
            Some(live) if live.stamp.fork == fork_generation() => live.presence.leave(),
            // A callback forked, and this is the child.
            _ => mem::forget(live),
        }
    }
}

impl Live {
    fn start(fork: u64, before: Option<&Arc<Self>>) -> io::Result<Self> {
        static STARTS: AtomicU64 = AtomicU64::new(0);
        let stamp = Stamp {
            fork,
            start: STARTS.fetch_add(1, Ordering::Relaxed),
        };
        let count = WORKER_THREADS.load(Ordering::Relaxed);
        stay_loaded();
        // The threads inherit this mask, so that no signal is delivered to them before the hook below runs.
        let quiet = SignalsKeptAway::new();
        let signals = quiet.before();
        // One more, for the standby worker.
        let workers = count + 1;
        try_threads(workers)?;
        let standby = Arc::new(Standby::new(count)?);
        let its_standby = Arc::clone(&standby);
        let presence = Arc::new(Presence::default());
        let (starts, stops) = (Arc::clone(&presence), Arc::clone(&presence));
        let runtime = Builder::new_multi_thread()
            .worker_threads(workers)
            .thread_name(NAME)
            .on_thread_start(move || {
                starts.thread_starts();
                join(stamp);
                join_standby(stamp, &its_standby);
                keep_signals_away(signals);
            })
            .on_thread_unpark(|| {
                gate::begin();
            })
            .on_thread_park(|| {
                gate::end();
            })
            .on_thread_stop(move || {
                gate::end();
                stops.thread_stops();
            })
            .enable_io()
            .enable_time()
            .build()?;
        stand_by(runtime.handle(), Arc::clone(&standby));
        Ok(Self {
            stamp,
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
            ending: watch::Sender::new(false),
            presence,
            host_threads: before.map_or_else(HostThreads::default, |before| before.host_threads.clone()),
            callbacks: before.map_or_else(Arc::default, |before| Arc::clone(&before.callbacks)),
            standby,
            before: before.and_then(straggling),
        })
    }

    /// Shuts it down. Returns `false` if a thread is still in it at the deadline.
    pub(crate) fn end(&self, deadline: Option<Instant>) -> bool {
        self.presence.close();
        self.standby.close();
        self.ending.send_replace(true);
        // Threads in `block_on` leave first: what uses the runtime's timers may panic once they are gone.
        self.presence.wait_for_guests(deadline);
        let runtime = unpoisoned(self.runtime.lock()).take();
        if let Some(runtime) = runtime {
            runtime.shutdown_timeout(left(deadline));
            self.presence.set_down();
        }
        let is_over = self.presence.wait_for_end(deadline);
        let before = self.before.as_ref();
        is_over && before.is_none_or(|before| before.presence.wait_for_end(deadline))
    }

    pub(crate) fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        let _entered = self.handle.enter();
        gate::work(work)
    }

    /// Polls a future once on the calling thread. It isn't woken: whoever continues it must poll it again.
    pub(crate) fn poll<F: Future + ?Sized>(&self, future: Pin<&mut F>) -> io::Result<Poll<F::Output>> {
        // Threads that the future starts inherit this mask.
        let quiet = SignalsKeptAway::new();
        let waiting = Waiting::new(self.stamp);
        let polling = Polling::new(Some(self.stamp));
        let polled = self.enter(|| future.poll(&mut Context::from_waker(Waker::noop())));
        drop((polling, waiting, quiet));
        if self.is_inherited() {
            return Err(was_forked());
        }
        Ok(polled)
    }

    /// Runs a future on the calling thread until it is done or the runtime is shut down.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> io::Result<F::Output> {
        let mut ending = self.ending.subscribe();
        let mut raced = Box::pin(async move {
            let mut ended = pin!(ending.wait_for(|ending| *ending));
            let mut future = pin!(future);
            poll_fn(|context| {
                if ended.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(was_ended()));
                }
                future.as_mut().poll(context).map(Ok)
            })
            .await
        });
        before_wait();
        let waiting = Waiting::new(self.stamp);
        let _quiet = PipeSignalKeptAway::new();
        // A fork needn't wait for this thread, which may block for long.
        gate::end();
        // `block_in_place`, because this may be a worker, or a callback within another `block_on`.
        let blocked = catch_unwind(AssertUnwindSafe(|| {
            tokio::task::block_in_place(|| {
                self.handle.block_on(poll_fn(|context| {
                    let polling = Polling::new(Some(self.stamp));
                    let polled = gate::work(|| raced.as_mut().poll(context));
                    drop(polling);
                    if self.is_inherited() {
                        return Poll::Ready(Err(was_forked()));
                    }
                    polled
                }))
            })
        }));
        drop(waiting);
        if self.is_inherited() {
            mem::forget(raced);
            return Err(was_forked());
        }
        match blocked {
            Ok(result) => result,
            Err(_) if self.presence.is_closed() => Err(was_ended()),
            Err(panic) => resume_unwind(panic),
        }
    }

    fn is_inherited(&self) -> bool {
        self.stamp.fork != fork_generation()
    }
}

/// The given runtime, or one before it, that still has threads.
fn straggling(live: &Arc<Live>) -> Option<Arc<Live>> {
    if live.presence.is_over() {
        live.before.as_ref().and_then(straggling)
    } else {
        Some(Arc::clone(live))
    }
}

/// Checks that the system provides threads: tokio panics if it doesn't.
fn try_threads(count: usize) -> io::Result<()> {
    let all_tried = Arc::new(RwLock::new(()));
    let trying = unpoisoned(all_tried.write());
    let tried: Vec<_> = (0..count)
        .map(|_| {
            let all_tried = Arc::clone(&all_tried);
            let trial = thread::Builder::new().name(NAME.to_owned());
            trial.spawn(move || drop(all_tried.read()))
        })
        .collect();
    drop(trying);
    // Join all of them, even if one could not be started; but not in a forked child, where a lock of the C
    // library that the parent held may keep a thread from ending.
    let joins = fork_generation() == 0;
    let ended: Vec<io::Result<()>> = tried
        .into_iter()
        .map(|trial| {
            trial.map(|thread| {
                if joins {
                    drop(thread.join());
                }
            })
        })
        .collect();
    ended.into_iter().collect()
}

pub(crate) fn was_ended() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "they were shut down meanwhile")
}

fn was_forked() -> io::Error {
    io::Error::new(
        io::ErrorKind::Interrupted,
        "a callback forked, and this is the child",
    )
}
