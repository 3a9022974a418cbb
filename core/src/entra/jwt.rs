//! A JWT taken apart, strictly and without trust.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::strict_json;

/// Longer tokens are not read. Those of Entra have 1 to 4 KB.
pub(super) const LONGEST: usize = 16 * 1024;

/// What a JWT says, believed by no one yet.
pub(super) struct Unverified {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

/// Why a text is no JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Malformed {
    Empty,
    TooLong(usize),
    Prefixed,
    Blanks,
    Encrypted,
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
            Self::Encrypted => f.write_str("it has five parts, as an encrypted token has"),
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

/// Takes a JWT apart.
pub(super) fn read(token: &str) -> Result<Unverified, Malformed> {
    if token.is_empty() {
        return Err(Malformed::Empty);
    }
    if token.len() > LONGEST {
        return Err(Malformed::TooLong(token.len()));
    }
    if token
        .get(..7)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "))
    {
        return Err(Malformed::Prefixed);
    }
    if token
        .bytes()
        .any(|b| !b.is_ascii_graphic() || b == b'"' || b == b'\'')
    {
        return Err(Malformed::Blanks);
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(if parts.len() == 5 {
            Malformed::Encrypted
        } else {
            Malformed::Parts(parts.len())
        });
    };
    if signature.is_empty() {
        return Err(Malformed::Unsigned);
    }
    decode(signature, "signature")?;
    Ok(Unverified {
        header: object(header, "header")?,
        claims: object(claims, "payload")?,
    })
}

/// The bytes of a token's signature.
#[cfg(feature = "verify")]
pub(super) fn signature(part: &str) -> Result<Vec<u8>, Malformed> {
    decode(part, "signature").map(|bytes| bytes.to_vec())
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
