//! Making the tokens of the catalogue: first the claims, then the signature.

mod claims;
mod signature;

use super::attack::Attack;
use super::jwt::{header, signed};
use super::mint::{MintKind, Spec};

/// A token by this description, with or without something wrong.
pub(super) fn forge(spec: &Spec<'_>, attack: Option<Attack>) -> Result<String, String> {
    let (claims, version) = match claims::of(spec, attack)? {
        Some(bad) => bad,
        None => good(spec),
    };
    match attack {
        Some(attack) => signature::sign(spec, attack, claims, version),
        None => {
            let key = spec.entra.keys.current()?;
            signed(&key, &header(&key.kid, version), &claims)
        }
    }
}

/// The claims that Entra would have issued.
fn good(spec: &Spec<'_>) -> (serde_json::Value, u8) {
    let access = &spec.access;
    match (spec.kind, access.user) {
        (MintKind::IdToken, Some(user)) => (
            spec.entra
                .id_claims(spec.base, &access.app.client_id, user, access.version),
            access.version,
        ),
        _ => (spec.entra.access_claims(spec.base, access), access.version),
    }
}
