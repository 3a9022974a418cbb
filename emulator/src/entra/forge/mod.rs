//! Mints tokens without a sign-in: valid ones, and the invalid ones of [`Attack`]. First come the claims,
//! then the signature.

mod claims;
mod signature;

use super::Entra;
use super::attack::Attack;
use super::jwt::header;
use super::mint::{MintKind, MintRequest, Spec};

impl Entra {
    /// Mints a token whose issuer is at `base_url`, as if a client had reached the emulator there.
    ///
    /// # Errors
    /// If the seed lacks the user, the app or the kind's resource, or another user or tenant that the attack
    /// needs.
    pub fn mint(&self, request: &MintRequest, base_url: &str) -> Result<String, String> {
        let seed = self.seed();
        self.issuers.remember(base_url);
        let spec = Spec::new(self, &seed, request, base_url)?;
        forge(&spec, request.attack)
    }
}

/// Signs the described token, with the attack if there is one.
fn forge(spec: &Spec<'_>, attack: Option<Attack>) -> Result<String, String> {
    let (claims, version) = match claims::of(spec, attack)? {
        Some(bad) => bad,
        None => good(spec),
    };
    match attack {
        Some(attack) => signature::sign(spec, attack, claims, version),
        None => {
            let key = spec.entra.keys.current()?;
            key.token(&header(&key.kid, version), &claims.to_string())
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
