//! A token credential instead of the access key: a callback that returns bearer tokens, such as
//! those of a managed identity.
//!
//! The token needs a role on the ACS resource. It is used until it expires, and renewed before that
//! in the background. There is one renewal at a time, which continues when the calls waiting for it
//! end.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::Arc;
use std::time::SystemTime;

use acs_runtime::Callee;
use core_auth::transport::BoxFuture;
use core_auth::{
    AccessToken, AccessTokenInfo, Error, ErrorKind, Result, Secret, TokenCredential, TokenRequestOptions,
};

use crate::error::acs_error;
use crate::ffi::{
    Text, Versioned, borrowed, guarded, host, init, invalid, optional_c_text, optional_text, part,
    read_optional, status, text, texts, time,
};
use crate::reply::Reply;
use crate::status::acs_status;
use crate::userdata::{Transfer, UserData};

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
pub const ACS_SCOPE: &str = "https://communication.azure.com//.default";

/// A token request from the library. Answer it exactly once, with acs_token_request_complete or
/// acs_token_request_fail, which free it.
pub struct acs_token_request {
    scopes: Vec<Text>,
    claims: Option<Text>,
    refresh_on: Option<SystemTime>,
    answer: Reply<Result<AccessTokenInfo>>,
}

/// A source of bearer tokens. The struct is copied when it is passed to a client, a handler or a
/// user's token credential.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct acs_token_credential {
    /// sizeof(acs_token_credential).
    pub struct_size: usize,
    /// Gets a token. It runs on a thread of its own, which it may block, and answers the request at
    /// once or later, from any thread. Calls waiting for the token still end at their deadlines.
    /// While two calls of get_token haven't returned, it is not called again: the request fails
    /// with ACS_STATUS_TIMEOUT at once. At most 16 callbacks of token credentials and transports
    /// run at once in a process: when all of them block, a further request fails with
    /// ACS_STATUS_TIMEOUT after 5 seconds.
    pub get_token:
        Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, request: *mut acs_token_request)>,
    /// Passed to get_token.
    pub user_data: *mut c_void,
    /// Called once when get_token will not be called again; or NULL. Not called if the function
    /// that receives the credential fails, nor in a forked child for anything its parent created.
    pub release: Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>,
}

unsafe impl Versioned for acs_token_credential {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "token_credential";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            get_token: None,
            user_data: ptr::null_mut(),
            release: None,
        }
    }
}

#[derive(Debug)]
struct HostCredential {
    callee: Callee,
    get_token: unsafe extern "C-unwind" fn(*mut c_void, *mut acs_token_request),
    user_data: Arc<UserData>,
}

/// The credential that a struct describes; `None` for NULL.
pub(crate) unsafe fn credential(
    given: *const acs_token_credential,
    transfer: &mut Transfer,
) -> Result<Option<Arc<dyn TokenCredential>>> {
    let Some(given) = unsafe { read_optional(given) }? else {
        return Ok(None);
    };
    let Some(get_token) = given.get_token else {
        return Err(invalid("token_credential", "Its get_token is NULL."));
    };
    Ok(Some(Arc::new(HostCredential {
        callee: Callee::default(),
        get_token,
        user_data: transfer.add(given.user_data, given.release),
    })))
}

impl TokenCredential for HostCredential {
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
        Box::pin(async move {
            let options = TokenRequestOptions::default();
            let AccessTokenInfo {
                token, expires_on, ..
            } = self.get_token_info(scopes, &options).await?;
            Ok(AccessToken { token, expires_on })
        })
    }

    fn get_token_info<'a>(
        &'a self,
        scopes: &'a [&'a str],
        options: &'a TokenRequestOptions,
    ) -> BoxFuture<'a, Result<AccessTokenInfo>> {
        let (answer, answered) = Reply::new();
        let request = Box::new(acs_token_request {
            scopes: texts(scopes),
            claims: optional_c_text(options.claims.as_deref()),
            refresh_on: None,
            answer,
        });
        let get_token = self.get_token;
        let user_data = Arc::clone(&self.user_data);
        Box::pin(async move {
            let asked = self.callee.call(move || {
                // SAFETY: the host vouches for its callback.
                host("get_token", || unsafe {
                    get_token(user_data.pointer(), Box::into_raw(request))
                });
            });
            asked.await.map_err(|error| not_asked(&error))?;
            answered
                .await
                .unwrap_or_else(|_| Err(failure("The token credential gave no answer.")))
        })
    }
}

