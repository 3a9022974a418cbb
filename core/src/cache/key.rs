//! The key of an entry: only who holds that very Entra token can compute it.

use std::fmt;

use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const VERSION: u8 = 1;

/// The key under which keys are made. Processes that share a cache share it.
#[derive(Clone)]
pub(crate) struct CacheSecret(Zeroizing<[u8; 32]>);

impl CacheSecret {
    /// Takes 32 bytes that nobody else knows.
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn mac(&self, purpose: u8) -> Hmac<Sha256> {
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.0);
        Hmac::<Sha256>::new((&*block).into()).chain_update([VERSION, purpose])
    }
}

impl fmt::Debug for CacheSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheSecret(…)")
    }
}

/// What an entry is kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey {
    /// The entry's own.
    pub(crate) entry: [u8; 32],
    /// The same for all entries of one user, so that they can be found at sign-out.
    pub(crate) user: [u8; 32],
}

/// What an exchange depends on.
#[derive(Clone, Copy)]
pub(crate) struct KeyParts<'a> {
    pub(crate) authority: &'a str,
    pub(crate) endpoint: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) tenant_id: &'a str,
    pub(crate) user_object_id: &'a str,
    pub(crate) aad_token: &'a str,
}

impl CacheKey {
    /// The key of this exchange.
    pub(crate) fn new(secret: &CacheSecret, parts: &KeyParts<'_>) -> Self {
        let token = Sha256::digest(parts.aad_token.as_bytes());
        let entry = [
            parts.authority.as_bytes(),
            parts.endpoint.as_bytes(),
            parts.client_id.as_bytes(),
            parts.tenant_id.as_bytes(),
            parts.user_object_id.as_bytes(),
            &token,
        ];
        Self {
            entry: hash(secret.mac(b'e'), &entry),
            user: Self::of_user(secret, parts.tenant_id, parts.user_object_id),
        }
    }

    /// What all keys of a user have in common.
    pub(crate) fn of_user(secret: &CacheSecret, tenant_id: &str, user_object_id: &str) -> [u8; 32] {
        hash(
            secret.mac(b'u'),
            &[tenant_id.as_bytes(), user_object_id.as_bytes()],
        )
    }
}

/// Each part goes in with its length, so that no two lists of parts look alike.
fn hash(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
