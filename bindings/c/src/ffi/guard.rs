//! The guard around the body of every exported function: no panic crosses the ABI.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use core_auth::{Error, ErrorKind, Result};

use super::Text;
use super::text::pointer;

use crate::error::acs_error;
use crate::status::acs_status;

/// Runs a function that may fail. On failure the details go to `error`, if it is not NULL.
pub(crate) unsafe fn status(error: *mut *mut acs_error, work: impl FnOnce() -> Result<()>) -> acs_status {
    keep_panics_quiet();
    let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(caught()));
    let Err(failure) = outcome else {
        return acs_status::Ok;
    };
    guarded(acs_status::Internal, || {
        let made = acs_error::from(failure);
        let status = made.kind();
        if !error.is_null() {
            // SAFETY: the caller vouches that `error`, if it is not NULL, can be written to.
            unsafe { error.write(Box::into_raw(Box::new(made))) };
        }
        status
    })
}

/// Runs a function that cannot fail. Returns `otherwise` if it panics.
pub(crate) fn guarded<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    keep_panics_quiet();
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(otherwise)
}

/// Returns what `part` reads from a handle; `otherwise` for NULL.
pub(crate) unsafe fn part<T, R>(handle: *const T, otherwise: R, part: impl FnOnce(&T) -> R) -> R {
    // SAFETY: the caller vouches that a handle that is not NULL is valid.
    let value = unsafe { handle.as_ref() };
    match value {
        Some(value) => guarded(otherwise, || part(value)),
        None => otherwise,
    }
}

/// A text borrowed from a handle; NULL if the handle is NULL or has no such text.
pub(crate) unsafe fn borrowed<T>(handle: *const T, text: impl FnOnce(&T) -> Option<&Text>) -> *const c_char {
    // SAFETY: as the caller of this function vouches.
    unsafe { part(handle, std::ptr::null(), |value| pointer(text(value))) }
}

/// Frees a handle; NULL is ignored.
pub(crate) unsafe fn freed<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: the caller frees a handle that the library returned, once.
        guarded((), || drop(unsafe { Box::from_raw(handle) }));
    }
}

/// Installs a panic hook that logs only where a panic happened: its message may contain secrets, and the
/// standard streams belong to the host.
pub(crate) fn keep_panics_quiet() {
    static IS_SET: AtomicBool = AtomicBool::new(false);
    // Tests keep the default hook, so that their failures are shown.
    if !cfg!(test) && !IS_SET.load(Ordering::Relaxed) && !IS_SET.swap(true, Ordering::Relaxed) {
        std::panic::set_hook(Box::new(|panic| {
            let location = panic.location().map(ToString::to_string);
            tracing::error!(
                event = "panic_caught",
                location,
                "a panic was caught: this is a bug"
            );
        }));
    }
}

/// The error that the caller gets for a panic.
pub(crate) fn caught() -> Error {
    Error::new(
        ErrorKind::Internal,
        "A panic was caught: this is a bug of the library.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_goes_no_further() {
        let mut error = std::ptr::null_mut();
        let status = unsafe { status(&raw mut error, || panic!("with a secret")) };
        assert_eq!(status, acs_status::Internal);
        // SAFETY: it was given by the call above.
        let error = unsafe { Box::from_raw(error) };
        assert_eq!(error.kind(), acs_status::Internal);
        assert_eq!(guarded(7, || panic!("with a secret")), 7);
    }
}
