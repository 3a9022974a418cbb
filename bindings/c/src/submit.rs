//! Runs operations, blocking and non-blocking.

use std::cell::Cell;
use std::ffi::c_void;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use core_auth::{Error, ErrorKind, Result};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use crate::call_response::{ResponseSlot, acs_call_response};
use crate::completion::{Outcome, Queue, acs_call, acs_completion, acs_delivery};
use crate::completion_queue::Place;
use crate::ffi::{Out, caught, host, invalid, keep_panics_quiet, read, reference};
use crate::process::no_runtime;

use crate::userdata::UserData;

use acs_runtime::Task;

/// An operation whose arguments have been read. Its result is a `T`.
pub(crate) trait Work<T> {
    /// Runs it on the runtime and blocks the calling thread until it has ended.
    fn wait(self) -> Result<T>
    where
        T: Send + 'static;

    /// Starts it; `delivery` determines where its completion goes.
    unsafe fn submit(self, delivery: *const acs_delivery, call: *mut *mut acs_call) -> Result<()>
    where
        T: Into<Outcome>;
}

impl<T, F: Future<Output = Result<T>> + Send + 'static> Work<T> for F {
    fn wait(self) -> Result<T>
    where
        T: Send + 'static,
    {
        block(Begin::Spawn, self)
    }

    unsafe fn submit(self, delivery: *const acs_delivery, call: *mut *mut acs_call) -> Result<()>
    where
        T: Into<Outcome>,
    {
        unsafe { submit(Begin::Spawn, self, None, delivery, call) }
    }
}

/// Work that is often ready at once: see [`Begin::PollInline`].
pub(crate) struct PollInline<F>(pub(crate) F);

impl<T, F: Future<Output = Result<T>> + Send + 'static> Work<T> for PollInline<F> {
    fn wait(self) -> Result<T>
    where
        T: Send + 'static,
    {
        block(Begin::PollInline, self.0)
    }

    unsafe fn submit(self, delivery: *const acs_delivery, call: *mut *mut acs_call) -> Result<()>
    where
        T: Into<Outcome>,
    {
        unsafe { submit(Begin::PollInline, self.0, None, delivery, call) }
    }
}

/// Where a future is first polled. It continues on the library's threads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// Spawned on the library's threads.
    Spawn,
    /// Polled once on the calling thread, and spawned if it isn't ready: a cached token then crosses no
    /// thread.
    PollInline,
}

impl Begin {
    fn spawn(self, work: impl Future<Output = ()> + Send + 'static) -> Result<Task> {
        let task = match self {
            Self::Spawn => acs_runtime::spawn(work),
            Self::PollInline => acs_runtime::poll_inline(work),
        };
        task.map_err(no_runtime)
    }
}

/// Blocks the calling thread until the work has ended. The thread is woken only once.
fn block<T: Send + 'static>(
    begin: Begin,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    received(spawned(begin, work)?)
}

fn received<T: Send + 'static>(mut given: oneshot::Receiver<Result<T>>) -> Result<T> {
    match given.try_recv() {
        Ok(given) => given,
        // Awaiting it now would panic.
        Err(TryRecvError::Closed) => Err(cancelled()),
        Err(TryRecvError::Empty) => {
            let given = acs_runtime::block_on(given).map_err(no_runtime)?;
            given.unwrap_or_else(|_| Err(cancelled()))
        }
    }
}

/// Starts work on the runtime; the receiver gets its result.
fn spawned<T: Send + 'static>(
    begin: Begin,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<oneshot::Receiver<Result<T>>> {
    keep_panics_quiet();
    let (give, given) = oneshot::channel();
    begin.spawn(async move {
        // There is no receiver any more if the threads are being shut down.
        let _ = give.send(caught_in(work).await);
    })?;
    Ok(given)
}

/// The result of the work. A panic becomes an error, and if the runtime was shut down under the work, any
/// failure becomes a cancellation.
async fn caught_in<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) if acs_runtime::is_ended_beneath() => Err(cancelled()),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(caught()),
    }
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "The call was cancelled.")
}

/// Starts a call; `delivery` determines where its completion goes. The completion also holds the response
/// that the work stored in `slot`.
///
/// Callbacks run on the library's threads, so work that completes with one is always spawned.
pub(crate) unsafe fn submit<T: Into<Outcome>>(
    begin: Begin,
    work: impl Future<Output = Result<T>> + Send + 'static,
    slot: Option<ResponseSlot>,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
) -> Result<()> {
    let receipt = unsafe { Receipt::of(&read(delivery)?) }?;
    let queue = receipt.queue();
    let begin = if queue.is_some() { begin } else { Begin::Spawn };
    let task = begun(begin, receipt.number, async move {
        let result = caught_in(work).await.map(Into::into);
        receipt.send(result, slot.and_then(|slot| slot.take()));
    })?;
    if let Some((queue, place)) = queue {
        queue.started(place, &task);
    }
    if let Ok(call) = Out::new(call, "call") {
        call.give(acs_call { task });
    }
    Ok(())
}

