//! The client's operations, each waiting on the calling thread until it has ended.
//!
//! options may be NULL: the client's own. Any error of acs_status may come. What a function gives is freed by its own
//! _free function.

use std::ffi::c_char;

use crate::calls;
use crate::client::acs_client;
use crate::client_options::acs_call_options;
use crate::error::acs_error;
use crate::ffi::{Out, status};
use crate::results::{acs_token, acs_user, acs_user_token};
use crate::status::acs_status;

/// Creates an identity.
///
/// It is tried again only where the service cannot have processed it; the error's reason says when an identity may have
/// been created all the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_create_user(
    client: *const acs_client,
    options: *const acs_call_options,
    user: *mut *mut acs_user,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let user = Out::new(user, "user")?;
            user.give(calls::create_user(client, options)?.wait()?);
            Ok(())
        })
    }
}

/// Creates an identity and issues a first token for it.
///
/// token_expires_in_s: 3600 to 86400 seconds, parts of a minute dropped, or ACS_DEFAULT for the service's own (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for no scope or an expiry out of range; else as acs_client_create_user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_create_user_and_token(
    client: *const acs_client,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: *const acs_call_options,
    user_token: *mut *mut acs_user_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let user_token = Out::new(user_token, "user_token")?;
            user_token.give(
                calls::create_user_and_token(client, scopes, scope_count, token_expires_in_s, options)?
                    .wait()?,
            );
            Ok(())
        })
    }
}

/// Issues a token for an identity.
///
/// token_expires_in_s: 3600 to 86400 seconds, parts of a minute dropped, or ACS_DEFAULT for the service's own (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an unusable id, no scope or an expiry out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_get_token(
    client: *const acs_client,
    user_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: *const acs_call_options,
    token: *mut *mut acs_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let token = Out::new(token, "token")?;
            token.give(
                calls::get_token(client, user_id, scopes, scope_count, token_expires_in_s, options)?
                    .wait()?,
            );
            Ok(())
        })
    }
}

/// Revokes all tokens of an identity. The service documents that it can take up to 15 minutes to take effect.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_revoke_tokens(
    client: *const acs_client,
    user_id: *const c_char,
    options: *const acs_call_options,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || calls::revoke_tokens(client, user_id, options)?.wait()) }
}

/// Deletes an identity and revokes its tokens.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_delete_user(
    client: *const acs_client,
    user_id: *const c_char,
    options: *const acs_call_options,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || calls::delete_user(client, user_id, options)?.wait()) }
}

/// Exchanges a Microsoft 365 user's Entra token for an ACS access token of that Teams user.
///
/// aad_token is for the ACS resource with both Teams permissions, client_id the application that it was issued to,
/// user_object_id the user's oid. The ACS token expires with the Entra token.
///
/// Errors: ACS_STATUS_ENTRA_TOKEN_INVALID by the token check when it is enforced; ACS_STATUS_ENTRA_TOKEN_REJECTED and
/// ACS_STATUS_VALIDATION_FAILED by the service, with what the token check found.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_get_token_for_teams_user(
    client: *const acs_client,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    options: *const acs_call_options,
    token: *mut *mut acs_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let token = Out::new(token, "token")?;
            token.give(
                calls::get_token_for_teams_user(client, aad_token, client_id, user_object_id, options)?
                    .wait()?,
            );
            Ok(())
        })
    }
}

/// Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS access token.
///
/// The user's own token authenticates this request; the client's credential is not used.
///
/// Errors: as acs_client_get_token_for_teams_user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_get_token_for_teams_extension_user(
    client: *const acs_client,
    aad_token: *const c_char,
    options: *const acs_call_options,
    user_token: *mut *mut acs_user_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let user_token = Out::new(user_token, "user_token")?;
            user_token.give(calls::get_token_for_teams_extension_user(client, aad_token, options)?.wait()?);
            Ok(())
        })
    }
}
