//! The library's own threads. They start at the first call that needs them, never when the library
//! is loaded. They block all signals, and can be ended.

use std::time::Duration;

use acs_runtime::ShutdownError;
use core_auth::{Error, ErrorKind, Result};

use crate::error::acs_error;
use crate::ffi::{invalid, millis, status};
use crate::status::acs_status;

/// How long acs_shutdown waits by default.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// Sets the number of worker threads: 1 (default) to 64. It takes effect when the threads next
/// start. One thread handles some thousand exchanges a second. One additional thread sleeps until a
/// callback blocks a worker thread.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_set_worker_threads(count: i32, error: *mut *mut acs_error) -> acs_status {
    unsafe { status(error, || set_worker_threads(count.into())) }
}

/// Sets the number of worker threads.
pub fn set_worker_threads(count: i64) -> Result<()> {
    match usize::try_from(count) {
        Ok(count @ 1..=64) => {
            acs_runtime::set_worker_threads(count);
            Ok(())
        }
        _ => Err(invalid("count", format!("{count} is not from 1 to 64."))),
    }
}

/// Ends the library's threads. Submissions in progress complete with ACS_STATUS_CANCELLED before it
/// returns, and blocking functions end with ACS_STATUS_CANCELLED. Everything can be used
/// afterwards: the threads then start again, clients open new connections, and caches begin empty.
/// What is queued for the log's callback and for observers is delivered.
///
/// timeout_ms: how long to wait for running host callbacks, in milliseconds, or ACS_DEFAULT for
/// 5000.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT if it is called in a callback of the library;
/// ACS_STATUS_TIMEOUT if callbacks are still running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_shutdown(timeout_ms: i64, error: *mut *mut acs_error) -> acs_status {
    unsafe { status(error, || shut_down(millis(timeout_ms, "timeout_ms")?)) }
}

/// Ends the library's threads. Waits for running callbacks, at most for `timeout`.
pub fn shut_down(timeout: Option<Duration>) -> Result<()> {
    acs_runtime::shutdown(timeout.unwrap_or(DEFAULT_TIMEOUT)).map_err(|error| {
        let kind = match error {
            ShutdownError::OwnThread => ErrorKind::InvalidArgument,
            ShutdownError::Timeout => ErrorKind::Timeout,
        };
        Error::new(kind, error.to_string())
    })
}
