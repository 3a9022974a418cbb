//! The client's operations, started at once and completed later: see acs_delivery and acs_completion.
//!
//! The arguments are those of the functions that wait, and are copied: they need not live longer than the call. call may
//! be NULL; otherwise the caller frees it with acs_call_free. An error that is returned here, such as
//! ACS_STATUS_INVALID_ARGUMENT, means that nothing was submitted and no completion comes.

use std::ffi::c_char;

use crate::calls;
use crate::client::acs_client;
use crate::client_options::acs_call_options;
use crate::completion::{acs_call, acs_delivery};
use crate::error::acs_error;
use crate::ffi::status;
use crate::status::acs_status;

/// Starts acs_client_create_user.
///
/// Its completion gives the result by acs_completion_take_user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_create_user_submit(
    client: *const acs_client,
    options: *const acs_call_options,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            calls::create_user(client, options)?.submit(delivery, call)
        })
    }
}

/// Starts acs_client_create_user_and_token.
///
/// Its completion gives the result by acs_completion_take_user_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_create_user_and_token_submit(
    client: *const acs_client,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: *const acs_call_options,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            calls::create_user_and_token(client, scopes, scope_count, token_expires_in_s, options)?
                .submit(delivery, call)
        })
    }
}

/// Starts acs_client_get_token.
///
/// Its completion gives the result by acs_completion_take_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_get_token_submit(
    client: *const acs_client,
    user_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: *const acs_call_options,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            calls::get_token(client, user_id, scopes, scope_count, token_expires_in_s, options)?
                .submit(delivery, call)
        })
    }
}

/// Starts acs_client_revoke_tokens.
///
/// Its completion has a status and no result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_revoke_tokens_submit(
    client: *const acs_client,
    user_id: *const c_char,
    options: *const acs_call_options,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            calls::revoke_tokens(client, user_id, options)?.submit(delivery, call)
        })
    }
}

/// Starts acs_client_delete_user.
///
/// Its completion has a status and no result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_delete_user_submit(
    client: *const acs_client,
    user_id: *const c_char,
    options: *const acs_call_options,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            calls::delete_user(client, user_id, options)?.submit(delivery, call)
        })
    }
}

/// Starts acs_client_get_token_for_teams_user.
///
/// Its completion gives the result by acs_completion_take_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_get_token_for_teams_user_submit(
    client: *const acs_client,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    options: *const acs_call_options,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            calls::get_token_for_teams_user(client, aad_token, client_id, user_object_id, options)?
                .submit(delivery, call)
        })
    }
}

/// Starts acs_client_get_token_for_teams_extension_user.
///
/// Its completion gives the result by acs_completion_take_user_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_get_token_for_teams_extension_user_submit(
    client: *const acs_client,
    aad_token: *const c_char,
    options: *const acs_call_options,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            calls::get_token_for_teams_extension_user(client, aad_token, options)?.submit(delivery, call)
        })
    }
}
