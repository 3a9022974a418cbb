//! The claims that the checks use, each parsed as the type that Entra uses.

use serde::Serialize;
use serde_json::{Map, Value};

use super::words::shown;

const MOST_SCOPES: usize = 64;

/// A token's claims, for display: not verified, and no personal data except ids.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UnverifiedClaims {
    /// `tid`: the user's tenant.
    pub tenant_id: Option<String>,
    /// `oid`: the user.
    pub object_id: Option<String>,
    /// `appid` or `azp`: the application that it was issued to.
    pub app_id: Option<String>,
    /// `aud`: the resource that the token is for.
    pub audience: Option<String>,
    /// `scp`: the permissions.
    pub scopes: Vec<String>,
    /// `ver`: `1.0` or `2.0`.
    pub version: Option<String>,
    /// `iat` in seconds since 1970.
    pub issued_at: Option<i64>,
    /// `exp` in seconds since 1970.
    pub expires_at: Option<i64>,
    /// Whether the token belongs to an application and not to a user.
    pub app_only: bool,
}

/// A claim, or why it cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim<T> {
    Absent,
    Is(T),
    /// Of another type, with its name.
    Wrong(&'static str),
}

impl<T> Claim<T> {
    pub(super) fn ok(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Wrong(_) => None,
        }
    }
}

pub(super) struct Claims<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Claims<'a> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns a claim that is a text; an empty one counts as absent.
    pub(super) fn text(&self, name: &str) -> Claim<&'a str> {
        match self.0.get(name) {
            None => Claim::Absent,
            Some(Value::String(text)) if text.is_empty() => Claim::Absent,
            Some(Value::String(text)) => Claim::Is(text),
            Some(other) => Claim::Wrong(type_name(other)),
        }
    }

    /// Returns a claim that is a time in whole seconds since 1970.
    pub(super) fn seconds(&self, name: &str) -> Claim<i64> {
        match self.0.get(name) {
            None => Claim::Absent,
            Some(Value::Number(number)) => match number.as_i64() {
                Some(seconds) => Claim::Is(seconds),
                None => Claim::Wrong("a number that is not whole or too large"),
            },
            Some(other) => Claim::Wrong(type_name(other)),
        }
    }

    /// Returns the claim that names the application: `appid` in version 1.0, `azp` in 2.0.
    pub(super) fn app(&self) -> (&'static str, Claim<&'a str>) {
        let (first, second) = if self.text("ver") == Claim::Is("1.0") {
            ("appid", "azp")
        } else {
            ("azp", "appid")
        };
        match self.text(first) {
            Claim::Absent if self.has(second) => (second, self.text(second)),
            claim => (first, claim),
        }
    }

    pub(super) fn scopes(&self) -> Claim<Vec<&'a str>> {
        match self.text("scp") {
            Claim::Is(text) => Claim::Is(text.split(' ').filter(|scope| !scope.is_empty()).collect()),
            Claim::Absent => Claim::Absent,
            Claim::Wrong(kind) => Claim::Wrong(kind),
        }
    }

    /// Whether the token belongs to an application and not to a user.
    pub(super) fn is_app_only(&self) -> bool {
        self.text("idtyp") == Claim::Is("app") || (!self.has("scp") && self.has("roles"))
    }

    pub(super) fn unverified(&self) -> UnverifiedClaims {
        let text = |name| self.text(name).ok().map(shown);
        UnverifiedClaims {
            tenant_id: text("tid"),
            object_id: text("oid"),
            app_id: self.app().1.ok().map(shown),
            audience: text("aud"),
            scopes: self
                .scopes()
                .ok()
                .unwrap_or_default()
                .into_iter()
                .take(MOST_SCOPES)
                .map(shown)
                .collect(),
            version: text("ver"),
            issued_at: self.seconds("iat").ok(),
            expires_at: self.seconds("exp").ok(),
            app_only: self.is_app_only(),
        }
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
