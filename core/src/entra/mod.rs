//! Microsoft Entra tokens: [`inspect`](mod@inspect) reads users' tokens without verifying them and
//! explains what is wrong; `verify` (feature of that name) verifies callers' bearer tokens.

pub(crate) mod guid;
pub mod inspect;
mod jwt;
mod strict_json;
#[cfg(feature = "verify")]
pub mod verify;

#[cfg(feature = "handler")]
pub(crate) use self::inspect::unverified_claims;
#[cfg(feature = "handler")]
pub(crate) use self::jwt::LONGEST;
pub(crate) use self::jwt::expires_at;
#[cfg(all(test, feature = "handler"))]
pub(crate) use self::jwt::{WORK, Work};
pub use inspect::{Check, CheckName, Expectations, Inspection, Outcome, UnverifiedClaims, inspect};

/// How to treat a user's Entra token that [`inspect`](fn@inspect) finds a problem with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TokenCheck {
    /// The token is not checked.
    Off,
    /// The token is sent unchecked. If the service rejects it, the token is inspected, a warning is
    /// logged, and the error contains what was found. Accepted tokens cause no extra work.
    #[default]
    Warn,
    /// The token is inspected first. If a check fails, the call returns
    /// [`ErrorKind::EntraTokenInvalid`](crate::ErrorKind::EntraTokenInvalid) and sends nothing.
    Enforce,
}
