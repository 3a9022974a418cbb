//! The response of a call: what the service answered besides the result, for successes and error responses alike.
//!
//! It is that of the call's last attempt, and there is none where that attempt got no answer. A function that waits writes
//! it where the option response says; the completion of a submission lends it, with the option keep_response, through
//! acs_completion_call_response. The body is not part of it. Texts are borrowed from the response.

use std::ffi::c_char;
use std::ptr;
use std::sync::{Arc, Mutex};

use acs_runtime::unpoisoned;
use core_auth::CallResponse;

use crate::data::acs_header;
use crate::ffi::{Text, borrowed, c_text, freed, part};

/// The response of a call. Freed with acs_call_response_free, unless a completion lends it.
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

/// Where a call leaves its response, for whoever waits for the call.
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

/// The HTTP status; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_status(response: *const acs_call_response) -> i32 {
    unsafe { part(response, 0, |response| response.status) }
}

/// How many headers there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_header_count(response: *const acs_call_response) -> usize {
    unsafe { part(response, 0, |response| response.headers.len()) }
}

/// A header, its name in lower case; NULLs out of range.
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

/// The first value of a header, whose name's case does not matter; NULL if there is none.
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

/// The x-ms-client-request-id that all attempts of the call sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_client_request_id(
    response: *const acs_call_response,
) -> *const c_char {
    unsafe { borrowed(response, |response| Some(&response.client_request_id)) }
}

/// How many attempts the call made; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_attempts(response: *const acs_call_response) -> i32 {
    unsafe { part(response, 0, |response| response.attempts) }
}

/// Frees a response; nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_response_free(response: *mut acs_call_response) {
    unsafe { freed(response) }
}
