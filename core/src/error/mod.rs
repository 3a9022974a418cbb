//! The error type, the same in every layer and language.

mod note;
mod option_name;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

pub use self::note::Note;
pub(crate) use self::option_name::OptionName;

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! error_kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:literal,)+) => {
        /// The kind of an error, for a program to act on.
        ///
        /// The numbers are stable: they are the status codes of the C ABI and the exit codes of the
        /// command line. More kinds may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ $name = $value,)+
        }

        impl ErrorKind {
            /// All kinds, by ascending value.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$name,)+];

            /// Returns the kind's name, the same in every host: `EntraTokenRejected`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(ErrorKind::$name => stringify!($name),)+
                }
            }
        }
    };
}

error_kinds! {
    /// An argument or option is invalid; nothing was sent, and `target` names it.
    InvalidArgument = 1,
    /// The connection string, endpoint or access key is invalid; `target` names the part.
    InvalidConnectionString = 2,
    /// The library's token check rejected the Entra token; nothing was sent and `code` names the
    /// check.
    EntraTokenInvalid = 3,
    /// The service rejected the user's Entra token (401 `InvalidAccessToken`).
    EntraTokenRejected = 4,
    /// The service rejected the request as invalid (400); `target` names the field.
    ValidationFailed = 5,
    /// The service rejected your credential: the access key, its signature, or the bearer token.
    CredentialDenied = 6,
    /// The identity or assignment doesn't exist, or the endpoint or API version is wrong (404).
    NotFound = 7,
    /// The service throttled the call (429), or an exchanger's limit did; `retry_after` has the time
    /// to wait, if known.
    Throttled = 8,
    /// The service returned another error.
    ServiceError = 9,
    /// No response was received: DNS, the connection, TLS or the proxy failed.
    TransportError = 10,
    /// The deadline passed before a response was received.
    Timeout = 11,
    /// The caller cancelled.
    Cancelled = 12,
    /// The response doesn't come from this service: a redirect, an oversized or a malformed body.
    UnexpectedResponse = 13,
    /// A back end's caller sent no valid bearer token.
    Unauthorized = 14,
    /// A back end's caller isn't allowed to do this.
    Forbidden = 15,
    /// A bug of this library, such as a panic that was caught.
    Internal = 99,
}

impl ErrorKind {
    /// Returns the kind's stable number.
    pub const fn value(self) -> i32 {
        self as i32
    }

    /// Returns the kind with this number.
    pub fn from_value(value: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.value() == value)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The details of an error. They contain no key and no token.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorDetails {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The HTTP status, if a response was received.
    pub status: Option<u16>,
    /// The service's error code (such as `ValidationError`), or the library's own, such as the failed
    /// check for [`ErrorKind::EntraTokenInvalid`].
    pub code: Option<String>,
    /// The field, argument, option or part that the error is about. The service's casing varies:
    /// compare case-insensitively.
    pub target: Option<String>,
    /// What happened and what to do, for a person.
    pub reason: String,
    /// How long to wait before trying again, if known.
    pub retry_after: Option<Duration>,
    /// The `x-ms-client-request-id` of the request; the same on all its attempts.
    pub client_request_id: Option<String>,
    /// The service's `MS-CV` correlation vector, which Microsoft's support asks for.
    pub ms_cv: Option<String>,
}

/// An error. It dereferences to its [`ErrorDetails`].
///
/// Its source, if it has one, is the [`TransportFailure`](crate::transport::TransportFailure) of
/// the last attempt, or the error that a [`TokenCredential`](crate::TokenCredential) or another
/// [`Transport`](crate::transport::Transport) attached with [`Self::with_source`]. Errors of other
/// libraries are not among the sources, since their texts may contain a token.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    details: ErrorDetails,
    notes: Vec<Note>,
    /// The builder's option that the error is about.
    option: Option<OptionName>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Creates an error of this kind with this reason.
    pub fn new(kind: ErrorKind, reason: impl Into<String>) -> Self {
        Self::from(ErrorDetails {
            kind,
            status: None,
            code: None,
            target: None,
            reason: reason.into(),
            retry_after: None,
            client_request_id: None,
            ms_cv: None,
        })
    }

