//! One error type for every layer and every host.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! error_kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:literal,)+) => {
        /// What went wrong, as a program needs to know it.
        ///
        /// The numbers are stable: they are the status codes of the C ABI and the exit codes of the command line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(i32)]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ $name = $value,)+
        }

        impl ErrorKind {
            /// Every kind, by ascending value.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$name,)+];

            /// The kind's name, as every host spells it: `EntraTokenRejected`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(ErrorKind::$name => stringify!($name),)+
                }
            }
        }
    };
}

error_kinds! {
    /// An argument of the call cannot be used; nothing was sent.
    InvalidArgument = 1,
    /// The connection string or endpoint cannot be used; `target` names the part.
    InvalidConnectionString = 2,
    /// Our own pre-flight refused the Entra token; nothing was sent and `code` names the check.
    EntraTokenInvalid = 3,
    /// The service refused the user's Entra token (401 `InvalidAccessToken`).
    EntraTokenRejected = 4,
    /// The service refused the request as invalid (400); `target` names the field.
    ValidationFailed = 5,
    /// The service refused our own credential: the access key, its signature, or the bearer token.
    CredentialDenied = 6,
    /// The service does not know the identity (404).
    NotFound = 7,
    /// The service refused for load (429); `retry_after` says how long to wait when it said so.
    Throttled = 8,
    /// The service answered with another error.
    ServiceError = 9,
    /// No answer came: the name, the connection, TLS or the proxy failed.
    TransportError = 10,
    /// The deadline passed before an answer came.
    Timeout = 11,
    /// The caller cancelled.
    Cancelled = 12,
    /// An answer came that is not one of this service: a redirect, an oversize or a malformed body.
    UnexpectedResponse = 13,
    /// The caller of a back end sent no valid bearer token.
    Unauthorized = 14,
    /// The caller of a back end may not do this.
    Forbidden = 15,
    /// A panic was caught: a bug of this library.
    Internal = 99,
}

impl ErrorKind {
    /// The kind's stable number.
    pub const fn value(self) -> i32 {
        self as i32
    }

    /// The kind with this number.
    pub fn from_value(value: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.value() == value)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Everything that is known of a failure. Holds no key and no token.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorDetails {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The HTTP status, when an answer came.
    pub status: Option<u16>,
    /// The service's error code (`ValidationError`), or for [`ErrorKind::EntraTokenInvalid`] the failed check.
    pub code: Option<String>,
    /// The field or part that the error is about. The service's casing varies: compare without case.
    pub target: Option<String>,
    /// What happened and what to do, for a person.
    pub reason: String,
    /// How long the service asked to wait before the next try.
    pub retry_after: Option<Duration>,
    /// The `x-ms-client-request-id` of the request; the same on all its attempts.
    pub client_request_id: Option<String>,
    /// The service's `MS-CV` correlation vector, which Microsoft's support asks for.
    pub ms_cv: Option<String>,
}

/// An error with its [`ErrorDetails`], which it dereferences to.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<ErrorDetails>);

impl Error {
    /// An error of this kind, for this reason.
    pub fn new(kind: ErrorKind, reason: impl Into<String>) -> Self {
        Self(Box::new(ErrorDetails {
            kind,
            status: None,
            code: None,
            target: None,
            reason: reason.into(),
            retry_after: None,
            client_request_id: None,
            ms_cv: None,
        }))
    }

    /// An argument that cannot be used; `target` names it.
    pub(crate) fn invalid_argument(target: &str, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, reason).with_target(target)
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The details by value, to be taken apart field by field.
    pub fn into_details(self) -> ErrorDetails {
        *self.0
    }

    #[must_use]
    pub(crate) fn with_target(mut self, target: impl Into<String>) -> Self {
        self.0.target = Some(target.into());
        self
    }

    #[must_use]
    pub(crate) fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }
}

impl Deref for Error {
    type Target = ErrorDetails;

    fn deref(&self) -> &ErrorDetails {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut ErrorDetails {
        &mut self.0
    }
}

impl From<ErrorDetails> for Error {
    fn from(details: ErrorDetails) -> Self {
        Self(Box::new(details))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for ErrorDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match (self.status, &self.code) {
            (Some(status), Some(code)) => write!(f, " ({status} {code})")?,
            (Some(status), None) => write!(f, " ({status})")?,
            (None, Some(code)) => write!(f, " ({code})")?,
            (None, None) => {}
        }
        write!(f, ": {}", self.reason)?;
        let notes = [
            self.target.as_ref().map(|target| format!("target {target}")),
            self.retry_after.map(|wait| format!("retry after {wait:?}")),
            self.client_request_id
                .as_ref()
                .map(|id| format!("client request id {id}")),
            self.ms_cv.as_ref().map(|cv| format!("MS-CV {cv}")),
        ];
        let notes: Vec<String> = notes.into_iter().flatten().collect();
        if notes.is_empty() {
            Ok(())
        } else {
            write!(f, " [{}]", notes.join(", "))
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ErrorDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keep_their_numbers() {
        let numbers: Vec<i32> = ErrorKind::ALL.iter().map(|kind| kind.value()).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 99]);
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::from_value(kind.value()), Some(*kind));
        }
        assert_eq!(ErrorKind::from_value(0), None);
        assert_eq!(ErrorKind::from_value(16), None);
    }

    #[test]
    fn display_says_all_that_is_known() {
        let mut error = Error::new(ErrorKind::Throttled, "Too many requests.").with_target("appId");
        error.status = Some(429);
        error.retry_after = Some(Duration::from_secs(3));
        error.ms_cv = Some("cv".into());
        assert_eq!(
            error.to_string(),
            "Throttled (429): Too many requests. [target appId, retry after 3s, MS-CV cv]"
        );
    }
}
