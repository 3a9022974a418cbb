//! The error type of the library.

use std::fmt;

use core_auth::{Error, ErrorDetails};

/// What went wrong. The numbers are the same in every language and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[repr(i32)]
pub enum ErrorKind {
    /// An argument of the call is invalid; nothing was sent, and target names the argument.
    InvalidArgument = 1,
    /// The connection string or endpoint is invalid; target names the part.
    InvalidConnectionString = 2,
    /// The library's token check rejected the Entra token; nothing was sent, and code names the check.
    EntraTokenInvalid = 3,
    /// The service rejected the user's Entra token (401 InvalidAccessToken).
    EntraTokenRejected = 4,
    /// The service rejected the request as invalid (400); target names the field.
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

impl From<core_auth::ErrorKind> for ErrorKind {
    fn from(kind: core_auth::ErrorKind) -> Self {
        match kind {
            core_auth::ErrorKind::InvalidArgument => Self::InvalidArgument,
            core_auth::ErrorKind::InvalidConnectionString => Self::InvalidConnectionString,
            core_auth::ErrorKind::EntraTokenInvalid => Self::EntraTokenInvalid,
            core_auth::ErrorKind::EntraTokenRejected => Self::EntraTokenRejected,
            core_auth::ErrorKind::ValidationFailed => Self::ValidationFailed,
            core_auth::ErrorKind::CredentialDenied => Self::CredentialDenied,
            core_auth::ErrorKind::NotFound => Self::NotFound,
            core_auth::ErrorKind::Throttled => Self::Throttled,
            core_auth::ErrorKind::ServiceError => Self::ServiceError,
            core_auth::ErrorKind::TransportError => Self::TransportError,
            core_auth::ErrorKind::Timeout => Self::Timeout,
            core_auth::ErrorKind::Cancelled => Self::Cancelled,
            core_auth::ErrorKind::UnexpectedResponse => Self::UnexpectedResponse,
            core_auth::ErrorKind::Unauthorized => Self::Unauthorized,
            core_auth::ErrorKind::Forbidden => Self::Forbidden,
            // Only for a kind that is newer than this facade: a test covers all of this version.
            core_auth::ErrorKind::Internal | _ => Self::Internal,
        }
    }
}

impl From<ErrorKind> for core_auth::ErrorKind {
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
            ErrorKind::Internal => Self::Internal,
        }
    }
}

/// Returns the name of a kind, the same in every language, such as "EntraTokenRejected".
#[uniffi::export]
pub fn error_kind_name(kind: ErrorKind) -> String {
    core_auth::ErrorKind::from(kind).name().to_owned()
}

/// Why a call failed. No text of it ever contains a key or a token.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum AcsAuthError {
    /// The only variant.
    Failure {
        /// What went wrong.
        kind: ErrorKind,
        /// The HTTP status of the response; none if none was received.
        status: Option<u16>,
        /// The service's error code, such as "ValidationError", or the token check that failed.
        code: Option<String>,
        /// The field, argument or part that the error is about. The service's casing varies: compare
        /// case-insensitively.
        target: Option<String>,
        /// What happened and what to do, as text for a person.
        reason: String,
        /// How long the service asked to wait before the next try, in milliseconds.
        retry_after_ms: Option<u64>,
        /// The x-ms-client-request-id of the request, the same for all its attempts.
        client_request_id: Option<String>,
        /// The service's MS-CV correlation vector, which Microsoft's support asks for.
        ms_cv: Option<String>,
    },
}

/// The result of the facade's functions.
pub(crate) type Result<T> = std::result::Result<T, AcsAuthError>;

impl From<Error> for AcsAuthError {
    fn from(error: Error) -> Self {
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
        Self::Failure {
            kind: kind.into(),
            status,
            code,
            target,
            reason,
            retry_after_ms: retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            client_request_id,
            ms_cv,
        }
    }
}

impl From<AcsAuthError> for Error {
    fn from(error: AcsAuthError) -> Self {
        let AcsAuthError::Failure {
            kind,
            status,
            code,
            target,
            reason,
            retry_after_ms,
            client_request_id,
            ms_cv,
        } = error;
        ErrorDetails {
            kind: kind.into(),
            status,
            code,
            target,
            reason,
            retry_after: retry_after_ms.map(std::time::Duration::from_millis),
            client_request_id,
            ms_cv,
        }
        .into()
    }
}

impl fmt::Display for AcsAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Error::from(self.clone()), f)
    }
}

impl std::error::Error for AcsAuthError {}

/// Converts an exception that a host's callback doesn't declare. Its text may contain anything, so only its
/// type is shown, if the text begins with one.
impl From<uniffi::UnexpectedUniFFICallbackError> for AcsAuthError {
    fn from(thrown: uniffi::UnexpectedUniFFICallbackError) -> Self {
        let reason = match type_of(&thrown.reason) {
            Some(name) => format!("A callback of the host raised {name}."),
            None => "A callback of the host failed.".to_owned(),
        };
        Error::new(core_auth::ErrorKind::Internal, reason).into()
    }
}

/// Returns "ValueError" for "ValueError('…')", "java.io.IOException" for "java.io.IOException: …".
fn type_of(thrown: &str) -> Option<&str> {
    let end = thrown.find(['(', ':'])?;
    let name = &thrown[..end];
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    (name.len() <= 80 && name.split('.').all(is_part)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_kinds_are_those_of_the_core() {
        for kind in core_auth::ErrorKind::ALL {
            let ours = ErrorKind::from(*kind);
            assert_eq!(ours as i32, kind.value());
            assert_eq!(core_auth::ErrorKind::from(ours), *kind);
            assert_eq!(error_kind_name(ours), kind.name());
        }
    }

    #[test]
    fn an_error_survives_the_way_there_and_back() {
        let error = Error::from(ErrorDetails {
            kind: core_auth::ErrorKind::Throttled,
            status: Some(429),
            code: Some("TooManyRequests".into()),
            target: Some("appId".into()),
            reason: "Too many requests.".into(),
            retry_after: Some(std::time::Duration::from_millis(1_500)),
            client_request_id: Some("id".into()),
            ms_cv: Some("cv.0".into()),
        });
        let ours = AcsAuthError::from(error.clone());
        assert_eq!(ours.to_string(), error.to_string());
        assert_eq!(Error::from(ours), error);
    }

    #[test]
    fn what_a_callback_throws_is_told_by_its_type_alone() {
        for (thrown, reason) in [
            (
                "ValueError('eyJh.secret')",
                "A callback of the host raised ValueError.",
            ),
            (
                "java.io.IOException: secret",
                "A callback of the host raised java.io.IOException.",
            ),
            ("eyJh.eyJz.c2ln", "A callback of the host failed."),
            ("the token secret: is bad", "A callback of the host failed."),
            ("<secret(1)>", "A callback of the host failed."),
        ] {
            let error = uniffi::UnexpectedUniFFICallbackError::new(thrown);
            let AcsAuthError::Failure {
                kind, reason: told, ..
            } = AcsAuthError::from(error);
            assert_eq!((kind, told.as_str()), (ErrorKind::Internal, reason));
        }
    }
}
