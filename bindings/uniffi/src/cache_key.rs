//! Keys for a host that keeps exchanged tokens in a cache of its own.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::cloud::Cloud;
use crate::endpoint::{AccessKey, Endpoint};
use crate::error::Result;

/// The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can compute it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CacheKey {
    /// The entry's own.
    pub entry: Vec<u8>,
    /// The same for all entries of one user of a tenant, so that they can be found at sign-out.
    pub user: Vec<u8>,
}

/// The key of an exchange; a TeamsTokenExchanger uses the same for its cache.
///
/// secret is 32 random bytes that nobody else knows. access_key is the one that the exchange is signed with, so that a token
/// is not found any more once the key was replaced; none for a token credential. Keep a token under it until it or the Entra token has less than 120 s
/// left.
#[uniffi::export]
pub fn cache_key(
    secret: Vec<u8>,
    cloud: Cloud,
    endpoint: &Endpoint,
    access_key: Option<Arc<AccessKey>>,
    aad_token: &str,
    client_id: &str,
    user_object_id: &str,
) -> Result<CacheKey> {
    let secret = Zeroizing::new(secret);
    let secret = <[u8; 32]>::try_from(secret.as_slice())
        .map_err(|_| acs_auth_c::invalid("secret", "It must be 32 bytes."))?;
    let cloud = cloud.into();
    let core_auth::CacheKey { entry, user } = core_auth::cache_key(
        secret,
        &cloud,
        &endpoint.0,
        access_key.as_ref().map(|key| key.0.key()),
        aad_token,
        client_id,
        user_object_id,
    );
    Ok(CacheKey {
        entry: entry.to_vec(),
        user: user.to_vec(),
    })
}
