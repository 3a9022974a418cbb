//! The claims of a token: shown and compared, not verified.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::story::Story;
use crate::failure::Failure;
use crate::{service, style};

/// The claims of a JWT.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Claims(Map<String, Value>);

/// The claims of an Entra token that the exchange depends on. The only personal data in them are ids.
pub(super) const ENTRA: [&str; 10] = [
    "aud", "iss", "ver", "appid", "azp", "oid", "tid", "scp", "iat", "exp",
];

/// The claims of an ACS token that are useful to a reader.
pub(super) const ACS: [&str; 8] = [
    "skypeid",
    "oid",
    "tid",
    "appid",
    "acsScope",
    "resourceId",
    "iat",
    "exp",
];

/// Claims that are times.
const TIMES: [&str; 3] = ["iat", "nbf", "exp"];

impl Claims {
    /// Reads the claims of a token; `None` if it is not a JWT.
    pub(super) fn of(token: &str) -> Option<Self> {
        let payload = token.split('.').nth(1)?;
        let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
        serde_json::from_slice(&json).ok().map(Self)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(super) fn seconds(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// Prints the named claims, in the order of `names`, without those that the token lacks.
    pub(super) fn tell(&self, story: &Story, names: &[&str]) -> Result<(), Failure> {
        for name in names {
            let Some(value) = self.0.get(*name) else { continue };
            let shown = match (value, value.as_i64()) {
                (_, Some(seconds)) if TIMES.contains(name) => {
                    format!("{seconds} ({})", service::time(seconds))
                }
                (Value::String(text), _) => style::harmless(text),
                _ => style::harmless(&value.to_string()),
            };
            story.field(&format!("  {name}"), shown)?;
        }
        Ok(())
    }
}

#[cfg(test)]
impl Claims {
    /// Claims made up by a test.
    pub(super) fn made_up(value: Value) -> Self {
        match value {
            Value::Object(claims) => Self(claims),
            _ => Self::default(),
        }
    }
}