thread_local! {
    /// The receipt whose task this thread is spawning.
    static SPAWNING: Cell<Option<Spawning>> = const { Cell::new(None) };
}

#[derive(Clone, Copy)]
struct Spawning {
    receipt: u64,
    was_dropped: bool,
}

/// Spawns the work. A runtime that is shutting down drops it at once; this returns an error then, and the
/// submission gets no completion.
fn begun(begin: Begin, receipt: u64, work: impl Future<Output = ()> + Send + 'static) -> Result<Task> {
    // Nested: the work may call a callback that submits as well.
    let outer = SPAWNING.replace(Some(Spawning {
        receipt,
        was_dropped: false,
    }));
    let task = begin.spawn(work);
    let was_dropped = SPAWNING
        .replace(outer)
        .is_some_and(|spawning| spawning.was_dropped);
    let task = task?;
    if was_dropped {
        return Err(Error::new(
            ErrorKind::Cancelled,
            "The library's threads are being shut down: nothing was started.",
        ));
    }
    Ok(task)
}

/// Completes a submission exactly once, also if its work is dropped.
struct Receipt {
    number: u64,
    target: Option<Target>,
    user_data: *mut c_void,
}

enum Target {
    Callback(unsafe extern "C-unwind" fn(*mut c_void, *mut acs_completion)),
    Queue(Arc<Queue>, Place),
}

// SAFETY: `user_data` is only passed back to the host, which knows that callbacks run on threads of the
// library.
unsafe impl Send for Receipt {}

impl Receipt {
    unsafe fn of(delivery: &acs_delivery) -> Result<Self> {
        let target = match (delivery.queue.is_null(), delivery.callback) {
            (true, Some(callback)) => Target::Callback(callback),
            (false, None) => {
                let queue = unsafe { reference(delivery.queue, "queue") }?.here()?;
                let place = queue.reserve()?;
                Target::Queue(queue, place)
            }
            (true, None) | (false, Some(_)) => {
                return Err(invalid("delivery", "It needs a queue or a callback, not both."));
            }
        };
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        Ok(Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            target: Some(target),
            user_data: delivery.user_data,
        })
    }

    fn queue(&self) -> Option<(Arc<Queue>, Place)> {
        match &self.target {
            Some(Target::Queue(queue, place)) => Some((Arc::clone(queue), *place)),
            _ => None,
        }
    }

    fn send(mut self, result: Result<Outcome>, response: Option<acs_call_response>) {
        self.complete(result, response);
    }

    fn complete(&mut self, result: Result<Outcome>, response: Option<acs_call_response>) {
        let Some(target) = self.target.take() else {
            return;
        };
        let completion = acs_completion::new(self.user_data, result, response);
        match target {
            Target::Callback(callback) => {
                let user_data = UserData::new(self.user_data, None);
                acs_runtime::call_back(move || {
                    let completion = Box::into_raw(Box::new(completion));
                    // SAFETY: the host vouches for its callback.
                    host("acs_completion_callback", || unsafe {
                        callback(user_data.pointer(), completion);
                    });
                });
            }
            Target::Queue(queue, place) => queue.push(place, completion),
        }
    }
}

impl Drop for Receipt {
    /// The work was dropped before its end: cancelled, or the runtime was shut down.
    fn drop(&mut self) {
        if self.target.is_none() {
            return;
        }
        if let Some(spawning) = SPAWNING.get()
            && spawning.receipt == self.number
        {
            SPAWNING.set(Some(Spawning {
                was_dropped: true,
                ..spawning
            }));
            if let Some(Target::Queue(queue, place)) = self.target.take() {
                queue.give_up(place);
            }
            return;
        }
        self.complete(Err(cancelled()), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "the worker thread would outlive the program")]
    fn a_panic_of_the_work_is_an_error() {
        let error = block::<()>(Begin::Spawn, async { panic!("with a secret") }).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Internal);
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn work_that_was_dropped_before_the_wait_is_cancelled() {
        let (give, given) = oneshot::channel::<Result<()>>();
        drop(give);
        assert_eq!(received(given).unwrap_err().kind, ErrorKind::Cancelled);
    }
}
