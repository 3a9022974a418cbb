//! Cache keys for a host with its own cache of exchanged tokens. No I/O.
//!
//! An exchanger doesn't need them: it has its own cache.

use std::ffi::c_char;

use core_auth::{Cloud, cache_key};

use crate::cloud::acs_cloud;
use crate::data::acs_bytes;
use crate::endpoint::{acs_access_key, acs_endpoint};
use crate::error::acs_error;
use crate::ffi::{Out, bytes, invalid, reference, status, text};
use crate::status::acs_status;

/// The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can
/// compute it.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct acs_cache_key {
    /// The key of the entry.
    pub entry: [u8; 32],
    /// The key of the user, the same for all entries of one user of a tenant, so that they can be
    /// removed together at sign-out.
    pub user: [u8; 32],
}

/// Computes the cache key of an exchange. Cache a token until it or the Entra token has less than
/// 120 seconds left.
///
/// secret: 32 random bytes that nobody else knows, the same in all processes that share the cache.
/// cloud: NULL for the endpoint's. access_key: the key that signs the exchange, so that a token is
/// no longer found once the key is replaced; NULL for a token credential. Ids are compared
/// case-insensitively; the tenant is the one that the Entra token names.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cache_key_new(
    secret: acs_bytes,
    cloud: *const acs_cloud,
    endpoint: *const acs_endpoint,
    access_key: *const acs_access_key,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    key: *mut acs_cache_key,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let key = Out::new(key, "key")?;
            let secret: [u8; 32] = bytes(secret, "secret")?
                .try_into()
                .map_err(|_| invalid("secret", "It must be 32 bytes."))?;
            let endpoint = &reference(endpoint, "endpoint")?.endpoint;
            let own = Cloud::for_endpoint(endpoint);
            let made = cache_key(
                secret,
                cloud.as_ref().map_or(&own, |cloud| &cloud.cloud),
                endpoint,
                access_key.as_ref().map(acs_access_key::key),
                text(aad_token, "aad_token")?,
                text(client_id, "client_id")?,
                text(user_object_id, "user_object_id")?,
            );
            key.set(acs_cache_key {
                entry: made.entry,
                user: made.user,
            });
            Ok(())
        })
    }
}
