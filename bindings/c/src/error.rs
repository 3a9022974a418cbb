//! Errors, which a failed call returns through its last parameter.
//!
//! No text of an error ever contains a key or a token. All texts are borrowed from the error.

use std::ffi::c_char;

use core_auth::{Error, ErrorDetails};

use crate::ffi::{Text, borrowed, c_text, freed, optional_c_text, part};
use crate::status::acs_status;

/// Why a call failed. Freed with acs_error_free.
pub struct acs_error {
    kind: acs_status,
    status: Option<u16>,
    code: Option<Text>,
    target: Option<Text>,
    reason: Text,
    retry_after_ms: Option<i64>,
    client_request_id: Option<Text>,
    ms_cv: Option<Text>,
    message: Text,
}

impl acs_error {
    pub(crate) fn kind(&self) -> acs_status {
        self.kind
    }
}

impl From<Error> for acs_error {
    fn from(error: Error) -> Self {
        let message = c_text(&error.to_string());
        let ErrorDetails {
            kind,
            status,
            code,
            target,
            reason,
            retry_after,
            client_request_id,
            ms_cv,
        } = error.into_details();
        Self {
            kind: kind.into(),
            status,
            code: optional_c_text(code.as_deref()),
            target: optional_c_text(target.as_deref()),
            reason: c_text(&reason),
            retry_after_ms: retry_after.map(|wait| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)),
            client_request_id: optional_c_text(client_request_id.as_deref()),
            ms_cv: optional_c_text(ms_cv.as_deref()),
            message,
        }
    }
}

/// Returns what went wrong; ACS_STATUS_OK for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_kind(error: *const acs_error) -> acs_status {
    unsafe { part(error, acs_status::Ok, |error| error.kind) }
}

/// Returns the HTTP status of the response; 0 if none was received.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_http_status(error: *const acs_error) -> i32 {
    unsafe { part(error, 0, |error| error.status.map_or(0, i32::from)) }
}

/// Returns the service's error code, such as "ValidationError", or the name of the failed token
/// check; NULL if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_code(error: *const acs_error) -> *const c_char {
    unsafe { borrowed(error, |error| error.code.as_ref()) }
}

/// Returns the field, argument or part that the error is about; NULL if there is none. The
/// service's casing varies: compare case-insensitively.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_target(error: *const acs_error) -> *const c_char {
    unsafe { borrowed(error, |error| error.target.as_ref()) }
}

/// Returns what happened and what to do, as text for a person.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_reason(error: *const acs_error) -> *const c_char {
    unsafe { borrowed(error, |error| Some(&error.reason)) }
}

/// Returns how long to wait before the next try, in milliseconds; -1 if unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_retry_after_ms(error: *const acs_error) -> i64 {
    unsafe { part(error, -1, |error| error.retry_after_ms.unwrap_or(-1)) }
}

/// Returns the x-ms-client-request-id of the request, the same for all its attempts; NULL if none
/// was sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_client_request_id(error: *const acs_error) -> *const c_char {
    unsafe { borrowed(error, |error| error.client_request_id.as_ref()) }
}

/// Returns the service's MS-CV correlation vector, which Microsoft's support asks for; NULL if
/// there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_ms_cv(error: *const acs_error) -> *const c_char {
    unsafe { borrowed(error, |error| error.ms_cv.as_ref()) }
}

/// Returns everything that is known, in one line for a log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_message(error: *const acs_error) -> *const c_char {
    unsafe { borrowed(error, |error| Some(&error.message)) }
}

/// Frees an error. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_error_free(error: *mut acs_error) {
    unsafe { freed(error) }
}
