//! Why a user's mapping could not be read, created, removed or used.

use std::fmt;

use crate::error::{Error, ErrorKind, Note};

/// The kind of a failure, which decides the endpoint's response: each names its status. [`Self::code`] returns
/// the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MappingFailure {
    /// Entra rejected the caller's bearer token: it is expired, revoked or not for this application. 401.
    BearerRejected,
    /// The user has to sign in again, with the claims challenge if there is one. 401.
    InteractionRequired,
    /// Nobody has consented to the back end calling Graph for this user. 403.
    ConsentRequired,
    /// Entra rejected the back end itself: its secret, its registration or its request. 502.
    EntraRefused,
    /// Entra failed, or could not be reached; see the error's kind. 429, 502 or 504.
    EntraFailed,
    /// Graph rejected the back end: a permission is missing. 502.
    GraphRefused,
    /// Graph failed, or could not be reached; see the error's kind. 429, 502 or 504.
    GraphFailed,
    /// The extension is there, but holds no identity. Removing the mapping helps. 409.
    MappingUnusable,
    /// The mapping is not signed, or was signed for something else, so it is not known whose identity it
    /// names. 409.
    MappingNotTrusted,
    /// The mapped identity belongs to another ACS resource. 409.
    MappingOfAnotherResource,
    /// The mapped identity does not exist any more. Removing the mapping helps. 409.
    IdentityGone,
    /// ACS failed, or rejected the back end's credential; see the error's kind. 429, 502 or 504.
    AcsFailed,
    /// A bug of this library. 500.
    Internal,
}

impl MappingFailure {
    /// The stable name.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::BearerRejected => "bearer_rejected",
            Self::InteractionRequired => "interaction_required",
            Self::ConsentRequired => "consent_required",
            Self::EntraRefused => "entra_refused",
            Self::EntraFailed => "entra_failed",
            Self::GraphRefused => "graph_refused",
            Self::GraphFailed => "graph_failed",
            Self::MappingUnusable => "mapping_unusable",
            Self::MappingNotTrusted => "mapping_not_trusted",
            Self::MappingOfAnotherResource => "mapping_of_another_resource",
            Self::IdentityGone => "identity_gone",
            Self::AcsFailed => "acs_failed",
            Self::Internal => "internal",
        }
    }
}

/// A failure, with the parts for the log and for the response.
#[derive(Clone)]
pub(crate) struct MappingError {
    /// The kind, which decides the response.
    pub(crate) failure: MappingFailure,
    /// The cause, only for the log: it contains the service's text, but never a token or the client secret.
    pub(crate) error: Error,
    /// The claims challenge, a JSON object, which the app passes to Entra when the user signs in again.
    pub(crate) claims: Option<String>,
    /// An identity that may be left without a mapping.
    pub(crate) orphan: Option<Orphan>,
}

/// An identity that was created, while no mapping is known that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Orphan {
    /// The identity with this id exists or may exist. It was not deleted.
    Known(String),
    /// One may have been created; its id is unknown.
    Unknown,
}

impl MappingError {
    pub(super) fn new(failure: MappingFailure, error: Error) -> Self {
        Self {
            failure,
            error,
            claims: None,
            orphan: None,
        }
    }

    /// A response that this service does not normally send.
    pub(super) fn unexpected(failure: MappingFailure, reason: &str) -> Self {
        Self::new(failure, Error::new(ErrorKind::UnexpectedResponse, reason))
    }

    /// Adds that an identity may be left without a mapping.
    #[must_use]
    pub(super) fn with_orphan(mut self, orphan: Orphan) -> Self {
        if let Orphan::Known(id) = &orphan {
            self.error = self.error.with_note(Note::IdentityUnmapped { id: id.clone() });
        }
        self.orphan = Some(orphan);
        self
    }

    #[must_use]
    pub(super) fn with_claims(mut self, claims: Option<String>) -> Self {
        self.claims = claims;
        self
    }
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.failure.code(), self.error)
    }
}

impl std::error::Error for MappingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl fmt::Debug for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
