//! How calls are made, blocking and not.

use std::cell::Cell;
use std::ffi::c_void;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use core_auth::{Error, ErrorKind, Result};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use crate::completion::{Outcome, acs_call, acs_completion, acs_delivery};
use crate::ffi::{Out, caught, invalid, keep_panics_quiet, read, reference};
use crate::process::no_runtime;
use crate::queue::{Place, Queue};

pub(crate) use acs_runtime::Task;

/// Waits on the calling thread, which is woken once: the work itself runs where its I/O does.
pub fn block<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let (_, given) = spawned(work)?;
    let given = acs_runtime::block_on(given).map_err(no_runtime)?;
    given.unwrap_or_else(|_| Err(cancelled()))
}

/// Waits in a future, which any executor may poll and which cancels the work when it is dropped.
pub async fn awaited<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    struct Waiting(Task);

    impl Drop for Waiting {
        fn drop(&mut self) {
            self.0.cancel();
        }
    }

    let (task, given) = spawned(work)?;
    let _waiting = Waiting(task);
    given.await.unwrap_or_else(|_| Err(cancelled()))
}

/// Starts work on the runtime, and the place where its result comes.
fn spawned<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<(Task, oneshot::Receiver<Result<T>>)> {
    keep_panics_quiet();
    let (give, given) = oneshot::channel();
    let task = acs_runtime::spawn(async move {
        // Nobody waits any more if the threads are being ended.
        let _ = give.send(caught_in(work).await);
    });
    Ok((task.map_err(no_runtime)?, given))
}

/// The result of the work; that of a panic is an error.
async fn caught_in<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    outcome.unwrap_or_else(|_| Err(caught()))
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "The call was cancelled.")
}

/// Starts a call whose completion goes where `delivery` says.
pub(crate) unsafe fn submit<T: Into<Outcome>>(
    work: impl Future<Output = Result<T>> + Send + 'static,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
) -> Result<()> {
    let receipt = unsafe { Receipt::of(&read(delivery)?) }?;
    let queue = receipt.queue();
    let task = begun(async move {
        receipt.send(caught_in(work).await.map(Into::into));
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
    /// What has become of the receipt while this thread spawns its task.
    static SPAWNING: Cell<Spawning> = const { Cell::new(Spawning::No) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spawning {
    No,
    Yes,
    Dropped,
}

/// Spawns; a runtime that is ending drops the work at once, which is then no submission.
fn begun(work: impl Future<Output = ()> + Send + 'static) -> Result<Task> {
    SPAWNING.set(Spawning::Yes);
    let task = acs_runtime::spawn(work);
    let dropped = SPAWNING.replace(Spawning::No) == Spawning::Dropped;
    let task = task.map_err(no_runtime)?;
    if dropped {
        return Err(Error::new(
            ErrorKind::Cancelled,
            "The library's threads are being shut down: nothing was started.",
        ));
    }
    Ok(task)
}

/// The duty to complete a submission, once.
struct Receipt {
    target: Option<Target>,
    user_data: *mut c_void,
}

enum Target {
    Callback(unsafe extern "C" fn(*mut c_void, *mut acs_completion)),
    Queue(Arc<Queue>, Place),
}

// SAFETY: `user_data` is the host's, who lets it be handed to threads of the library.
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
        Ok(Self {
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

    fn send(mut self, result: Result<Outcome>) {
        self.complete(result);
    }

    fn complete(&mut self, result: Result<Outcome>) {
        let Some(target) = self.target.take() else {
            return;
        };
        let completion = acs_completion::new(self.user_data, result);
        match target {
            // SAFETY: the host vouches for its callback.
            Target::Callback(callback) => unsafe {
                callback(self.user_data, Box::into_raw(Box::new(completion)));
            },
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
        if SPAWNING.get() == Spawning::Yes {
            SPAWNING.set(Spawning::Dropped);
            if let Some(Target::Queue(queue, place)) = self.target.take() {
                queue.give_up(place);
            }
            return;
        }
        self.complete(Err(cancelled()));
    }
}
