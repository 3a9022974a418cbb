//! The signing keys: generated at the start, published as JWKS, rolled over on demand.

use super::jwt::{base64url, signing_input};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parking_lot::{Condvar, Mutex, RwLock};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

/// How many keys stay published: the one in use and the one before it.
const PUBLISHED: usize = 2;

/// An RSA key with its certificate and its key id.
pub(crate) struct SigningKey {
    pub(crate) kid: String,
    pair: RsaKeyPair,
    public: ParsedPublicKey,
    certificate: Vec<u8>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self, String> {
        let failed = |what: &str| format!("a signing key could not be made: {what}");
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| failed("generation"))?;
        let pkcs8 = pair.as_der().map_err(|_| failed("encoding"))?;
        let certificate = certificate(pkcs8.as_ref()).map_err(|e| failed(&e.to_string()))?;
        let spki = pair.public_key().as_der().map_err(|_| failed("public key"))?;
        let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki.as_ref())
            .map_err(|_| failed("public key"))?;
        let kid = base64url(digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate).as_ref());
        Ok(Self {
            kid,
            pair,
            public,
            certificate,
        })
    }

    /// Signs `message`.
    pub(crate) fn sign(&self, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Result<Vec<u8>, String> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(encoding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| "the signing key failed".to_owned())?;
        Ok(signature)
    }

    /// A token signed as Entra signs it.
    pub(crate) fn token(&self, header: &Value, claims: &str) -> Result<String, String> {
        let input = signing_input(header, claims);
        let signature = self.sign(&RSA_PKCS1_SHA256, input.as_bytes())?;
        Ok(format!("{input}.{}", base64url(signature)))
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify_sig(message, signature).is_ok()
    }

    /// The public key as a DER `SubjectPublicKeyInfo`.
    pub(crate) fn public_der(&self) -> Result<Vec<u8>, String> {
        let der = self
            .pair
            .public_key()
            .as_der()
            .map_err(|_| "the public key failed".to_owned())?;
        Ok(der.as_ref().to_vec())
    }

    /// The public key as a JWK with `kty`, `n` and `e` only.
    pub(crate) fn bare_jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "n": base64url(public.modulus().big_endian_without_leading_zero()),
            "e": base64url(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The certificate in standard base64, as `x5c` holds it.
    pub(crate) fn x5c(&self) -> String {
        STANDARD.encode(&self.certificate)
    }

    /// The key as the keys document lists it. `issuer` is a member of the v2 document only.
    pub(crate) fn jwk(&self, issuer: Option<&str>) -> Value {
        let bare = self.bare_jwk();
        let mut jwk = json!({
            "kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid,
            "n": bare["n"], "e": bare["e"], "x5c": [self.x5c()],
        });
        if let Some(issuer) = issuer {
            jwk["cloud_instance_name"] = "microsoftonline.com".into();
            jwk["issuer"] = issuer.into();
        }
        jwk
    }
}

fn certificate(pkcs8: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
    let key = rcgen::KeyPair::try_from(pkcs8)?;
    let mut params = rcgen::CertificateParams::new(Vec::new())?;
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Emulated Entra ID token signing");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2060, 1, 1);
    Ok(params.self_signed(&key)?.der().to_vec())
}

/// The keys in use, newest first, and the one that comes next.
#[derive(Debug)]
pub(crate) struct KeyRing {
    keys: RwLock<Vec<Arc<SigningKey>>>,
    next: Option<Arc<Spare>>,
    attacker: OnceLock<Result<SigningKey, String>>,
}

/// The next key, generated in the background because generating one takes noticeable time.
#[derive(Debug, Default)]
struct Spare {
    key: Mutex<Option<Result<SigningKey, String>>>,
    ready: Condvar,
}

impl Spare {
    /// Takes the key; blocks until it is generated.
    fn take(&self) -> Result<SigningKey, String> {
        let mut slot = self.key.lock();
        loop {
            match slot.take() {
                Some(key) => return key,
                None => self.ready.wait(&mut slot),
            }
        }
    }
}

impl KeyRing {
    /// Generates the first key and, if `spare` is set, the next one in the background.
    pub(crate) fn new(spare: bool) -> Result<Self, String> {
        let ring = Self {
            keys: RwLock::new(vec![Arc::new(SigningKey::generate()?)]),
            next: spare.then(Arc::default),
            attacker: OnceLock::new(),
        };
        ring.make_spare();
        Ok(ring)
    }

    fn make_spare(&self) {
        let Some(spare) = self.next.clone() else { return };
        std::thread::spawn(move || {
            let key = SigningKey::generate();
            *spare.key.lock() = Some(key);
            spare.ready.notify_one();
        });
    }

    pub(crate) fn roll_over(&self) -> Result<(), String> {
        let key = match &self.next {
            Some(spare) => spare.take(),
            None => SigningKey::generate(),
        };
        self.make_spare();
        let key = key?;
        let mut keys = self.keys.write();
        keys.insert(0, Arc::new(key));
        keys.truncate(PUBLISHED);
        Ok(())
    }

    /// The key that signs now.
    pub(crate) fn current(&self) -> Result<Arc<SigningKey>, String> {
        self.all()
            .into_iter()
            .next()
            .ok_or_else(|| "there is no signing key".into())
    }

    /// The published keys, newest first.
    pub(crate) fn all(&self) -> Vec<Arc<SigningKey>> {
        self.keys.read().clone()
    }

    /// The published key with this id.
    pub(crate) fn find(&self, kid: &str) -> Option<Arc<SigningKey>> {
        let keys = self.keys.read();
        keys.iter().find(|key| key.kid == kid).cloned()
    }

    /// A key that is never published, for tokens that verifiers must reject.
    pub(crate) fn attacker(&self) -> Result<&SigningKey, String> {
        self.attacker
            .get_or_init(SigningKey::generate)
            .as_ref()
            .map_err(Clone::clone)
    }
}
