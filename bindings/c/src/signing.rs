//! Signing a request that is sent by other means. No I/O.
//!
//! The scheme is HMAC-SHA256 over the method, the request target, the date, the Host header and the body's SHA-256.
//! What is signed must be sent byte for byte, so keep the HTTP library from normalising the URL (with libcurl:
//! CURLOPT_PATH_AS_IS) and from following redirects. Sign each attempt anew: the service rejects an old date.

use std::ffi::c_char;

use core_auth::{SignableRequest, SignedHeaders, sign_request};

use crate::data::acs_bytes;
use crate::endpoint::acs_access_key;
use crate::error::acs_error;
use crate::ffi::{Out, Text, borrowed, bytes, c_text, freed, reference, status, text, time};
use crate::status::acs_status;

/// What to add to a request so that it is signed, and how that came about. Freed with acs_signed_headers_free.
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

/// Signs a request: what to add, given the access key and the time at which it is sent.
///
/// method: its case does not matter. url: absolute; its path and query are signed as they stand, but a bare "?" at its
/// end is not signed and must not be sent. body: what will be sent, or none. now: seconds since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "method" (no HTTP token), "url" (not absolute, not http or https,
/// with user information, a fragment, a space, a control or a non-ASCII character) or "now" (a year that is not from
/// 1970 to 9999).
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

/// The value of the header x-ms-date: the time in RFC 1123 form, in GMT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_x_ms_date(headers: *const acs_signed_headers) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.x_ms_date)) }
}

/// The value of the header x-ms-content-sha256: the body's SHA-256 in base64.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_x_ms_content_sha256(
    headers: *const acs_signed_headers,
) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.x_ms_content_sha256)) }
}

/// The value of the header authorization. It is good for replays for some minutes: do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_authorization(
    headers: *const acs_signed_headers,
) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.authorization)) }
}

/// The value that the Host header must have; every HTTP library sends this one by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_host(headers: *const acs_signed_headers) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.host)) }
}

/// The request target that must be sent: path and query, percent-encoding untouched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_target(headers: *const acs_signed_headers) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.target)) }
}

/// The text that was signed, to compare when a signature is rejected. It holds no secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_string_to_sign(
    headers: *const acs_signed_headers,
) -> *const c_char {
    unsafe { borrowed(headers, |headers| Some(&headers.string_to_sign)) }
}

/// Frees what acs_sign_request gave; nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_signed_headers_free(headers: *mut acs_signed_headers) {
    unsafe { freed(headers) }
}
