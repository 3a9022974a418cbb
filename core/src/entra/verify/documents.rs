//! Entra's public documents: where the keys are, and the keys.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jsonwebtoken::DecodingKey;
use serde::Deserialize;

/// More keys than any tenant of Entra publishes.
const MOST_KEYS: usize = 64;

/// The part of a discovery document that is needed.
#[derive(Deserialize)]
pub(super) struct Discovery {
    pub(super) issuer: String,
    pub(super) jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<PublishedKey>,
}

#[derive(Deserialize)]
struct PublishedKey {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    issuer: Option<String>,
}

/// A key, ready to verify with.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) key: DecodingKey,
    /// Whose tokens it signs, where the document says so: an issuer, or one with `{tenantid}` in it.
    pub(super) issuer: Option<String>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// Keys by their id.
pub(super) type Keys = HashMap<String, Arc<Key>>;

/// The RSA signing keys of a document; others are left out. `None` for what is no such document, or has none of them.
pub(super) fn keys(body: &[u8]) -> Option<Keys> {
    let set: KeySet = serde_json::from_slice(body).ok()?;
    let keys: Keys = set
        .keys
        .into_iter()
        .take(MOST_KEYS)
        .filter(|key| key.kty == "RSA" && key.usage.as_deref().is_none_or(|usage| usage == "sig"))
        .filter_map(|key| {
            let decoding = DecodingKey::from_rsa_components(&key.n?, &key.e?).ok()?;
            let kid = key.kid.filter(|kid| !kid.is_empty())?;
            let key = Key {
                key: decoding,
                issuer: key.issuer,
            };
            Some((kid, Arc::new(key)))
        })
        .collect();
    (!keys.is_empty()).then_some(keys)
}
