//! Keys for a host that keeps exchanged tokens in a cache of its own. No I/O.
//!
//! An exchanger needs none of this: it has its own cache.

use std::ffi::c_char;

use core_auth::{Cloud, cache_key};

use crate::cloud::acs_cloud;
use crate::data::acs_bytes;
use crate::endpoint::{acs_access_key, acs_endpoint};
use crate::error::acs_error;
use crate::ffi::{Out, bytes, invalid, reference, status, text};
use crate::status::acs_status;

/// What an exchanged token is kept under: only who holds the very same Entra token, and the secret, can compute it.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct acs_cache_key {
    /// The entry's own key.
    pub entry: [u8; 32],
    /// The same for all entries of one user of a tenant, so that they can be removed together at sign-out.
    pub user: [u8; 32],
}

/// The key of an exchange. Keep a token under it until it or the Entra token has less than 120 seconds left.
///
/// secret: 32 random bytes that nobody else knows, the same in all processes that share the cache. cloud: NULL for the
/// endpoint's. access_key: the one that the exchange is signed with, so that a token is not found any more once the key was
/// replaced; NULL for a token credential. The ids are compared without case; the tenant is the one that the Entra token names.
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