    /// An argument that cannot be used; `target` names it.
    pub(crate) fn invalid_argument(target: &str, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, reason).with_target(target)
    }

    /// An option of a builder that cannot be used.
    pub(crate) fn invalid_option(option: OptionName, reason: impl Into<String>) -> Self {
        Self::invalid_argument(option.name(), reason).of_option(option)
    }

    /// Returns the details by value.
    pub fn into_details(self) -> ErrorDetails {
        self.0.details
    }

    /// Returns additional facts about the failure, in the order in which they were found. Empty for
    /// most errors.
    pub fn notes(&self) -> &[Note] {
        &self.0.notes
    }

    /// Returns the same error with this field, argument or part as its target.
    #[must_use]
    pub fn with_target(mut self, target: impl Into<String>) -> Self {
        self.0.details.target = Some(target.into());
        self
    }

    /// Returns the same error with this [`source`](std::error::Error::source). The source must
    /// contain no key and no token.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    #[must_use]
    pub(crate) fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.details.code = Some(code.into());
        self
    }

    /// Returns the same error with a note, whose text is appended to the reason, unless it has the note
    /// already.
    #[must_use]
    pub(crate) fn with_note(mut self, note: Note) -> Self {
        if !self.0.notes.contains(&note) {
            let reason = &mut self.0.details.reason;
            *reason = format!("{reason} {note}");
            self.0.notes.push(note);
        }
        self
    }

    /// Returns the same error as one about this option. The target, which may name a part of it, stays.
    #[must_use]
    pub(crate) fn of_option(mut self, option: OptionName) -> Self {
        self.0.option = Some(option);
        self
    }

    /// The builder's option that the error is about.
    #[cfg(feature = "handler")]
    pub(crate) fn option(&self) -> Option<OptionName> {
        self.0.option
    }

    pub(crate) fn details_mut(&mut self) -> &mut ErrorDetails {
        &mut self.0.details
    }
}

impl Deref for Error {
    type Target = ErrorDetails;

    fn deref(&self) -> &ErrorDetails {
        &self.0.details
    }
}

impl From<ErrorDetails> for Error {
    fn from(details: ErrorDetails) -> Self {
        Self(Box::new(Inner {
            details,
            notes: Vec::new(),
            option: None,
            source: None,
        }))
    }
}

/// Errors are equal if their details are.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        self.0.details == other.0.details
    }
}

impl Eq for Error {}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

impl fmt::Display for ErrorDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match (self.status, &self.code) {
            (Some(status), Some(code)) => write!(f, " ({status} {code})")?,
            (Some(status), None) => write!(f, " ({status})")?,
            (None, Some(code)) => write!(f, " ({code})")?,
            (None, None) => {}
        }
        // "limit must be at least 2." in place of "It must be at least 2. [target limit]".
        let named = self.target.as_deref().zip(self.reason.strip_prefix("It "));
        match named {
            Some((target, rest)) => write!(f, ": {target} {rest}")?,
            None => write!(f, ": {}", self.reason)?,
        }
        let target = self.target.as_ref().filter(|_| named.is_none());
        let notes = [
            target.map(|target| format!("target {target}")),
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
        fmt::Display::fmt(&self.0.details, f)
    }
}

impl fmt::Debug for ErrorDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.details, f)
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
        let details = error.details_mut();
        details.status = Some(429);
        details.retry_after = Some(Duration::from_secs(3));
        details.ms_cv = Some("cv".into());
        assert_eq!(
            error.to_string(),
            "Throttled (429): Too many requests. [target appId, retry after 3s, MS-CV cv]"
        );
    }

    #[test]
    fn display_names_the_argument_in_the_sentence() {
        let error = Error::invalid_argument("max_attempts", "It must be at least 1.");
        assert_eq!(
            error.to_string(),
            "InvalidArgument: max_attempts must be at least 1."
        );
        assert_eq!(error.reason, "It must be at least 1.");
    }

    #[test]
    fn a_note_is_in_the_reason_once() {
        let error = Error::new(ErrorKind::Timeout, "No response arrived.")
            .with_note(Note::IdentityMaybeCreated)
            .with_note(Note::ClockSkew { seconds: -90 })
            .with_note(Note::IdentityMaybeCreated);
        assert_eq!(error.notes().len(), 2);
        assert_eq!(
            error.reason,
            "No response arrived. An identity may have been created; its id is unknown. \
             The service's clock is -90 s ahead of this machine's."
        );
    }
}
