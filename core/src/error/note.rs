//! What is known of a failure beyond its cause.

use std::fmt;

/// What an [`Error`](super::Error) adds to its reason, for a program: each note's text is in the reason too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// An identity may have been created; its id is unknown.
    IdentityMaybeCreated,
    /// The identity was created, and the token for it is missing.
    IdentityCreated {
        /// The identity's id.
        id: String,
    },
    /// The identity was created for a user and may be mapped to nobody.
    IdentityUnmapped {
        /// The identity's id.
        id: String,
    },
    /// The service rejected the credential, and its clock differs from this machine's.
    ClockSkew {
        /// How far the service's clock is ahead; negative when it is behind.
        seconds: i64,
    },
    /// The service rejected the user's Entra token, and the local checks find this wrong with it.
    EntraToken {
        /// The failed check, as [`ErrorDetails::code`](super::ErrorDetails::code) names it.
        check: Option<String>,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IdentityMaybeCreated => {
                f.write_str("An identity may have been created that no one knows the id of.")
            }
            Self::IdentityCreated { id } => write!(
                f,
                "The identity {id} was created all the same: ask for a token for it, or delete it."
            ),
            Self::IdentityUnmapped { id } => write!(
                f,
                "The identity {id} was created for it and may be mapped to nobody."
            ),
            Self::ClockSkew { seconds } => {
                write!(f, "The service's clock is {seconds} s ahead of this machine's.")
            }
            Self::EntraToken { reason, .. } => write!(f, "The token check found: {reason}"),
        }
    }
}
