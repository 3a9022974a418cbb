//! The one way into the library: no panic leaves it.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use core_auth::{Error, ErrorKind, Result};

use super::Text;
use super::text::pointer;

use crate::error::acs_error;
use crate::status::acs_status;

/// Runs a function that may fail. On failure the details go to `error`, if it is not NULL.
pub(crate) unsafe fn status(error: *mut *mut acs_error, work: impl FnOnce() -> Result<()>) -> acs_status {
    let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(caught()));
    let Err(failure) = outcome else {
        return acs_status::Ok;
    };
    guarded(acs_status::Internal, || {
        let made = acs_error::from(failure);
        let status = made.kind();
        if !error.is_null() {
            // SAFETY: the caller vouches for an `error` that is not NULL.
            unsafe { error.write(Box::into_raw(Box::new(made))) };
        }
        status
    })
}

/// Runs a function that cannot fail; `otherwise` is what it gives should it panic all the same.
pub(crate) fn guarded<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(otherwise)
}

/// A part of a handle's value; `otherwise` for NULL.
pub(crate) unsafe fn part<T, R>(handle: *const T, otherwise: R, part: impl FnOnce(&T) -> R) -> R {
    // SAFETY: the caller vouches for a handle that is not NULL.
    let value = unsafe { handle.as_ref() };
    match value {
        Some(value) => guarded(otherwise, || part(value)),
        None => otherwise,
    }
}

/// A text that a handle lends; NULL for NULL and for one that is absent.
pub(crate) unsafe fn lent<T>(handle: *const T, text: impl FnOnce(&T) -> Option<&Text>) -> *const c_char {
    // SAFETY: as the caller of this function vouches.
    unsafe { part(handle, std::ptr::null(), |value| pointer(text(value))) }
}

/// Frees a handle; NULL is none.
pub(crate) unsafe fn freed<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: the caller gives back what it was given, once.
        guarded((), || drop(unsafe { Box::from_raw(handle) }));
    }
}

/// What a caught panic is to the caller.
pub(crate) fn caught() -> Error {
    Error::new(
        ErrorKind::Internal,
        "A panic was caught: this is a bug of the library.",
    )
}