/// The error for a credential whose callback could not be called.
pub fn not_asked(error: &std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::TimedOut => ErrorKind::Timeout,
        _ => ErrorKind::CredentialDenied,
    };
    Error::new(kind, format!("The token credential was not called: {error}."))
}

fn failure(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::CredentialDenied, reason)
}

/// Answers a request and frees it.
unsafe fn answered(
    request: *mut acs_token_request,
    answer: impl FnOnce(Option<SystemTime>) -> Result<(Result<AccessTokenInfo>, Result<()>)>,
) -> Result<()> {
    if request.is_null() {
        return Err(invalid("request", "It is NULL."));
    }
    // SAFETY: the caller vouches that it received this request and answers it only once.
    let request = unsafe { Box::from_raw(request) };
    let (result, returned) = match answer(request.refresh_on) {
        Ok(both) => both,
        Err(error) => (
            Err(failure("The token credential gave an unusable answer.")),
            Err(error),
        ),
    };
    // Nobody may be waiting any more.
    let _ = request.answer.send(result);
    returned
}

/// Fills the credential with its defaults, which are NULL. struct_size is sizeof(acs_token_credential).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_credential_init(
    credential: *mut acs_token_credential,
    struct_size: usize,
) {
    guarded((), || unsafe { init(credential, struct_size) });
}

/// Returns the number of scopes that the token must have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_request_scope_count(request: *const acs_token_request) -> usize {
    unsafe { part(request, 0, |request| request.scopes.len()) }
}

/// Returns a scope that the token must have, such as ACS_SCOPE; NULL out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_request_scope(
    request: *const acs_token_request,
    index: usize,
) -> *const c_char {
    unsafe { borrowed(request, |request| request.scopes.get(index)) }
}

/// Returns the claims that the service requires in the token, as JSON. Pass them on to Entra, and
/// don't return a cached token. NULL unless the service rejected the former token because they were
/// missing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_request_claims(request: *const acs_token_request) -> *const c_char {
    unsafe { borrowed(request, |request| request.claims.as_ref()) }
}

/// Sets when the token is to be renewed. Call it before acs_token_request_complete. refresh_on:
/// seconds since 1970. By default, a token is renewed 5 minutes before it expires, or after half
/// its lifetime if that is shorter; a user's token according to
/// acs_user_credential_options.refresh_time_before_expiry_s.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request must still be answered then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_request_set_refresh_on(
    request: *mut acs_token_request,
    refresh_on: i64,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let refresh_on = time(refresh_on, "refresh_on")?;
            let request = request
                .as_mut()
                .ok_or_else(|| invalid("request", "It is NULL."))?;
            request.refresh_on = Some(refresh_on);
            Ok(())
        })
    }
}

/// Answers a request with a token, and frees the request. expires_on: seconds since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request is freed all the same, and fails.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_request_complete(
    request: *mut acs_token_request,
    token: *const c_char,
    expires_on: i64,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            answered(request, |refresh_on| {
                let token = AccessTokenInfo {
                    token: Secret::from(text(token, "token")?),
                    expires_on: time(expires_on, "expires_on")?,
                    refresh_on,
                };
                Ok((Ok(token), Ok(())))
            })
        })
    }
}

/// Answers a request with an error, and frees the request. kind: an acs_status other than
/// ACS_STATUS_OK, such as ACS_STATUS_CREDENTIAL_DENIED or ACS_STATUS_TRANSPORT_ERROR. reason: text
/// for a person, without any secret; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request is freed all the same, and fails.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_request_fail(
    request: *mut acs_token_request,
    kind: i32,
    reason: *const c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            answered(request, |_| {
                let reason = optional_text(reason, "reason")?.unwrap_or("The token credential failed.");
                let kind = ErrorKind::from_value(kind)
                    .ok_or_else(|| invalid("kind", format!("{kind} is no status of a failure.")))?;
                Ok((Err(Error::new(kind, reason)), Ok(())))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_is_that_of_the_core() {
        assert_eq!(ACS_SCOPE, core_auth::ACS_SCOPE);
    }
}
