//! The outcome of a call, as a number.

use std::ffi::c_char;

use core_auth::ErrorKind;

use crate::ffi::guarded;

/// The outcome of a call. Numbers never change and are never reused; new ones may be added, so have
/// a default case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub enum acs_status {
    /// It succeeded.
    Ok = 0,
    /// An argument of the call is invalid; nothing was sent, and the error's target names the
    /// argument.
    InvalidArgument = 1,
    /// The connection string or endpoint is invalid; the error's target names the part.
    InvalidConnectionString = 2,
    /// The library's token check rejected the Entra token; nothing was sent and the error's code
    /// names the check.
    EntraTokenInvalid = 3,
    /// The service rejected the user's Entra token (401 InvalidAccessToken).
    EntraTokenRejected = 4,
    /// The service rejected the request as invalid (400); the error's target names the field.
    ValidationFailed = 5,
    /// The service rejected your credential: the access key, its signature, or the bearer token.
    CredentialDenied = 6,
    /// The identity or assignment doesn't exist, or the endpoint or API version is wrong (404).
    NotFound = 7,
    /// The service throttled the call (429), or an exchanger's limit did.
    Throttled = 8,
    /// The service returned another error.
    ServiceError = 9,
    /// No response was received: DNS, the connection, TLS or the proxy failed.
    TransportError = 10,
    /// The deadline passed before a response was received.
    Timeout = 11,
    /// The call was cancelled.
    Cancelled = 12,
    /// The response doesn't come from this service: a redirect, an oversized or a malformed body.
    UnexpectedResponse = 13,
    /// The back end's caller sent no valid bearer token.
    Unauthorized = 14,
    /// The back end's caller isn't allowed to do this.
    Forbidden = 15,
    /// A bug in the library, or the system can't provide threads or descriptors.
    Internal = 99,
}

impl From<ErrorKind> for acs_status {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidArgument => Self::InvalidArgument,
            ErrorKind::InvalidConnectionString => Self::InvalidConnectionString,
            ErrorKind::EntraTokenInvalid => Self::EntraTokenInvalid,
            ErrorKind::EntraTokenRejected => Self::EntraTokenRejected,
            ErrorKind::ValidationFailed => Self::ValidationFailed,
            ErrorKind::CredentialDenied => Self::CredentialDenied,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Throttled => Self::Throttled,
            ErrorKind::ServiceError => Self::ServiceError,
            ErrorKind::TransportError => Self::TransportError,
            ErrorKind::Timeout => Self::Timeout,
            ErrorKind::Cancelled => Self::Cancelled,
            ErrorKind::UnexpectedResponse => Self::UnexpectedResponse,
            ErrorKind::Unauthorized => Self::Unauthorized,
            ErrorKind::Forbidden => Self::Forbidden,
            // Only for a kind that is newer than this facade: a test covers all of this version.
            ErrorKind::Internal | _ => Self::Internal,
        }
    }
}

/// Returns the name of a status, such as "EntraTokenRejected"; "Ok" for ACS_STATUS_OK, "Unknown"
/// for an unknown number. The text is static and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn acs_status_name(status: i32) -> *const c_char {
    guarded(c"Unknown".as_ptr(), || {
        match ErrorKind::from_value(status) {
            None if status == 0 => c"Ok",
            None => c"Unknown",
            Some(ErrorKind::InvalidArgument) => c"InvalidArgument",
            Some(ErrorKind::InvalidConnectionString) => c"InvalidConnectionString",
            Some(ErrorKind::EntraTokenInvalid) => c"EntraTokenInvalid",
            Some(ErrorKind::EntraTokenRejected) => c"EntraTokenRejected",
            Some(ErrorKind::ValidationFailed) => c"ValidationFailed",
            Some(ErrorKind::CredentialDenied) => c"CredentialDenied",
            Some(ErrorKind::NotFound) => c"NotFound",
            Some(ErrorKind::Throttled) => c"Throttled",
            Some(ErrorKind::ServiceError) => c"ServiceError",
            Some(ErrorKind::TransportError) => c"TransportError",
            Some(ErrorKind::Timeout) => c"Timeout",
            Some(ErrorKind::Cancelled) => c"Cancelled",
            Some(ErrorKind::UnexpectedResponse) => c"UnexpectedResponse",
            Some(ErrorKind::Unauthorized) => c"Unauthorized",
            Some(ErrorKind::Forbidden) => c"Forbidden",
            Some(ErrorKind::Internal) => c"Internal",
            Some(_) => c"Unknown",
        }
        .as_ptr()
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn numbers_and_names_are_those_of_the_kinds() {
        for kind in ErrorKind::ALL {
            assert_eq!(acs_status::from(*kind) as i32, kind.value());
            // SAFETY: the names are static.
            let name = unsafe { CStr::from_ptr(acs_status_name(kind.value())) };
            assert_eq!(name.to_str(), Ok(kind.name()));
        }
    }
}
