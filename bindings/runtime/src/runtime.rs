//! What the facades call.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::pin::pin;
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

/// Sets how many threads drive I/O and tasks, from the next start of the runtime on. At least 1, which is the default.
pub fn set_worker_threads(count: usize) {
    WORKER_THREADS.store(count.max(1), Ordering::Relaxed);
}

/// Runs a future on the calling thread, which may be one of the runtime's own, or in here already.
///
/// Where a callback has forked and the child calls this, the future runs on a thread of its own.
///
/// # Errors
/// If the runtime cannot be started, or is shut down meanwhile, or a callback on this thread forked and this is the child
/// (both [`io::ErrorKind::Interrupted`]).
pub fn block_on<F>(future: F) -> io::Result<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    apart(|| Present::new()?.block_on(future))?
}

/// What was spawned, to cancel it.
#[derive(Debug, Clone)]
pub struct Task {
    handle: Option<AbortHandle>,
    fork: u64,
}

impl Task {
    /// Drops the future, unless it has ended. May be called again and again, and from anywhere. Nothing for what a parent
    /// of this process spawned.
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

/// Runs a future on the runtime. It is dropped when it is cancelled or the runtime is shut down, there too.
///
/// # Errors
/// If the runtime cannot be started.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> io::Result<Task> {
    let live = Present::new()?;
    Ok(spawned(&live, future))
}

/// Polls a future once on the calling thread, and runs on the runtime what is left of it: what has all it needs then
/// crosses no thread. A panic of that poll is the caller's.
///
/// # Errors
/// If the runtime cannot be started, or a callback on this thread forked and this is the child, in which the future is
/// leaked ([`io::ErrorKind::Interrupted`]).
pub fn poll_inline(future: impl Future<Output = ()> + Send + 'static) -> io::Result<Task> {
    let live = Present::new()?;
    let mut future = Box::pin(future);
    match live.poll(future.as_mut()) {
        Ok(Poll::Ready(())) => Ok(Task {
            handle: None,
            fork: live.stamp.fork,
        }),
        Ok(Poll::Pending) => Ok(spawned(&live, future)),
        Err(error) => {
            mem::forget(future);
            Err(error)
        }
    }
}

fn spawned(live: &Live, future: impl Future<Output = ()> + Send + 'static) -> Task {
    let boundary = Boundary;
    let stamp = live.stamp;
    let task = live.handle.spawn(async move {
        let _boundary = boundary;
        let mut future = pin!(future);
        poll_fn(|context| {
            let _boundary = Boundary;
            let _polling = Polling::new(Some(stamp));
            gate::work(|| future.as_mut().poll(context))
        })
        .await;
    });
    Task {
        handle: Some(task.abort_handle()),
        fork: live.stamp.fork,
    }
}

/// Starts a callback that may block, on a thread of its own. At most [`HOST_THREADS`](crate::HOST_THREADS) run at once, also
/// across restarts of the runtime; one more waits for up to 5 s. Dropping the future before that gives up the place. It
/// returns once the callback has a thread, and must be awaited on the runtime.
///
/// # Errors
/// If all threads stay taken ([`io::ErrorKind::TimedOut`]), the system gives no thread ([`io::ErrorKind::WouldBlock`]),
/// or the runtime cannot be started. `work` is dropped then.
pub async fn run_on_host_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let threads = Present::new()?.host_threads.clone();
    let thread = threads.one().await?;
    let live = Present::new()?;
    thread.run(live.stamp, &live.presence, work)
}

/// Runs a callback once: on the calling worker, or on a thread of its own while another callback blocks a worker. A callback
/// that blocks delays other work by some 20 ms. Each worker and [`CALLBACK_THREADS`](crate::CALLBACK_THREADS) threads can be
/// blocked so; further callbacks wait then, and nothing else does. [`shutdown`] waits for callbacks.
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

/// Runs what needs a runtime around it to be made.
///
/// # Errors
/// If the runtime cannot be started.
pub fn enter<R>(work: impl FnOnce() -> R) -> io::Result<R> {
    Ok(Present::new()?.enter(work))
}

/// Whether the runtime beneath the calling thread is being ended, or has been. What rests on its timers panics then.
pub fn is_ended_beneath() -> bool {
    beneath().is_some_and(|stamp| current() != Some(stamp))
}

/// Why the runtime was not shut down, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownError {
    /// The calling thread has the runtime beneath it, and cannot wait for itself.
    OwnThread,
    /// Something that blocks goes on; its thread ends with it.
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

/// Ends the threads. All that was spawned is dropped when this returns, and who is in [`block_on`] gets an error. What
/// waits in mailboxes is delivered. The next use starts a new runtime.
///
/// # Errors
/// On a thread of the runtime, of a mailbox or one in [`block_on`], and when a callback is still running after
/// `timeout`.
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
    // Afterwards, so that what was said of its end is delivered, too.
    let is_flushed = flush(deadline);
    // Without a thread for it, it goes on.
    if is_over.unwrap_or(false) && is_flushed {
        Ok(())
    } else {
        Err(ShutdownError::Timeout)
    }
}
