//! Parses a JWT strictly, without verifying it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::strict_json;

/// The maximum length of a token in bytes. Entra's have 1 to 4 KB.
pub(crate) const LONGEST: usize = 16 * 1024;

/// The claims of a JWT, not verified yet.
pub(super) struct Unverified {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    #[cfg_attr(
        not(feature = "verify"),
        allow(dead_code, reason = "only a verifier checks it")
    )]
    pub(super) signature: Zeroizing<Vec<u8>>,
}

/// The minimum length of an opaque token: a shorter one could be guessed.
const SHORTEST_OPAQUE: usize = 32;

/// Why a text cannot be read as a JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It may be an access token that only its resource can read.
    Opaque(Opaque),
    /// It is not an access token.
    Malformed(Malformed),
}

/// Why a token's claims cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opaque {
    /// A JWE of five parts.
    Encrypted,
    /// A reference, without parts.
    Reference,
}

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encrypted => "encrypted (a JWE)",
            Self::Reference => "opaque (it has no parts)",
        })
    }
}

impl From<Malformed> for Unreadable {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// Why a text is not an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Malformed {
    Empty,
    TooLong(usize),
    Prefixed,
    Blanks,
    Parts(usize),
    Unsigned,
    Base64(&'static str),
    Json(&'static str),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::TooLong(length) => write!(f, "it has {length} bytes, which is more than {LONGEST}"),
            Self::Prefixed => f.write_str("it begins with the scheme \"Bearer\"; pass the token alone"),
            Self::Blanks => f.write_str(
                "it has blanks, line ends, quotes or other characters that no token has; pass the token alone",
            ),
            Self::Parts(count) => write!(
                f,
                "it has {count} part(s) between dots instead of three; refresh tokens and authorization codes are \
                 not access tokens"
            ),
            Self::Unsigned => f.write_str("its signature is missing"),
            Self::Base64(part) => write!(f, "its {part} is not base64url without padding; it may have been cut"),
            Self::Json(part) => write!(f, "its {part} is not one JSON object with each member once"),
        }
    }
}

/// How many tokens this thread has parsed, and how many signatures it has verified.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) reads: usize,
    pub(crate) signatures: usize,
}

#[cfg(test)]
thread_local! {
    pub(crate) static WORK: std::cell::Cell<Work> = const { std::cell::Cell::new(Work { reads: 0, signatures: 0 }) };
}

/// Parses a JWT.
pub(super) fn read(token: &str) -> Result<Unverified, Unreadable> {
    #[cfg(test)]
    WORK.set(Work {
        reads: WORK.get().reads + 1,
        ..WORK.get()
    });
    if token.is_empty() {
        return Err(Malformed::Empty.into());
    }
    if token.len() > LONGEST {
        return Err(Malformed::TooLong(token.len()).into());
    }
    if token
        .get(..7)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "))
    {
        return Err(Malformed::Prefixed.into());
    }
    if token
        .bytes()
        .any(|b| !b.is_ascii_graphic() || b == b'"' || b == b'\'')
    {
        return Err(Malformed::Blanks.into());
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(match opaque(&parts) {
            Some(opaque) => Unreadable::Opaque(opaque),
            None => Malformed::Parts(parts.len()).into(),
        });
    };
    if signature.is_empty() {
        return Err(Malformed::Unsigned.into());
    }
    let signature = decode(signature, "signature")?;
    Ok(Unverified {
        header: object(header, "header")?,
        claims: object(claims, "payload")?,
        signature,
    })
}

/// Returns why a text without the three parts of a JWT may be an opaque token, or `None` if it can't be one.
fn opaque(parts: &[&str]) -> Option<Opaque> {
    match parts {
        [header, key, rest @ ..] if rest.len() == 3 => {
            let header = object(header, "header").ok()?;
            let is_text = |name| header.get(name).is_some_and(Value::is_string);
            // With the algorithm "dir" the encrypted key is empty, so only the other parts must not be.
            let is_part = |part: &&str| !part.is_empty() && decode(part, "part").is_ok();
            let is_encrypted = is_text("alg") && is_text("enc") && decode(key, "key").is_ok();
            (is_encrypted && rest.iter().all(is_part)).then_some(Opaque::Encrypted)
        }
        // The characters of a bearer token (RFC 6750). A text that begins like a JWT's header was cut off.
        [whole] if whole.len() >= SHORTEST_OPAQUE && !whole.starts_with("eyJ") => {
            let bare = whole.trim_end_matches('=');
            let is_of_token = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b);
            bare.bytes().all(is_of_token).then_some(Opaque::Reference)
        }
        _ => None,
    }
}

/// Returns the `exp` of a text with the three parts of a JWT, in Unix seconds; `None` for another text or
/// without that claim. Header and signature are not parsed.
pub(crate) fn expires_at(token: &str) -> Result<Option<i64>, Malformed> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    if token.len() > LONGEST {
        return Ok(None);
    }
    let claims = object(payload, "payload")?;
    Ok(claims.get("exp").and_then(Value::as_i64))
}

fn object(part: &str, name: &'static str) -> Result<Map<String, Value>, Malformed> {
    strict_json::object(&decode(part, name)?).ok_or(Malformed::Json(name))
}

fn decode(part: &str, name: &'static str) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map(Zeroizing::new)
        .map_err(|_| Malformed::Base64(name))
}
