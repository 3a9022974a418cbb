//! A user's ACS token that renews itself, for chat and calling clients.
//!
//! Its tokens come from a refresher, a callback that returns the user's next ACS token; or from an
//! Entra credential, whose tokens a client or an exchanger exchanges; or it holds a single token. A
//! valid token is returned at once. With less than 10 minutes left it is renewed in the background.
//! With less than 2 minutes left a call waits for the renewal, for half of its timeout but at
//! most 15 seconds, and gets the former token if that fails. There is one renewal at a time, shared by
//! all waiting callers. A failed renewal is retried after 0.5 seconds, then after twice as long
//! each time, up to 30 seconds.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use core_auth::{CommunicationTokenCredential, Result, Secret};

use crate::client::acs_client;
use crate::completion::{acs_call, acs_delivery};
use crate::config::{Exchanges, UserCredentialConfig};
use crate::credential::{acs_token_credential, credential};
use crate::data::ACS_DEFAULT;
use crate::error::acs_error;
use crate::exchanger::acs_exchanger;
use crate::ffi::{
    Out, Versioned, flag, freed, guarded, init, millis, optional_text, owned, owned_list, part, read,
    reference, seconds, status, time,
};
use crate::process::{PerProcess, no_runtime};
use crate::results::{Given as _, acs_token};
use crate::status::acs_status;
use crate::submit::{PollInline, Work};
use crate::userdata::Transfer;

/// A user's token credential. Freed with acs_user_credential_free.
pub struct acs_user_credential {
    each: Arc<PerProcess<CommunicationTokenCredential>>,
    is_closed: Arc<AtomicBool>,
}

/// The options of a user's token credential: a token, a refresher, or an Entra credential and what
/// exchanges its tokens. Every member has 64 bits, for hosts that pass structs as arrays.
#[repr(C)]
pub struct acs_user_credential_options {
    /// sizeof(acs_user_credential_options).
    pub struct_size: usize,
    /// The user's ACS token: the only one, or the initial one. Default: the first one is requested
    /// when it is needed.
    pub token: *const c_char,
    /// When the token expires, in seconds since 1970. Default: the token's own expiry, which is not
    /// verified; 10 minutes from now if it cannot be read, as the service doesn't guarantee the
    /// format of its tokens.
    pub token_expires_on: i64,
    /// Returns the user's next ACS token; its requests have no scopes.
    pub refresher: *const acs_token_credential,
    /// Instead of a refresher: a credential that returns the user's Entra tokens. Needs client or
    /// exchanger.
    pub entra_credential: *const acs_token_credential,
    /// The client that exchanges the Entra tokens; its own credential is not used.
    pub client: *const acs_client,
    /// The scopes of the Entra tokens that the client exchanges. All must begin with
    /// "https://communication.azure.com/clients/" (an Entra user; a preview, for which the client
    /// needs its option preview), or all with "https://auth.msft.communication.azure.com/" (a user
    /// of Teams Phone extensibility; .us in place of .com for the US government). Default:
    /// "https://communication.azure.com/clients/.default".
    pub scopes: *const *const c_char,
    /// The number of scopes.
    pub scope_count: usize,
    /// Instead of client: the exchanger for a Teams user's Entra tokens. Needs client_id and
    /// user_object_id.
    pub exchanger: *const acs_exchanger,
    /// The client id of the application that got the Entra token. For an exchanger only.
    pub client_id: *const c_char,
    /// The user's object id. For an exchanger only.
    pub user_object_id: *const c_char,
    /// 1 renews the token proactively, even if nobody asks for it, starting with the first call or
    /// with acs_user_credential_start. Default 0.
    pub refresh_proactively: i64,
    /// How long before its expiry the token is renewed, in seconds. Default 600. A new token with
    /// less time left is renewed after half of that time.
    pub refresh_time_before_expiry_s: i64,
    /// How long a call waits for a token, in milliseconds. Default 30000.
    pub timeout_ms: i64,
}

unsafe impl Versioned for acs_user_credential_options {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            token: ptr::null(),
            token_expires_on: i64::from(ACS_DEFAULT),
            refresher: ptr::null(),
            entra_credential: ptr::null(),
            client: ptr::null(),
            scopes: ptr::null(),
            scope_count: 0,
            exchanger: ptr::null(),
            client_id: ptr::null(),
            user_object_id: ptr::null(),
            refresh_proactively: i64::from(ACS_DEFAULT),
            refresh_time_before_expiry_s: i64::from(ACS_DEFAULT),
            timeout_ms: i64::from(ACS_DEFAULT),
        }
    }
}

impl UserCredentialConfig {
    unsafe fn of(options: &acs_user_credential_options, transfer: &mut Transfer) -> Result<Self> {
        let token_expires_on = match options.token_expires_on {
            at if at == i64::from(ACS_DEFAULT) => None,
            at => Some(time(at, "token_expires_on")?),
        };
        let scopes = match options.scope_count {
            0 => None,
            count => Some(unsafe { owned_list(options.scopes, count, "scopes") }?),
        };
        Ok(Self {
            token: unsafe { optional_text(options.token, "token") }?.map(Secret::from),
            token_expires_on,
            refresher: unsafe { credential(options.refresher, transfer) }?,
            entra_credential: unsafe { credential(options.entra_credential, transfer) }?,
            scopes,
            client_id: unsafe { owned(options.client_id, "client_id") }?,
            user_object_id: unsafe { owned(options.user_object_id, "user_object_id") }?,
            refresh_proactively: flag(options.refresh_proactively, "refresh_proactively")?,
            refresh_time_before_expiry: seconds(
                options.refresh_time_before_expiry_s,
                "refresh_time_before_expiry_s",
            )?,
            timeout: millis(options.timeout_ms, "timeout_ms")?,
        })
    }
}

