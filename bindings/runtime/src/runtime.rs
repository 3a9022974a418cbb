//! The functions that the facades call.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::callback::call_here;
use crate::gate;
use crate::live::{Live, Present, WORKER_THREADS, current, forget_ended, last};
use crate::pending::flush;
use crate::system::fork_generation;
use crate::thread::{Boundary, Polling, apart, beneath, is_in_notification, is_inside};

/// Sets the number of worker threads: at least 1, which is the default. It takes effect when the runtime next
/// starts.
pub fn set_worker_threads(count: usize) {
    WORKER_THREADS.store(count.max(1), Ordering::Relaxed);
}

/// Runs a future on the calling thread and blocks until it is done. The thread may be one of the runtime's,
/// or already in `block_on`.
///
/// In a child that was forked in a callback, the future runs on a thread of its own.
///
/// # Errors
/// If the runtime cannot be started. [`io::ErrorKind::Interrupted`] if it is shut down meanwhile, or if a
/// callback on this thread forked and this is the child.
pub fn block_on<F>(future: F) -> io::Result<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    apart(|| Present::new()?.block_on(future))?
}

/// A handle for cancelling a spawned future.
#[derive(Debug, Clone)]
pub struct Task {
    handle: Option<AbortHandle>,
    fork: u64,
}

impl Task {
    /// Drops the future, unless it has ended. May be called from any thread and repeatedly. Does nothing for
    /// a future that a parent of this process spawned.
    pub fn cancel(&self) {
        if let Some(handle) = &self.handle
            && self.fork == fork_generation()
        {
            handle.abort();
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if self.fork != fork_generation() {
            mem::forget(self.handle.take());
        }
    }
}

/// Runs a future on the runtime. If it is cancelled or the runtime is shut down, the future is dropped there.
///
/// # Errors
/// If the runtime cannot be started.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> io::Result<Task> {
    spawn_boxed(Box::pin(future))
}

/// A future on the heap. The runtime spawns and polls no other type, because the code for each type of task adds
/// some 2 KB to every library, and each operation is a type.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

fn spawn_boxed(work: Work) -> io::Result<Task> {
    let live = Present::new()?;
    Ok(spawned(&live, work))
}

/// Polls a future once on the calling thread, and spawns it on the runtime if it isn't ready: a future that
/// is ready at once crosses no thread. A panic of the first poll propagates to the caller.
///
/// # Errors
/// If the runtime cannot be started. [`io::ErrorKind::Interrupted`] if a callback on this thread forked and
/// this is the child; the future is leaked then.
pub fn poll_inline(future: impl Future<Output = ()> + Send + 'static) -> io::Result<Task> {
    poll_boxed(Box::pin(future))
}

fn poll_boxed(mut work: Work) -> io::Result<Task> {
    let live = Present::new()?;
    match live.poll(work.as_mut()) {
        Ok(Poll::Ready(())) => Ok(Task {
            handle: None,
            fork: live.stamp.fork,
        }),
        Ok(Poll::Pending) => Ok(spawned(&live, work)),
        Err(error) => {
            mem::forget(work);
            Err(error)
        }
    }
}

fn spawned(live: &Live, work: Work) -> Task {
    let boundary = Boundary;
    let stamp = live.stamp;
    let task = live.handle.spawn(async move {
        let _boundary = boundary;
        let mut work = work;
        poll_fn(|context| {
            let _boundary = Boundary;
            let _polling = Polling::new(Some(stamp));
            gate::work(|| work.as_mut().poll(context))
        })
        .await;
    });
    Task {
        handle: Some(task.abort_handle()),
        fork: live.stamp.fork,
    }
}

/// Starts a callback that may block, on a thread of its own. At most [`HOST_THREADS`](crate::HOST_THREADS)
/// run at once, also across restarts of the runtime; a further one waits, as long as this future is awaited.
/// Dropping the future while it waits gives up the place. It completes once the callback has a thread, without
/// waiting if one is free, and must be awaited on the runtime.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] if the system provides no thread; also if the runtime cannot be started. `work`
/// is dropped then.
pub async fn run_on_host_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let threads = Present::new()?.host_threads.clone();
    let thread = threads.one().await?;
    let live = Present::new()?;
    thread.run(live.stamp, &live.presence, work)
}

/// Runs a callback once: on the calling worker, or on a thread of its own while another callback blocks a
/// worker. A callback that blocks delays other work by about 20 ms. Callbacks may block each worker and
/// [`CALLBACK_THREADS`](crate::CALLBACK_THREADS) more threads; then further callbacks wait, but nothing else
/// does. [`shutdown`] waits for callbacks.
pub fn call_back(callback: impl FnOnce() + Send + 'static) {
    let Err(callback) = call_here(callback) else {
        return;
    };
    match last() {
        Some(live) => live.callbacks.run(live.stamp, &live.presence, Box::new(callback)),
        None => {
            let _polling = Polling::new(None);
            callback();
        }
    }
}

/// Runs a function within the runtime, without blocking for it.
///
/// # Errors
/// If the runtime cannot be started.
pub fn enter<R>(work: impl FnOnce() -> R) -> io::Result<R> {
    Ok(Present::new()?.enter(work))
}

/// Whether the runtime that the calling thread works for is being shut down, or has ended. What uses its
/// timers panics then.
pub fn is_ended_beneath() -> bool {
    beneath().is_some_and(|stamp| current() != Some(stamp))
}

/// Why the runtime was not shut down completely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownError {
    /// The calling thread belongs to the runtime, or is in `block_on` or a mailbox's callback: it can't wait
    /// for itself.
    OwnThread,
    /// A callback is still running; its thread ends when it returns.
    Timeout,
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OwnThread => "A callback of the library cannot end the library's threads.",
            Self::Timeout => "Something that blocks is still running.",
        })
    }
}

impl std::error::Error for ShutdownError {}

/// Shuts the runtime down and ends its threads. When this returns, all spawned futures have been dropped, and
/// threads in [`block_on`] get an error. Queued items of mailboxes are delivered. The next use starts a new
/// runtime.
///
/// # Errors
/// [`ShutdownError::OwnThread`] on a thread of the runtime or of a mailbox and in [`block_on`];
/// [`ShutdownError::Timeout`] if a callback is still running after `timeout`.
pub fn shutdown(timeout: Duration) -> Result<(), ShutdownError> {
    if is_inside() || is_in_notification() {
        return Err(ShutdownError::OwnThread);
    }
    let deadline = Instant::now().checked_add(timeout);
    let is_over = apart(|| {
        last().is_none_or(|live| {
            let is_over = live.end(deadline);
            if is_over {
                forget_ended(&live);
            }
            is_over
        })
    });
    // After the shutdown, so that its own log records are delivered as well.
    let is_flushed = flush(deadline);
    // `is_over` is an error if no thread could be started: the runtime then keeps running.
    if is_over.unwrap_or(false) && is_flushed {
        Ok(())
    } else {
        Err(ShutdownError::Timeout)
    }
}
