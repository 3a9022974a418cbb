//! The claims of a verified access token.

use serde_json::{Map, Value};

/// The claims of a verified access token.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// The tenant (`tid`).
    pub tid: String,
    /// The user, or the service principal of a token without a user (`oid`).
    pub oid: String,
    /// The app that requested the token (`appid` in version 1, `azp` in version 2).
    pub client_id: String,
    /// The delegated permissions (`scp`), split at spaces; empty in a token without a user.
    pub scopes: Vec<String>,
    /// The app roles.
    pub roles: Vec<String>,
    /// The audience.
    pub aud: String,
    /// When the token was issued, in seconds since 1970.
    pub iat: i64,
    /// When it expires, in seconds since 1970.
    pub exp: i64,
    /// Its form: 1 or 2.
    pub ver: u8,
    /// Whether it was issued to an app without a user (`idtyp` = `app`).
    pub app_only: bool,
    /// Whether the user passed multi-factor authentication (`amr` or `acrs`).
    pub mfa: bool,
    /// The user's display name (`name`).
    pub name: Option<String>,
    /// The sign-in name (`upn` or `preferred_username`); it must not be used for authorization.
    pub username: Option<String>,
}

/// A member that must be a string.
pub(crate) fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// A member that must be an integer; `1.0` and `"1"` are not.
pub(crate) fn integer(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    claims.get(name).and_then(Value::as_i64)
}

/// The elements of a space-separated member.
pub(crate) fn words(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    text(claims, name)
        .unwrap_or_default()
        .split_ascii_whitespace()
        .map(str::to_owned)
        .collect()
}

/// The elements of an array of strings.
pub(crate) fn list(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let values = claims.get(name).and_then(Value::as_array);
    values
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
