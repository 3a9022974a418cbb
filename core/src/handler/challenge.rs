//! `WWW-Authenticate`: which token is required, and what was wrong with the one received.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const REALM: &str = "acs-auth";

/// The value of `WWW-Authenticate`.
///
/// RFC 9110 requires a challenge with every 401. A 401 about the Teams token has its own scheme: with the
/// scheme `Bearer`, a client would renew its bearer token, which is valid, and retry for ever with the same
/// Teams token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Challenge {
    /// There is no bearer token. RFC 6750, section 3.1 then requires a challenge without an error.
    BearerMissing,
    /// The bearer token is not valid.
    BearerInvalid,
    /// The bearer token is valid but lacks a permission.
    BearerInsufficient { scope: String },
    /// Entra requires more from the user (multi-factor authentication, a policy), described as JSON for
    /// MSAL's `claims`.
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
            // In base64, as Microsoft's APIs return it and MSAL expects it.
            Self::Claims { claims } => write!(
                f,
                "Bearer realm=\"{REALM}\", error=\"insufficient_claims\", claims=\"{}\"",
                STANDARD.encode(claims)
            ),
            Self::TeamsToken => write!(f, "TeamsUserAadToken realm=\"{REALM}\", error=\"invalid_token\""),
        }
    }
}
