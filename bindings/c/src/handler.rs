//! The back end's endpoint, for any HTTP server: /api/token/teams, /healthz, and /api/user and /api/token where Microsoft
//! Graph may be called.
//!
//! It verifies the caller's bearer token, compares it with the Teams token, explains a bad one, caches, lets a thousand
//! callers with one token make one exchange, and answers with application/problem+json. There is always an answer.

use std::ffi::c_char;
use std::future::Future;
use std::sync::Arc;

use core_auth::Result;
use core_auth::handler::TokenExchangeHandler;

use crate::access_key_updates::{AccessKeyUpdates, update};
use crate::completion::{acs_call, acs_delivery};
use crate::config::HandlerConfig;
use crate::error::acs_error;
use crate::ffi::{Out, freed, read, reference, status};
use crate::handler_options::acs_handler_options;
use crate::message::{acs_request, acs_response, request};
use crate::status::acs_status;
use crate::submit::{block, submit};
use crate::userdata::Transfer;

/// A handler. Freed with acs_handler_free.
pub struct acs_handler {
    keys: AccessKeyUpdates<TokenExchangeHandler>,
}

impl acs_handler {
    /// A handler that each process makes from this configuration.
    pub fn of(config: HandlerConfig) -> Result<Self> {
        let keys = AccessKeyUpdates::new(move || config.make())?;
        Ok(Self { keys })
    }

    /// Replaces those access keys that are given, in every process that makes a handler of this.
    pub fn update_access_keys(&self, primary: Option<&str>, secondary: Option<&str>) -> Result<()> {
        self.keys.update(primary, secondary)
    }
}

unsafe fn handle(
    handler: *const acs_handler,
    given: *const acs_request,
) -> Result<impl Future<Output = Result<acs_response>> + Send + 'static> {
    let handler = Arc::clone(unsafe { reference(handler, "handler") }?.keys.each());
    let request = unsafe { request(given) }?;
    Ok(async move { acs_response::of(handler.get()?.handle(request).await) })
}

/// Makes a handler. Connects to nothing yet. A forked child begins with an empty cache.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT or ACS_STATUS_INVALID_CONNECTION_STRING, target naming the option, or the setting as
/// it was written. No value is shown that may be secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_new(
    options: *const acs_handler_options,
    handler: *mut *mut acs_handler,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let handler = Out::new(handler, "handler")?;
            let mut transfer = Transfer::default();
            let config = HandlerConfig::of(&read(options)?, &mut transfer)?;
            let made = acs_handler::of(config)?;
            transfer.commit();
            handler.give(made);
            Ok(())
        })
    }
}

/// Replaces the access key of the ACS resource, and the secondary one if it is given.
/// The next signature uses the new key, and tokens cached for the former one are
/// not returned any more. secondary_access_key: NULL leaves it as it is. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or "secondary_access_key";
/// ACS_STATUS_INVALID_ARGUMENT where a token credential is used. Nothing is replaced then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_update_access_key(
    handler: *const acs_handler,
    access_key: *const c_char,
    secondary_access_key: *const c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let keys = &reference(handler, "handler")?.keys;
            update(keys, access_key, secondary_access_key)
        })
    }
}

/// Frees a handler with its cache; requests that are under way are answered still. Nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_free(handler: *mut acs_handler) {
    unsafe { freed(handler) }
}

/// Answers a request. The caller frees the response with acs_response_free. A rejection is a response, not an error.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for a request that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_handle(
    handler: *const acs_handler,
    request: *const acs_request,
    response: *mut *mut acs_response,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let response = Out::new(response, "response")?;
            response.give(block(handle(handler, request)?)?);
            Ok(())
        })
    }
}

/// Starts acs_handler_handle. The request is copied.
///
/// Its completion gives the result by acs_completion_take_response.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_handle_submit(
    handler: *const acs_handler,
    request: *const acs_request,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || submit(handle(handler, request)?, delivery, call)) }
}
