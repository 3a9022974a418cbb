//! Completion queues: where completions wait until an event loop, or a thread, takes them.
//!
//! The descriptor of acs_queue_fd is readable while a completion waits: give it to epoll, kqueue, poll, libuv or libevent,
//! and call acs_queue_next with a timeout of 0 until it gives NULL. On Windows it is an event, for WaitForMultipleObjects and
//! RegisterWaitForSingleObject.

use std::time::Duration;

use crate::completion::{Queue, acs_completion, acs_queue, no_descriptor};
use crate::error::acs_error;
use crate::ffi::{Out, freed, guarded, part, status};
use crate::status::acs_status;

/// In place of a timeout of acs_queue_next: wait until a completion comes, or the queue is shut down and empty.
pub const ACS_WAIT_FOREVER: i32 = -1;

/// Makes a queue.
///
/// Errors: ACS_STATUS_INTERNAL if the system gives no descriptor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_new(queue: *mut *mut acs_queue, error: *mut *mut acs_error) -> acs_status {
    unsafe {
        status(error, || {
            let queue = Out::new(queue, "queue")?;
            let made = acs_runtime::PerFork::new(Queue::new).map_err(|error| no_descriptor(&error))?;
            queue.give(acs_queue { queue: made });
            Ok(())
        })
    }
}

/// A descriptor that is readable while a completion waits, and is the queue's own: poll it, and neither read nor close
/// it. A forked child has another one. -1 for NULL, or if the system gives none.
///
/// On Linux it is an eventfd, on macOS the end of a pipe. On Windows it is a manual-reset event that is signalled while a
/// completion waits: (HANDLE)(intptr_t)acs_queue_fd(queue). Wait for it, and neither reset nor close it. It is no socket, so
/// select() and libuv's uv_poll_t do not take it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_fd(queue: *const acs_queue) -> i32 {
    unsafe {
        part(queue, -1, |queue| {
            queue.here().map_or(-1, |queue| queue.descriptor())
        })
    }
}

/// Takes the next completion, which the caller frees with acs_completion_free.
///
/// It waits for timeout_ms milliseconds; 0 does not wait, and ACS_WAIT_FOREVER has no limit. NULL means that none came in
/// this time, or that the queue was shut down and is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_next(queue: *mut acs_queue, timeout_ms: i64) -> *mut acs_completion {
    unsafe {
        part(queue, std::ptr::null_mut(), |queue| {
            let timeout = u64::try_from(timeout_ms).ok().map(Duration::from_millis);
            let next = queue.here().ok().and_then(|queue| queue.next(timeout));
            next.map_or(std::ptr::null_mut(), |completion| {
                Box::into_raw(Box::new(completion))
            })
        })
    }
}

/// How many submissions to this queue have a completion that was not taken yet, those under way included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_pending(queue: *const acs_queue) -> usize {
    unsafe { part(queue, 0, |queue| queue.here().map_or(0, |queue| queue.pending())) }
}

/// Lets the queue take no more submissions and cancels those under way; each is completed still, and can be taken. Who
/// waits in acs_queue_next is woken when there is nothing more to wait for. Nothing for NULL, and when done again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_shutdown(queue: *mut acs_queue) {
    unsafe {
        part(queue, (), |queue| {
            if let Ok(queue) = queue.here() {
                queue.shut_down();
            }
        });
    }
}

/// Shuts a queue down and frees it with all completions that were not taken. No thread may be using it. Nothing for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_free(queue: *mut acs_queue) {
    guarded((), || unsafe {
        acs_queue_shutdown(queue);
        freed(queue);
    });
}
