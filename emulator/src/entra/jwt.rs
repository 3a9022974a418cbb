//! Writes JSON Web Tokens, and parses them as strictly as a verifier should.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value, json};

/// The longest token that is parsed, in bytes.
pub(crate) const MAX_TOKEN: usize = 16 * 1024;

/// Unpadded base64url.
pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes unpadded, canonical base64url.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The header of a token: v1 tokens carry `x5t` beside `kid`.
pub(crate) fn header(kid: &str, version: u8) -> Value {
    if version == 1 {
        json!({ "typ": "JWT", "alg": "RS256", "x5t": kid, "kid": kid })
    } else {
        json!({ "typ": "JWT", "alg": "RS256", "kid": kid })
    }
}

/// The signing input: header and payload, encoded and joined.
pub(crate) fn signing_input(header: &Value, payload: &str) -> String {
    format!("{}.{}", base64url(header.to_string()), base64url(payload))
}

/// A parsed token; nothing of it is verified.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    pub(crate) header: Map<String, Value>,
    pub(crate) payload: Map<String, Value>,
    pub(crate) signing_input: &'a str,
    pub(crate) signature: Vec<u8>,
}

/// Parses a token. The error says what is wrong with its form.
pub(crate) fn parse(token: &str) -> Result<Parsed<'_>, String> {
    if token.len() > MAX_TOKEN {
        return Err(format!("it is {} bytes long, more than {MAX_TOKEN}", token.len()));
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(format!(
            "it has {} segments instead of 3",
            token.split('.').count()
        ));
    };
    let signing_input = &token[..header.len() + 1 + payload.len()];
    let decode =
        |name: &str, part| from_base64url(part).ok_or(format!("its {name} is not canonical base64url"));
    Ok(Parsed {
        header: object("header", &decode("header", header)?)?,
        payload: object("payload", &decode("payload", payload)?)?,
        signing_input,
        signature: decode("signature", signature)?,
    })
}

fn object(name: &str, json: &[u8]) -> Result<Map<String, Value>, String> {
    let Distinct(map) = serde_json::from_slice(json).map_err(|e| {
        // The parser's message may quote the token's content; its category never does.
        let what = if e.is_data() {
            "not an object with distinct members"
        } else {
            "not JSON"
        };
        format!("its {name} is {what}")
    })?;
    Ok(map)
}

/// A JSON object with distinct members: parsers differ on which of two equal ones counts.
struct Distinct(Map<String, Value>);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Distinct;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Distinct, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member occurs twice"));
                    }
                }
                Ok(Distinct(map))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
