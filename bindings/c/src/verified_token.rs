//! A caller whose bearer token was verified.

use std::ffi::c_char;

use core_auth::cloud::TokenVersion;
use core_auth::entra::verify::VerifiedToken;

use crate::ffi::{Text, borrowed, c_text, freed, part, texts, unix};

/// A version 1.0 token, which names the application in appid.
pub const ACS_TOKEN_VERSION_1: i32 = 1;
/// A version 2.0 token, which names the application in azp.
pub const ACS_TOKEN_VERSION_2: i32 = 2;

/// The caller, as named by a verified token. Identify a user only by tenant and object id together.
/// Freed with acs_verified_token_free.
pub struct acs_verified_token {
    tenant_id: Text,
    object_id: Text,
    client_id: Text,
    scopes: Vec<Text>,
    version: i32,
    expires_on: i64,
}

impl From<VerifiedToken> for acs_verified_token {
    fn from(verified: VerifiedToken) -> Self {
        let VerifiedToken {
            tenant_id,
            object_id,
            client_id,
            scopes,
            version,
            expires_on,
        } = verified;
        Self {
            tenant_id: c_text(&tenant_id),
            object_id: c_text(&object_id),
            client_id: c_text(&client_id),
            scopes: texts(&scopes),
            version: match version {
                TokenVersion::V1 => ACS_TOKEN_VERSION_1,
                TokenVersion::V2 => ACS_TOKEN_VERSION_2,
            },
            expires_on: unix(expires_on),
        }
    }
}

/// Returns the user's tenant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_tenant_id(verified: *const acs_verified_token) -> *const c_char {
    unsafe { borrowed(verified, |verified| Some(&verified.tenant_id)) }
}

/// Returns the user's object id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_object_id(verified: *const acs_verified_token) -> *const c_char {
    unsafe { borrowed(verified, |verified| Some(&verified.object_id)) }
}

/// Returns the application that calls on behalf of the user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_client_id(verified: *const acs_verified_token) -> *const c_char {
    unsafe { borrowed(verified, |verified| Some(&verified.client_id)) }
}

/// Returns the number of the token's permissions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_scope_count(verified: *const acs_verified_token) -> usize {
    unsafe { part(verified, 0, |verified| verified.scopes.len()) }
}

/// Returns a permission; NULL out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_scope(
    verified: *const acs_verified_token,
    index: usize,
) -> *const c_char {
    unsafe { borrowed(verified, |verified| verified.scopes.get(index)) }
}

/// Returns the token's version: ACS_TOKEN_VERSION_…; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_version(verified: *const acs_verified_token) -> i32 {
    unsafe { part(verified, 0, |verified| verified.version) }
}

/// Returns when the token expires, in seconds since 1970. The verifier accepts it until then plus
/// the clock skew. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_expires_on(verified: *const acs_verified_token) -> i64 {
    unsafe { part(verified, 0, |verified| verified.expires_on) }
}

/// Frees a verified token. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verified_token_free(verified: *mut acs_verified_token) {
    unsafe { freed(verified) }
}