impl acs_user_credential {
    /// Creates a credential; each process makes its own instance from this configuration, with a
    /// client or an exchanger where it needs one.
    pub fn of(
        config: UserCredentialConfig,
        client: Option<&acs_client>,
        exchanger: Option<&acs_exchanger>,
    ) -> Result<Self> {
        let is_closed = Arc::<AtomicBool>::default();
        let was_closed = Arc::clone(&is_closed);
        let client = client.map(acs_client::each);
        let exchanger = exchanger.map(acs_exchanger::each);
        let each = PerProcess::new(move || {
            let made = config.make(Exchanges {
                client: here(client.as_deref())?,
                exchanger: here(exchanger.as_deref())?,
            })?;
            if was_closed.load(Ordering::Acquire) {
                made.close();
            }
            Ok(made)
        })?;
        Ok(Self {
            each: Arc::new(each),
            is_closed,
        })
    }

    /// Starts renewing proactively, as the first call does. Does nothing without
    /// refresh_proactively, or if renewal has started already. A forked child, and the library
    /// after acs_shutdown, start again.
    pub fn start(&self) -> Result<()> {
        let credential = self.each.get()?;
        acs_runtime::enter(|| credential.start()).map_err(no_runtime)
    }

    /// Ends renewals and waiting calls, in this process and in children forked later.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        // Without a runtime there is no renewal and no call to end.
        if let Ok(credential) = self.each.get() {
            credential.close();
        }
    }
}

/// A clone of the instance of this process.
fn here<T: Clone + Send + Sync>(each: Option<&PerProcess<T>>) -> Result<Option<T>> {
    each.map(|each| Ok((*each.get()?).clone())).transpose()
}

/// Fills the options with their defaults. struct_size is sizeof(acs_user_credential_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_credential_options_init(
    options: *mut acs_user_credential_options,
    struct_size: usize,
) {
    guarded((), || unsafe { init(options, struct_size) });
}

/// Creates a user's token credential. The client and the exchanger may be freed afterwards. The
/// callbacks of the refresher or of the Entra credential belong to the library until their release
/// is called. Nothing is requested yet. A forked child requests a token of its own.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option, for options that don't go
/// together, and for scopes that no exchange accepts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_credential_new(
    options: *const acs_user_credential_options,
    credential: *mut *mut acs_user_credential,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let credential = Out::new(credential, "credential")?;
            let options = read(options)?;
            let mut transfer = Transfer::default();
            let config = UserCredentialConfig::of(&options, &mut transfer)?;
            let made = acs_user_credential::of(config, options.client.as_ref(), options.exchanger.as_ref())?;
            transfer.commit();
            credential.give(made);
            Ok(())
        })
    }
}

/// Returns the user's token: the current one while it is valid, otherwise the next one. The caller
/// frees it with acs_token_free.
///
/// Errors: ACS_STATUS_CANCELLED once the credential is closed; ACS_STATUS_TIMEOUT if no token is
/// available within the timeout, and if two former calls of the callback haven't returned;
/// otherwise the error of the refresher, the Entra credential or the exchange. After a failure,
/// calls get the same error at once for 0.5 to 5 seconds.
unsafe fn get_token(credential: *const acs_user_credential) -> Result<impl Work<acs_token>> {
    let credential = Arc::clone(&unsafe { reference(credential, "credential") }?.each);
    Ok(PollInline(async move {
        acs_token::given(credential.get()?.get_token().await?)
    }))
}

/// Starts renewing proactively, as the first call does. Does nothing without refresh_proactively,
/// or if renewal has started already. A forked child, and the library after acs_shutdown, start
/// again.
///
/// Errors: ACS_STATUS_CANCELLED while the library's threads are being shut down.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_credential_start(
    credential: *const acs_user_credential,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || reference(credential, "credential")?.start()) }
}

/// Ends renewals and discards the token: waiting and later calls fail with ACS_STATUS_CANCELLED.
/// May be called from any thread and repeatedly. NULL is ignored. It doesn't wait for a running
/// callback, whose answer is dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_credential_close(credential: *const acs_user_credential) {
    unsafe { part(credential, (), acs_user_credential::close) }
}

/// Frees a credential. Calls in progress continue; renewals end with the last of them. NULL is
/// ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_credential_free(credential: *mut acs_user_credential) {
    unsafe { freed(credential) }
}

// Generated by `make header`, the functions that wait and that submit: do not edit.

/// Returns the user's token: the current one while it is valid, otherwise the next one. The caller
/// frees it with acs_token_free.
///
/// Errors: ACS_STATUS_CANCELLED once the credential is closed; ACS_STATUS_TIMEOUT if no token is
/// available within the timeout, and if two former calls of the callback haven't returned;
/// otherwise the error of the refresher, the Entra credential or the exchange. After a failure,
/// calls get the same error at once for 0.5 to 5 seconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_credential_get_token(
    credential: *const acs_user_credential,
    token: *mut *mut acs_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let token = Out::new(token, "token")?;
            let work = get_token(credential)?;
            token.give(work.wait()?);
            Ok(())
        })
    }
}

/// Starts acs_user_credential_get_token.
///
/// Take the result from its completion with acs_completion_take_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_credential_get_token_submit(
    credential: *const acs_user_credential,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let work = get_token(credential)?;
            work.submit(delivery, call)
        })
    }
}

// The end of the functions that wait and that submit.
