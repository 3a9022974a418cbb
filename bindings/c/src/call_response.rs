//! The response of a call, in addition to its result, for successes and error responses alike.
//!
//! It is the response of the call's last attempt; if that attempt got no response, there is none. A
//! blocking function writes it to the option response. A submission with the option keep_response
//! keeps it in its completion: see acs_completion_call_response. The body is not part of it. Texts
//! are borrowed from the response.

use std::ffi::c_char;
use std::ptr;
use std::sync::{Arc, Mutex};

use acs_runtime::unpoisoned;
use core_auth::CallResponse;

use crate::data::acs_header;
use crate::ffi::{Text, borrowed, c_text, freed, part};

/// The response of a call. Freed with acs_call_response_free, unless it is borrowed from a
/// completion.
pub struct acs_call_response {
    status: i32,
    headers: Vec<(Text, Text)>,
    client_request_id: Text,
    attempts: i32,
}

impl From<CallResponse> for acs_call_response {
    fn from(response: CallResponse) -> Self {
        let CallResponse {
            status,
            headers,
            client_request_id,
            attempts,
            ..
        } = response;
        let headers = headers.iter().map(|(name, value)| (c_text(name), c_text(value)));
        Self {
            status: status.into(),
            headers: headers.collect(),
            client_request_id: c_text(&client_request_id),
            attempts: i32::try_from(attempts).unwrap_or(i32::MAX),
        }
    }
}

/// The place where a call stores its response for the caller that waits for it.
#[derive(Clone, Default)]
pub(crate) struct ResponseSlot(Arc<Mutex<Option<CallResponse>>>);

impl ResponseSlot {
    pub(crate) fn take(&self) -> Option<acs_call_response> {
        unpoisoned(self.0.lock()).take().map(Into::into)
    }

    pub(crate) fn fill(&self, response: &CallResponse) {
        *unpoisoned(self.0.lock()) = Some(response.clone());
    }
}

/// Returns the HTTP status; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_status(response: *const acs_call_response) -> i32 {
    unsafe { part(response, 0, |response| response.status) }
}

/// Returns the number of headers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_header_count(response: *const acs_call_response) -> usize {
    unsafe { part(response, 0, |response| response.headers.len()) }
}

/// Returns a header, with its name in lower case; NULLs out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_header(
    response: *const acs_call_response,
    index: usize,
) -> acs_header {
    unsafe {
        part(response, acs_header::NONE, |response| {
            acs_header::at(&response.headers, index)
        })
    }
}

/// Returns the first value of a header; the name is case-insensitive. NULL if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_header_value(
    response: *const acs_call_response,
    name: *const c_char,
) -> *const c_char {
    unsafe {
        part(response, ptr::null(), |response| {
            acs_header::value_of(&response.headers, name)
        })
    }
}

/// Returns the x-ms-client-request-id that all attempts of the call sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_client_request_id(
    response: *const acs_call_response,
) -> *const c_char {
    unsafe { borrowed(response, |response| Some(&response.client_request_id)) }
}

/// Returns the number of attempts of the call; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_attempts(response: *const acs_call_response) -> i32 {
    unsafe { part(response, 0, |response| response.attempts) }
}

/// Frees a response. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_free(response: *mut acs_call_response) {
    unsafe { freed(response) }
}
