//! Cache keys for a host with its own cache of exchanged tokens.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::cloud::Cloud;
use crate::endpoint::{AccessKey, Endpoint};
use crate::error::Result;

/// The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can compute
/// it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CacheKey {
    /// The key of the entry.
    pub entry: Vec<u8>,
    /// The key of the user, the same for all entries of one user of a tenant, so that they can be removed
    /// together at sign-out.
    pub user: Vec<u8>,
}

/// Computes the cache key of an exchange. Cache a token until it or the Entra token has less than 120 seconds
/// left. A TeamsTokenExchanger doesn't need this: it has its own cache.
///
/// secret: 32 random bytes that nobody else knows, the same in all processes that share the cache.
/// access_key: the key that signs the exchange, so that a token is no longer found once the key is replaced;
/// none for a token credential.
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
