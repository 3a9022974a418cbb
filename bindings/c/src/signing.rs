//! Signs a request that is sent by other means. No I/O.
//!
//! The scheme is HMAC-SHA256 over the method, the request target, the date, the Host header and the
//! body's SHA-256. What is signed must be sent byte for byte, so keep the HTTP library from
//! normalising the URL (with libcurl: CURLOPT_PATH_AS_IS) and from following redirects. Sign each
//! attempt again: the service rejects an old date.

use std::ffi::c_char;

use core_auth::{SignableRequest, SignedHeaders, sign_request};

use crate::data::acs_bytes;
use crate::endpoint::acs_access_key;
use crate::error::acs_error;
use crate::ffi::{Out, Text, borrowed, bytes, c_text, freed, reference, status, text, time};
use crate::status::acs_status;

/// The headers that sign a request, and how they were computed. Freed with acs_signed_headers_free.
pub struct acs_signed_headers {
    x_ms_date: Text,
    x_ms_content_sha256: Text,
    authorization: Text,
    host: Text,
    target: Text,
    string_to_sign: Text,
}

impl From<SignedHeaders> for acs_signed_headers {
    fn from(signed: SignedHeaders) -> Self {
        Self {
            x_ms_date: c_text(signed.x_ms_date()),
            x_ms_content_sha256: c_text(signed.x_ms_content_sha256()),
            authorization: c_text(signed.authorization()),
            host: c_text(signed.host()),
            target: c_text(signed.target()),
            string_to_sign: c_text(signed.string_to_sign()),
        }
    }
}

/// Signs a request with the access key, for the time at which it is sent.
///
/// method: case-insensitive. url: absolute; its path and query are signed unchanged, but a bare "?"
/// at its end is not signed and must not be sent. body: what will be sent, or none. now: seconds
/// since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "method" (not an HTTP token), "url" (not
/// absolute, not http or https, or with user information, a fragment, a space, a control character
/// or a non-ASCII character) or "now" (a year that is not from 1970 to 9999).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_sign_request(
    key: *const acs_access_key,
    method: *const c_char,
    url: *const c_char,
    body: acs_bytes,
    now: i64,
    headers: *mut *mut acs_signed_headers,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let headers = Out::new(headers, "headers")?;
            let request = SignableRequest {
                method: text(method, "method")?,
                url: text(url, "url")?,
                body: bytes(body, "body")?,
            };
            let signed = sign_request(&request, &reference(key, "key")?.key, time(now, "now")?)?;
            headers.give(signed.into());
            Ok(())
        })
    }
}

/// Returns the value of the header x-ms-date: the time in RFC 1123 form, in GMT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_x_ms_date(headers: *const acs_signed_headers) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.x_ms_date)) }
}

/// Returns the value of the header x-ms-content-sha256: the body's SHA-256 in base64.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_x_ms_content_sha256(
    headers: *const acs_signed_headers,
) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.x_ms_content_sha256)) }
}

/// Returns the value of the header authorization. It can be replayed for some minutes: don't log
/// it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_authorization(
    headers: *const acs_signed_headers,
) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.authorization)) }
}

/// Returns the value that the Host header must have; every HTTP library sends it by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_host(headers: *const acs_signed_headers) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.host)) }
}

/// Returns the request target to send: path and query, with percent-encoding unchanged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_target(headers: *const acs_signed_headers) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.target)) }
}

/// Returns the signed text, to compare when a signature is rejected. It contains no secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_string_to_sign(
    headers: *const acs_signed_headers,
) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.string_to_sign)) }
}

/// Frees the result of acs_sign_request. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_free(headers: *mut acs_signed_headers) {
    unsafe { freed(headers) }
}
