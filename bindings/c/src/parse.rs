//! What came back for a prepared request. No I/O.
//!
//! Each function gives the operation's result, or the error that the service's answer stands for: see acs_status.

use std::time::SystemTime;

use core_auth::Result;
use core_auth::protocol::{self, RawResponse};

use crate::data::{ACS_DEFAULT, acs_bytes, acs_header};
use crate::error::acs_error;
use crate::ffi::{Out, Versioned, bytes, guarded, header_list, init, invalid, read, status, time};
use crate::results::{Given, acs_token, acs_user, acs_user_token};
use crate::status::acs_status;

/// An answer as any HTTP library can hand it over.
#[repr(C)]
pub struct acs_raw_response {
    /// sizeof(acs_raw_response).
    pub struct_size: usize,
    /// The HTTP status.
    pub status: i32,
    /// The headers.
    pub headers: *const acs_header,
    /// How many headers there are.
    pub header_count: usize,
    /// The whole body.
    pub body: acs_bytes,
    /// When it came, in seconds since 1970, for a Retry-After that is a date. Default: now.
    pub received_at: i64,
}

unsafe impl Versioned for acs_raw_response {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "response";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            status: 0,
            headers: std::ptr::null(),
            header_count: 0,
            body: acs_bytes::NONE,
            received_at: i64::from(ACS_DEFAULT),
        }
    }
}

/// Reads the answer and lets `parse` have it.
unsafe fn parsed<T>(
    response: *const acs_raw_response,
    parse: impl FnOnce(&RawResponse<'_>) -> Result<T>,
) -> Result<T> {
    let response = unsafe { read(response) }?;
    let headers = unsafe { header_list(response.headers, response.header_count) }?;
    let http_status = u16::try_from(response.status)
        .map_err(|_| invalid("status", format!("{} is no HTTP status.", response.status)))?;
    let received_at = if response.received_at == i64::from(ACS_DEFAULT) {
        SystemTime::now()
    } else {
        time(response.received_at, "received_at")?
    };
    parse(&RawResponse {
        status: http_status,
        headers: &headers,
        body: unsafe { bytes(response.body, "body") }?,
        received_at,
    })
}

unsafe fn parsed_to<T: Given>(
    response: *const acs_raw_response,
    result: *mut *mut T,
    name: &str,
    parse: impl FnOnce(&RawResponse<'_>) -> Result<T::Core>,
) -> Result<()> {
    let result = Out::new(result, name)?;
    result.give(T::given(unsafe { parsed(response, parse) }?)?);
    Ok(())
}

/// Fills the answer with its defaults. struct_size is sizeof(acs_raw_response).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_raw_response_init(response: *mut acs_raw_response, struct_size: usize) {
    guarded((), || unsafe { init(response, struct_size) });
}

/// The answer to acs_prepare_create_user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_parse_create_user(
    response: *const acs_raw_response,
    user: *mut *mut acs_user,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            parsed_to(response, user, "user", protocol::parse_create_user)
        })
    }
}

/// The answer to acs_prepare_create_user_and_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_parse_create_user_and_token(
    response: *const acs_raw_response,
    user_token: *mut *mut acs_user_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            parsed_to(
                response,
                user_token,
                "user_token",
                protocol::parse_create_user_and_token,
            )
        })
    }
}

/// The answer to acs_prepare_issue_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_parse_issue_token(
    response: *const acs_raw_response,
    token: *mut *mut acs_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            parsed_to(response, token, "token", protocol::parse_issue_token)
        })
    }
}

/// The answer to acs_prepare_revoke_tokens.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_parse_revoke_tokens(
    response: *const acs_raw_response,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || parsed(response, protocol::parse_revoke_tokens)) }
}

/// The answer to acs_prepare_delete_user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_parse_delete_user(
    response: *const acs_raw_response,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || parsed(response, protocol::parse_delete_user)) }
}

/// The answer to acs_prepare_exchange_teams_user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_parse_exchange_teams_user(
    response: *const acs_raw_response,
    token: *mut *mut acs_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            parsed_to(response, token, "token", protocol::parse_exchange_teams_user)
        })
    }
}

/// The answer to acs_prepare_exchange_teams_extension.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_parse_exchange_teams_extension(
    response: *const acs_raw_response,
    user_token: *mut *mut acs_user_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            parsed_to(
                response,
                user_token,
                "user_token",
                protocol::parse_exchange_teams_extension,
            )
        })
    }
}

/// How long the headers of an answer ask to wait before the next try, in milliseconds (retry-after-ms,
/// x-ms-retry-after-ms, Retry-After as seconds or as a date); -1 if they do not say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_retry_after_ms(response: *const acs_raw_response) -> i64 {
    guarded(-1, || {
        let wait = unsafe {
            parsed(response, |response| {
                Ok(protocol::retry_after(response.headers, response.received_at))
            })
        };
        match wait {
            Ok(Some(wait)) => i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
            Ok(None) | Err(_) => -1,
        }
    })
}
