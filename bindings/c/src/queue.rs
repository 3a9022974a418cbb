//! Completion queues hold completions until an event loop, or a thread, takes them.
//!
//! The descriptor of acs_queue_fd is readable while the queue holds a completion: pass it to epoll,
//! kqueue, poll, libuv or libevent, and call acs_queue_next with a timeout of 0 until it returns
//! NULL. On Windows it is an event, for WaitForMultipleObjects and RegisterWaitForSingleObject.

use std::time::Duration;

use crate::completion::{Queue, acs_completion, acs_queue, no_descriptor};
use crate::error::acs_error;
use crate::ffi::{Out, freed, guarded, part, status};
use crate::status::acs_status;

/// A timeout for acs_queue_next: wait for a completion, or until the queue is shut down and empty.
pub const ACS_WAIT_FOREVER: i32 = -1;

/// Creates a queue.
///
/// Errors: ACS_STATUS_INTERNAL if the system provides no descriptor.
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

/// Returns a descriptor that is readable while the queue holds a completion. It belongs to the
/// queue: poll it, but don't read or close it. A forked child has another one. -1 for NULL, or if
/// the system provides none.
///
/// On Linux it is an eventfd, on macOS the end of a pipe. On Windows it is a manual-reset event
/// that is signalled while a completion waits: (HANDLE)(intptr_t)acs_queue_fd(queue). Wait for it,
/// and neither reset nor close it. It isn't a socket, so select() and libuv's uv_poll_t don't
/// accept it.
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
/// Waits for timeout_ms milliseconds, or without limit for ACS_WAIT_FOREVER (-1); 0 and other
/// negative numbers don't wait. Raise a timeout that is computed from a deadline to at least 0,
/// since it can be -1 by chance. NULL means that there was no completion in this time, or that the
/// queue was shut down and is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_next(queue: *mut acs_queue, timeout_ms: i64) -> *mut acs_completion {
    unsafe {
        part(queue, std::ptr::null_mut(), |queue| {
            // A timeout that a caller computes from a deadline is negative once the deadline has passed: it
            // must not wait for ever.
            let timeout = (timeout_ms != i64::from(ACS_WAIT_FOREVER))
                .then(|| Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0)));
            let next = queue.here().ok().and_then(|queue| queue.next(timeout));
            next.map_or(std::ptr::null_mut(), |completion| {
                Box::into_raw(Box::new(completion))
            })
        })
    }
}

/// Returns the number of submissions to this queue whose completion was not taken yet, including
/// those in progress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_pending(queue: *const acs_queue) -> usize {
    unsafe { part(queue, 0, |queue| queue.here().map_or(0, |queue| queue.pending())) }
}

/// Makes the queue reject further submissions and cancels those in progress; each still completes,
/// and its completion can be taken. Threads waiting in acs_queue_next are woken when there is
/// nothing more to wait for. NULL and repeated calls are ignored.
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

/// Shuts a queue down and frees it with all completions that were not taken. No thread may be using
/// it. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_queue_free(queue: *mut acs_queue) {
    guarded((), || unsafe {
        acs_queue_shutdown(queue);
        freed(queue);
    });
}
