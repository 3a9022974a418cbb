//! `WWW-Authenticate`: which token is required, and what was wrong with the one received.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const REALM: &str = "acs-auth";

/// The value of `WWW-Authenticate`.
///
/// A 401 about the Teams token has a scheme of its own. RFC 9110 requires a challenge with every 401, and one of the scheme
/// `Bearer` would make a client acquire its bearer token again, which is good: with the Teams token that it sends once
/// more it would come back here for ever.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Challenge {
    /// No bearer token came: no error is named (RFC 6750, section 3.1).
    BearerMissing,
    /// The bearer token is not valid.
    BearerInvalid,
    /// The bearer token is valid, and not enough.
    BearerInsufficient { scope: String },
    /// Entra requires more from the user (multi-factor authentication, a policy), described as JSON for MSAL's `claims`.
    Claims { claims: String },
    /// The Teams token is not valid, or not for long enough.
    TeamsToken,
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BearerMissing => write!(f, "Bearer realm=\"{REALM}\""),
            Self::BearerInvalid => write!(f, "Bearer realm=\"{REALM}\", error=\"invalid_token\""),
            Self::BearerInsufficient { scope } => write!(
                f,
                "Bearer realm=\"{REALM}\", error=\"insufficient_scope\", scope=\"{}\"",
                scope.replace(['"', '\\'], "")
            ),
            // In base64, as Microsoft's own APIs write it and MSAL reads it.
            Self::Claims { claims } => write!(
                f,
                "Bearer realm=\"{REALM}\", error=\"insufficient_claims\", claims=\"{}\"",
                STANDARD.encode(claims)
            ),
            Self::TeamsToken => write!(f, "TeamsUserAadToken realm=\"{REALM}\", error=\"invalid_token\""),
        }
    }
}
