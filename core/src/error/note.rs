//! Additional facts about a failure.

use std::fmt;

/// An addition to an [`Error`](super::Error)'s reason, for a program to act on. The reason contains
/// each note's text too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// An identity may have been created; its id is unknown.
    IdentityMaybeCreated,
    /// The identity was created, but the response contained no token for it.
    IdentityCreated {
        /// The identity's id.
        id: String,
    },
    /// The identity was created for a user, but storing the mapping may have failed.
    IdentityUnmapped {
        /// The identity's id.
        id: String,
    },
    /// The service rejected the credential, and its clock differs from this machine's.
    ClockSkew {
        /// By how many seconds the service's clock is ahead; negative if it is behind.
        seconds: i64,
    },
    /// The service rejected the user's Entra token, and the token check found this problem.
    EntraToken {
        /// The failed check, as in [`ErrorDetails::code`](super::ErrorDetails::code).
        check: Option<String>,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IdentityMaybeCreated => {
                f.write_str("An identity may have been created; its id is unknown.")
            }
            Self::IdentityCreated { id } => write!(
                f,
                "The identity {id} was created nevertheless: get a token for it, or delete it."
            ),
            Self::IdentityUnmapped { id } => {
                write!(f, "The identity {id} was created and may not be in any mapping.")
            }
            Self::ClockSkew { seconds } => {
                write!(f, "The service's clock is {seconds} s ahead of this machine's.")
            }
            Self::EntraToken { reason, .. } => write!(f, "The token check found: {reason}"),
        }
    }
}
