//! A prepared request of an operation. No I/O.

use std::ffi::c_char;

use core_auth::Result;
use core_auth::protocol::{Authentication, PreparedRequest, Retryable};
use zeroize::Zeroizing;

use crate::data::{acs_bytes, acs_header};
use crate::ffi::{SecretText, Text, borrowed, c_text, freed, part};

/// The request needs the caller's own credential: sign it, or add its bearer token.
pub const ACS_AUTHENTICATION_CREDENTIAL: i32 = 0;
/// The user's Entra token, which is already in the header authorization, authenticates the request:
/// send it unchanged.
pub const ACS_AUTHENTICATION_USER_TOKEN: i32 = 1;

/// The request is idempotent.
pub const ACS_RETRYABLE_ALWAYS: i32 = 0;
/// Each request creates something: retry it only if it cannot have been processed.
pub const ACS_RETRYABLE_IF_NOT_PROCESSED: i32 = 1;

/// A request, complete except for its credential. Freed with acs_prepared_request_free, which wipes
/// it.
pub struct acs_prepared_request {
    method: Text,
    url: Text,
    headers: Vec<(Text, SecretText)>,
    body: Zeroizing<Vec<u8>>,
    authentication: i32,
    retryable: i32,
}

impl acs_prepared_request {
    pub(crate) fn of(request: PreparedRequest) -> Result<Self> {
        let PreparedRequest {
            method,
            url,
            headers,
            body,
            authentication,
            retryable,
        } = request;
        let headers = headers
            .iter()
            .map(|(name, value)| Ok((c_text(name), SecretText::new(value)?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            method: c_text(method.as_str()),
            url: c_text(&url),
            headers,
            body,
            authentication: match authentication {
                Authentication::Credential => ACS_AUTHENTICATION_CREDENTIAL,
                Authentication::UserToken => ACS_AUTHENTICATION_USER_TOKEN,
            },
            retryable: match retryable {
                Retryable::Always => ACS_RETRYABLE_ALWAYS,
                Retryable::IfNotProcessed => ACS_RETRYABLE_IF_NOT_PROCESSED,
            },
        })
    }
}

/// Returns the method: "GET", "POST", "PUT" or "DELETE".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_method(request: *const acs_prepared_request) -> *const c_char {
    unsafe { borrowed(request, |request| Some(&request.method)) }
}

/// Returns the absolute URL. It is signed and must be sent byte for byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_url(request: *const acs_prepared_request) -> *const c_char {
    unsafe { borrowed(request, |request| Some(&request.url)) }
}

/// Returns the number of headers to send, in addition to host, content-length of a body and the
/// credential's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_header_count(request: *const acs_prepared_request) -> usize {
    unsafe { part(request, 0, |request| request.headers.len()) }
}

/// Returns a header to send, with its name in lower case; NULLs out of range. An empty POST has its
/// own "content-length: 0": leave it out if the HTTP library sends it by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_header(
    request: *const acs_prepared_request,
    index: usize,
) -> acs_header {
    unsafe {
        part(request, acs_header::NONE, |request| {
            acs_header::at(&request.headers, index)
        })
    }
}

/// Returns the body, which may contain the user's token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_body(request: *const acs_prepared_request) -> acs_bytes {
    unsafe { part(request, acs_bytes::NONE, |request| acs_bytes::of(&request.body)) }
}

/// Returns what authenticates it: ACS_AUTHENTICATION_…; -1 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_authentication(request: *const acs_prepared_request) -> i32 {
    unsafe { part(request, -1, |request| request.authentication) }
}

/// Returns whether it may be retried when its outcome is unknown: ACS_RETRYABLE_…; -1 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_retryable(request: *const acs_prepared_request) -> i32 {
    unsafe { part(request, -1, |request| request.retryable) }
}

/// Wipes and frees a request. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepared_request_free(request: *mut acs_prepared_request) {
    unsafe { freed(request) }
}
