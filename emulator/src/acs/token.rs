//! Access tokens of the service. Their content isn't part of the service's contract: clients may read only
//! `exp`.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::random::Random;
use crate::time;

/// A token and its expiry.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) token: String,
    /// The claim `exp` with a fraction of a second, as in the response.
    pub(crate) expires_on: String,
}

/// What a token is issued for.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    /// `acs:{…}` or `orgid:{oid}`.
    pub(crate) subject: String,
    pub(crate) resource_id: &'a str,
    pub(crate) scopes: Vec<String>,
    pub(crate) now: i64,
    pub(crate) exp: i64,
    /// Claims that only this kind of token has.
    pub(crate) more: Vec<(&'static str, Value)>,
}

/// Signs tokens with a key that is generated at the start.
pub(crate) struct Signer {
    key: EcdsaKeyPair,
    // The header never changes, so it is encoded once.
    header: String,
    kid: String,
    system: SystemRandom,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl Signer {
    pub(crate) fn new() -> Result<Self, String> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|e| e.to_string())?;
        let kid = URL_SAFE_NO_PAD.encode(&super::scheme::sha256(key.public_key().as_ref())[..15]);
        let header = json!({"alg": "ES256", "kid": kid, "typ": "JWT"});
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        Ok(Self {
            key,
            header,
            kid,
            system: SystemRandom::new(),
        })
    }

    /// Signs a token.
    pub(crate) fn issue(&self, grant: &Grant<'_>, random: &Random) -> Result<Issued, String> {
        let mut claims = json!({
            "skypeid": grant.subject,
            "scp": 1792,
            "csi": grant.now.to_string(),
            "iat": grant.now,
            "exp": grant.exp,
            "acsScope": grant.scopes.join(","),
            "resourceId": grant.resource_id,
            "resourceLocation": "emulator",
            "jti": random.uuid().to_string(),
        });
        for (name, value) in &grant.more {
            claims[name] = value.clone();
        }
        let signed = format!("{}.{}", self.header, URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self
            .key
            .sign(&self.system, signed.as_bytes())
            .map_err(|e| e.to_string())?;
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(Issued {
            token,

            expires_on: time::expires_on(grant.exp, random.ticks()),
        })
    }

    /// The claims of a token that this signer signed; `None` for any other.
    pub(crate) fn claims(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.key.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .ok()?;
        let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
        serde_json::from_slice(&claims).ok()
    }
}
