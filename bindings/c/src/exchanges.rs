//! What an exchanger does, waiting and not.

use std::ffi::c_char;
use std::future::Future;

use core_auth::{Result, Secret};

use crate::completion::{acs_call, acs_delivery};
use crate::data::ACS_NOT_APPLICABLE;
use crate::error::acs_error;
use crate::exchanger::{acs_exchanger, each};
use crate::ffi::{Out, millis, status, text};
use crate::results::{Given as _, acs_token};
use crate::status::acs_status;
use crate::submit::{Begin, block, block_from, submit, submit_from};

unsafe fn exchange(
    exchanger: *const acs_exchanger,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    timeout_ms: i64,
) -> Result<impl Future<Output = Result<acs_token>> + Send + 'static> {
    let exchanger = unsafe { each(exchanger) }?;
    let token = Secret::from(unsafe { text(aad_token, "aad_token") }?);
    let client_id = unsafe { text(client_id, "client_id") }?.to_owned();
    let user = unsafe { text(user_object_id, "user_object_id") }?.to_owned();
    let timeout = millis(timeout_ms, "timeout_ms")?;
    Ok(async move {
        let exchanger = exchanger.get()?;
        let (token, client_id) = (token.expose(), client_id.as_str());
        let exchanged = match timeout {
            None => exchanger.exchange(token, client_id, &user).await,
            Some(timeout) => {
                exchanger
                    .exchange_with_timeout(token, client_id, &user, timeout)
                    .await
            }
        };
        acs_token::given(exchanged?)
    })
}

unsafe fn sign_out(
    exchanger: *const acs_exchanger,
    tenant_id: *const c_char,
    user_object_id: *const c_char,
) -> Result<impl Future<Output = Result<()>> + Send + 'static> {
    let exchanger = unsafe { each(exchanger) }?;
    let tenant = unsafe { text(tenant_id, "tenant_id") }?.to_owned();
    let user = unsafe { text(user_object_id, "user_object_id") }?.to_owned();
    Ok(async move { exchanger.get()?.sign_out(&tenant, &user).await })
}

unsafe fn is_cache_reachable(
    exchanger: *const acs_exchanger,
) -> Result<impl Future<Output = Result<i32>> + Send + 'static> {
    let exchanger = unsafe { each(exchanger) }?;
    Ok(async move {
        Ok(exchanger
            .get()?
            .is_cache_reachable()
            .await
            .map_or(ACS_NOT_APPLICABLE, i32::from))
    })
}

/// The ACS token for a Teams user's Entra token: a kept one, or exchanged now. The caller frees it with acs_token_free.
///
/// timeout_ms: the deadline of this call alone in milliseconds, or ACS_DEFAULT for the exchanger's; others who wait for
/// the same exchange go on.
///
/// Errors: as acs_client_get_token_for_teams_user; ACS_STATUS_ENTRA_TOKEN_INVALID by the token check unless it is off or
/// only warns; ACS_STATUS_THROTTLED with the code "limited" when the wait for the limit and the exchange do not fit
/// before the deadline, and with the code "user_limited" when the user's share is used up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_exchange(
    exchanger: *const acs_exchanger,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    timeout_ms: i64,
    token: *mut *mut acs_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let token = Out::new(token, "token")?;
            let work = exchange(exchanger, aad_token, client_id, user_object_id, timeout_ms)?;
            token.give(block_from(Begin::PollInline, work)?);
            Ok(())
        })
    }
}

/// Starts acs_exchanger_exchange.
///
/// Its completion gives the result by acs_completion_take_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_exchange_submit(
    exchanger: *const acs_exchanger,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    timeout_ms: i64,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let work = exchange(exchanger, aad_token, client_id, user_object_id, timeout_ms)?;
            submit_from(Begin::PollInline, work, delivery, call)
        })
    }
}

/// Forgets all tokens of a user, in this process and in those that share a cache with it. The tokens themselves stay good
/// until they expire.
///
/// Errors: ACS_STATUS_TRANSPORT_ERROR when Redis cannot be reached: other processes may keep tokens still.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_sign_out(
    exchanger: *const acs_exchanger,
    tenant_id: *const c_char,
    user_object_id: *const c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || block(sign_out(exchanger, tenant_id, user_object_id)?)) }
}

/// Starts acs_exchanger_sign_out.
///
/// Its completion has a status and no result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_sign_out_submit(
    exchanger: *const acs_exchanger,
    tenant_id: *const c_char,
    user_object_id: *const c_char,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            submit(sign_out(exchanger, tenant_id, user_object_id)?, delivery, call)
        })
    }
}

/// Whether the shared cache answers: 1 or 0; ACS_NOT_APPLICABLE when there is none.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_is_cache_reachable(
    exchanger: *const acs_exchanger,
    reachable: *mut i32,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let reachable = Out::new(reachable, "reachable")?;
            reachable.set(block(is_cache_reachable(exchanger)?)?);
            Ok(())
        })
    }
}

/// Starts acs_exchanger_is_cache_reachable.
///
/// Its completion gives the result by acs_completion_reachable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_is_cache_reachable_submit(
    exchanger: *const acs_exchanger,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || submit(is_cache_reachable(exchanger)?, delivery, call)) }
}
