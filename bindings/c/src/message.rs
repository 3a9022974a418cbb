//! HTTP messages of the handler: a request in, a response out.

use std::ffi::c_char;
use std::ptr;

use core_auth::Result;
use core_auth::handler::{Request, Response};
use zeroize::Zeroizing;

use crate::data::{acs_bytes, acs_header};
use crate::ffi::{
    SecretText, Text, Versioned, bytes, c_text, freed, guarded, init, lossy_text, part, read,
    received_header_list,
};

/// A request, as read by the host's HTTP server. Texts need not be UTF-8.
#[repr(C)]
pub struct acs_request {
    /// sizeof(acs_request).
    pub struct_size: usize,
    /// The method, such as "POST".
    pub method: *const c_char,
    /// The request target as received, such as "/api/token/teams".
    pub path: *const c_char,
    /// The headers.
    pub headers: *const acs_header,
    /// The number of headers.
    pub header_count: usize,
    /// The body. More than 16 KiB is answered with 413.
    pub body: acs_bytes,
}

unsafe impl Versioned for acs_request {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "request";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            method: ptr::null(),
            path: ptr::null(),
            headers: ptr::null(),
            header_count: 0,
            body: acs_bytes::NONE,
        }
    }
}

/// The request that a struct describes.
pub(crate) unsafe fn read_request(given: *const acs_request) -> Result<Request> {
    let given = unsafe { read(given) }?;
    let headers = unsafe { received_header_list(given.headers, given.header_count) }?;
    let copy = |bytes| String::from_utf8_lossy(bytes).into_owned();
    unsafe {
        Ok(Request {
            method: lossy_text(given.method, "method")?,
            path: lossy_text(given.path, "path")?,
            headers: headers
                .into_iter()
                .map(|(name, value)| (copy(name), copy(value)))
                .collect(),
            body: bytes(given.body, "body")?.to_vec(),
        })
    }
}

/// A response, to be sent unchanged. Freed with acs_response_free, which wipes it.
pub struct acs_response {
    status: i32,
    headers: Vec<(Text, SecretText)>,
    body: Zeroizing<Vec<u8>>,
}

impl acs_response {
    pub(crate) fn of(response: Response) -> Result<Self> {
        let Response {
            status,
            headers,
            body,
        } = response;
        let headers = headers
            .iter()
            .map(|(name, value)| Ok((c_text(name), SecretText::new(value)?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            status: i32::from(status),
            headers,
            body: Zeroizing::new(body),
        })
    }
}

/// Fills the request with its defaults, which are NULL. struct_size is sizeof(acs_request).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_request_init(request: *mut acs_request, struct_size: usize) {
    guarded((), || unsafe { init(request, struct_size) });
}

/// Returns the HTTP status; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_response_status(response: *const acs_response) -> i32 {
    unsafe { part(response, 0, |response| response.status) }
}

/// Returns the number of headers. The HTTP server adds the length of the body.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_response_header_count(response: *const acs_response) -> usize {
    unsafe { part(response, 0, |response| response.headers.len()) }
}

/// Returns a header, with its name in lower case; NULLs out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_response_header(response: *const acs_response, index: usize) -> acs_header {
    unsafe {
        part(response, acs_header::NONE, |response| {
            acs_header::at(&response.headers, index)
        })
    }
}

/// Returns the first value of a header; the name is case-insensitive. NULL if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_response_header_value(
    response: *const acs_response,
    name: *const c_char,
) -> *const c_char {
    unsafe {
        part(response, ptr::null(), |response| {
            acs_header::value_of(&response.headers, name)
        })
    }
}

/// Returns the body, which may contain a token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_response_body(response: *const acs_response) -> acs_bytes {
    unsafe {
        part(response, acs_bytes::NONE, |response| {
            acs_bytes::of(&response.body)
        })
    }
}

/// Wipes and frees a response. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_response_free(response: *mut acs_response) {
    unsafe { freed(response) }
}
