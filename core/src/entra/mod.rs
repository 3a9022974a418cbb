//! Microsoft Entra tokens: read without trust, to explain them.

pub(crate) mod guid;
pub mod inspect;
mod jwt;
mod strict_json;
#[cfg(feature = "verify")]
pub mod verify;

pub(crate) use self::jwt::expires_at;
pub use inspect::{Check, CheckName, Expectations, Inspection, Outcome, UnverifiedClaims, inspect};

/// What is done about a user's Entra token that [`inspect`](fn@inspect) objects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TokenCheck {
    /// It is not checked.
    Off,
    /// The service decides. When it rejects the token, a warning is logged and the error says what was found;
    /// tokens that it takes cost nothing.
    #[default]
    Warn,
    /// It is rejected and not sent.
    Enforce,
}
