//! Entra's public documents: the discovery document, and the signing keys that it refers to.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::rsa::PublicKey;

/// The maximum number of usable keys; no tenant of Entra publishes so many.
const MAX_KEYS: usize = 64;

/// The needed members of a discovery document.
#[derive(Deserialize)]
pub(super) struct Discovery {
    pub(super) issuer: String,
    pub(super) jwks_uri: String,
}

/// The document with its entries unparsed: an invalid entry must not invalidate the others (RFC 7517,
/// section 5).
#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The needed members of an entry.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    issuer: Option<String>,
}

/// Why an entry is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Skipped {
    Unreadable,
    NotRsa,
    NotForSignatures,
    NoKeyId,
    UnusableModulus,
    BeyondTheCap,
}

impl Skipped {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotRsa => "not RSA",
            Self::NotForSignatures => "not for RS256 signatures",
            Self::NoKeyId => "without a kid",
            Self::UnusableModulus => "with an unusable modulus or exponent",
            Self::BeyondTheCap => "beyond the cap of 64 keys",
        }
    }
}

/// A key, ready to verify with.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) key: PublicKey,
    /// The issuer whose tokens it signs, possibly with `{tenantid}` in it, if the document names one.
    pub(super) issuer: Option<String>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// The hash of the document that keys were read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct DocumentId([u8; 32]);

/// The signing keys of a document, and how many of its entries are not used.
#[derive(Debug, Default)]
pub(super) struct Keys {
    document: DocumentId,
    /// Usually one for each id. If two entries have the same id, the signature shows which one signed.
    by_id: HashMap<String, Arc<Vec<Key>>>,
    skipped: SkippedCount,
}

/// How many entries were skipped, by reason.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct SkippedCount(BTreeMap<Skipped, usize>);

impl Keys {
    /// Returns the keys of this id, at least one.
    pub(super) fn get(&self, kid: &str) -> Option<&Arc<Vec<Key>>> {
        self.by_id.get(kid)
    }

    /// The document that they are from.
    pub(super) fn document(&self) -> DocumentId {
        self.document
    }

    /// How many keys can be used.
    pub(super) fn len(&self) -> usize {
        self.by_id.values().map(|keys| keys.len()).sum()
    }

    /// The entries that are not used.
    pub(super) fn skipped(&self) -> &SkippedCount {
        &self.skipped
    }
}

impl SkippedCount {
    /// How many entries were skipped.
    pub(super) fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Whether an entry was skipped that looks like a signing key.
    pub(super) fn is_suspicious(&self) -> bool {
        self.0
            .keys()
            .any(|why| !matches!(why, Skipped::NotRsa | Skipped::NotForSignatures))
    }
}

/// `2 unreadable, 70 not RSA`
impl fmt::Display for SkippedCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (why, count)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{count} {}", why.as_str())?;
        }
        Ok(())
    }
}

/// Reads the RSA signing keys of a document, skipping invalid entries. The error is for the log.
pub(super) fn keys(body: &[u8]) -> Result<Keys, String> {
    // Invalid UTF-8 only invalidates the entry that contains it.
    let text = String::from_utf8_lossy(body);
    let document: Document<'_> = serde_json::from_str(&text)
        .map_err(|_| "the document of the jwks_uri is not JSON with one array \"keys\"".to_owned())?;
    let mut keys = Keys {
        document: DocumentId(Sha256::digest(body).into()),
        ..Keys::default()
    };
    let mut by_id: HashMap<String, Vec<Key>> = HashMap::new();
    let mut count = 0;
    for entry in document.keys {
        let read = match read(entry) {
            Ok(_) if count == MAX_KEYS => Err(Skipped::BeyondTheCap),
            read => read,
        };
        match read {
            Ok((kid, key)) => {
                count += 1;
                by_id.entry(kid).or_default().push(key);
            }
            Err(why) => *keys.skipped.0.entry(why).or_default() += 1,
        }
    }
    if by_id.is_empty() {
        return Err(match keys.skipped.total() {
            0 => "the document of the jwks_uri has no keys".to_owned(),
            _ => format!("the document of the jwks_uri has no usable key: {}", keys.skipped),
        });
    }
    keys.by_id = by_id
        .into_iter()
        .map(|(kid, keys)| (kid, Arc::new(keys)))
        .collect();
    Ok(keys)
}

fn read(entry: &RawValue) -> Result<(String, Key), Skipped> {
    #[derive(Deserialize)]
    struct Kind {
        kty: String,
    }
    // Only the type first: the other members may have other types in another kind of key.
    let kind: Kind = serde_json::from_str(entry.get()).map_err(|_| Skipped::Unreadable)?;
    if kind.kty != "RSA" {
        return Err(Skipped::NotRsa);
    }
    let entry: Entry = serde_json::from_str(entry.get()).map_err(|_| Skipped::Unreadable)?;
    let signs = entry.usage.as_deref().is_none_or(|usage| usage == "sig")
        && entry
            .key_ops
            .is_none_or(|operations| operations.iter().any(|operation| operation == "verify"))
        && entry.alg.as_deref().is_none_or(|alg| alg == "RS256");
    if !signs {
        return Err(Skipped::NotForSignatures);
    }
    let kid = entry.kid.filter(|kid| !kid.is_empty()).ok_or(Skipped::NoKeyId)?;
    let (n, e) = entry.n.zip(entry.e).ok_or(Skipped::UnusableModulus)?;
    let key = PublicKey::from_jwk(&n, &e).ok_or(Skipped::UnusableModulus)?;
    let key = Key {
        key,
        issuer: entry.issuer,
    };
    Ok((kid, key))
}
