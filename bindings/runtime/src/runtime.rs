//! The runtime itself: started, used, ended, started again.

use std::cell::Cell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use arc_swap::{ArcSwapOption, Guard};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::fork::{block_signals, fork_generation};

static LIVE: ArcSwapOption<Live> = ArcSwapOption::const_empty();
static WORKER_THREADS: AtomicUsize = AtomicUsize::new(1);

/// A runtime that runs, of this process or of a parent.
pub(crate) struct Live {
    pub(crate) stamp: Stamp,
    handle: Handle,
    /// Taken by who ends it.
    runtime: Mutex<Option<Runtime>>,
    /// `true` once it is being ended.
    ending: watch::Sender<bool>,
}

/// Which runtime of which process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) fork: u64,
    start: u64,
}

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread is one of the runtime's own.
pub fn is_runtime_thread() -> bool {
    IS_OURS.get()
}

/// Sets how many threads drive I/O and tasks, from the next start of the runtime on. At least 1, which is the default.
pub fn set_worker_threads(count: usize) {
    WORKER_THREADS.store(count.max(1), Ordering::Relaxed);
}

/// The runtime of this process, started if there is none.
pub(crate) fn live() -> io::Result<Arc<Live>> {
    loop {
        let fork = fork_generation();
        let current = LIVE.load();
        match &*current {
            Some(live) if live.stamp.fork == fork => return Ok(Arc::clone(live)),
            _ => {}
        }
        let made = Arc::new(Live::start(fork)?);
        let before = LIVE.compare_and_swap(&current, Some(Arc::clone(&made)));
        if !is_same(&before, &current) {
            // Another thread was first.
            made.end(Duration::ZERO);
            continue;
        }
        if let Some(inherited) = Guard::into_inner(before) {
            // Its threads are the parent's: nothing of it may be dropped here.
            std::mem::forget(inherited);
        }
        return Ok(made);
    }
}

fn is_same(one: &Option<Arc<Live>>, other: &Option<Arc<Live>>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

impl Live {
    fn start(fork: u64) -> io::Result<Self> {
        static STARTS: AtomicU64 = AtomicU64::new(0);
        let runtime = Builder::new_multi_thread()
            .worker_threads(WORKER_THREADS.load(Ordering::Relaxed))
            .thread_name("acs-auth")
            .on_thread_start(|| {
                IS_OURS.set(true);
                block_signals();
            })
            .enable_io()
            .enable_time()
            .build()?;
        Ok(Self {
            stamp: Stamp {
                fork,
                start: STARTS.fetch_add(1, Ordering::Relaxed),
            },
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
            ending: watch::Sender::new(false),
        })
    }

    /// Ends the threads; `false` if some go on when the time is over.
    fn end(&self, patience: Duration) -> bool {
        self.ending.send_replace(true);
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(runtime) = runtime else {
            return true;
        };
        let started = Instant::now();
        runtime.shutdown_timeout(patience);
        patience.is_zero() || started.elapsed() < patience
    }

    pub(crate) fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        let _entered = self.handle.enter();
        work()
    }

    /// Runs a future here, unless the runtime is ended before it is done.
    fn block_on<F: Future>(&self, future: F) -> io::Result<F::Output> {
        let mut ending = self.ending.subscribe();
        let raced = async move {
            let mut ended = pin!(ending.wait_for(|ending| *ending));
            let mut future = pin!(future);
            poll_fn(|context| {
                // First, since what rests on the runtime's timers may panic once they are gone.
                if ended.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(was_ended()));
                }
                future.as_mut().poll(context).map(Ok)
            })
            .await
        };
        let blocked = catch_unwind(AssertUnwindSafe(|| {
            if is_runtime_thread() {
                tokio::task::block_in_place(|| self.handle.block_on(raced))
            } else {
                self.handle.block_on(raced)
            }
        }));
        match blocked {
            Ok(result) => result,
            Err(_) if *self.ending.borrow() => Err(was_ended()),
            Err(panic) => resume_unwind(panic),
        }
    }
}

fn was_ended() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "they were shut down meanwhile")
}

/// Runs a future on the calling thread, which may be one of the runtime's own.
///
/// # Errors
/// If the runtime cannot be started, or is shut down meanwhile ([`io::ErrorKind::Interrupted`]).
pub fn block_on<F: Future>(future: F) -> io::Result<F::Output> {
    live()?.block_on(future)
}

/// What was spawned, to cancel it.
#[derive(Debug, Clone)]
pub struct Task(AbortHandle);

impl Task {
    /// Drops the future, unless it has ended. May be called again and again, and from anywhere.
    pub fn cancel(&self) {
        self.0.abort();
    }
}

/// Runs a future on the runtime. It is dropped when it is cancelled or the runtime is shut down; if that is happening
/// just now, perhaps before this function returns.
///
/// # Errors
/// If the runtime cannot be started.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> io::Result<Task> {
    Ok(Task(live()?.handle.spawn(future).abort_handle()))
}

/// Runs what may block on a thread of its own.
///
/// # Errors
/// If the runtime cannot be started.
pub fn spawn_blocking(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    live()?.handle.spawn_blocking(work);
    Ok(())
}

/// Runs what needs a runtime around it to be made.
///
/// # Errors
/// If the runtime cannot be started.
pub fn enter<R>(work: impl FnOnce() -> R) -> io::Result<R> {
    Ok(live()?.enter(work))
}

/// Why the runtime was not shut down, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownError {
    /// The calling thread is one of the runtime's own, and cannot wait for itself.
    OwnThread,
    /// Something that blocks goes on; its thread ends with it.
    Timeout,
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OwnThread => "A thread of the library cannot end the library's threads.",
            Self::Timeout => "Something that blocks is still running.",
        })
    }
}

impl std::error::Error for ShutdownError {}

/// Ends the threads. All that was spawned is dropped when this returns, and who is in [`block_on`] gets an error. The next
/// use starts a new runtime.
///
/// # Errors
/// On a thread of the runtime, and when something that blocks goes on.
pub fn shutdown(patience: Duration) -> Result<(), ShutdownError> {
    if is_runtime_thread() {
        return Err(ShutdownError::OwnThread);
    }
    let fork = fork_generation();
    let Some(live) = LIVE.swap(None) else {
        return Ok(());
    };
    if live.stamp.fork != fork {
        std::mem::forget(live);
        return Ok(());
    }
    if live.end(patience) {
        Ok(())
    } else {
        Err(ShutdownError::Timeout)
    }
}
