//! Verifies the bearer tokens of a back end's callers: signature, issuer, audience, lifetime,
//! tenant, application and scope.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use core_auth::entra::verify::TokenVerifier;
use core_auth::{Result, Secret};

use crate::client_options::proxy;
use crate::cloud::acs_cloud;
use crate::completion::{acs_call, acs_delivery};
use crate::config::VerifierConfig;
use crate::data::ACS_DEFAULT;
use crate::error::acs_error;
use crate::ffi::{
    Out, Versioned, flag, freed, guarded, init, owned, owned_list, read, reference, seconds, status, text,
};
use crate::process::PerProcess;
use crate::status::acs_status;
use crate::submit::Work;
use crate::verified_token::acs_verified_token;

/// A verifier. It fetches Entra's keys when they are needed and caches them. Freed with
/// acs_verifier_free.
pub struct acs_verifier {
    verifier: Arc<PerProcess<TokenVerifier>>,
}

/// The options of a verifier. Set a tenant, an audience and an application, or allow any tenant or
/// application.
#[repr(C)]
pub struct acs_verifier_options {
    /// sizeof(acs_verifier_options).
    pub struct_size: usize,
    /// The cloud of the users; NULL for the public one.
    pub cloud: *const acs_cloud,
    /// The tenants whose users may call, by their GUIDs.
    pub tenant_ids: *const *const c_char,
    /// The number of tenant_ids.
    pub tenant_id_count: usize,
    /// The accepted audiences: the API's client id (version 2 tokens) and "api://…" (version 1).
    pub audiences: *const *const c_char,
    /// The number of audiences.
    pub audience_count: usize,
    /// The client ids of the applications that may call.
    pub allowed_client_ids: *const *const c_char,
    /// The number of allowed_client_ids.
    pub allowed_client_id_count: usize,
    /// The permission that a token must have. Default "access_as_user".
    pub required_scope: *const c_char,
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    pub root_certificates_pem: *const c_char,
    /// The proxy, for ACS_PROXY_URL only.
    pub proxy_url: *const c_char,
    /// ACS_PROXY_ENVIRONMENT (default), ACS_PROXY_DIRECT or ACS_PROXY_URL.
    pub proxy: i32,
    /// 1 allows users of every tenant. Default 0.
    pub allow_any_tenant: i32,
    /// 1 allows every application. Default 0.
    pub allow_any_client: i32,
    /// The tolerated clock skew, in seconds. Default 300.
    pub clock_skew_s: i64,
    /// The longest accepted lifetime of a token, in seconds, at least 1. Default 100800 (28 hours).
    pub max_lifetime_s: i64,
}

unsafe impl Versioned for acs_verifier_options {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            cloud: ptr::null(),
            tenant_ids: ptr::null(),
            tenant_id_count: 0,
            audiences: ptr::null(),
            audience_count: 0,
            allowed_client_ids: ptr::null(),
            allowed_client_id_count: 0,
            required_scope: ptr::null(),
            root_certificates_pem: ptr::null(),
            proxy_url: ptr::null(),
            proxy: ACS_DEFAULT,
            allow_any_tenant: ACS_DEFAULT,
            allow_any_client: ACS_DEFAULT,
            clock_skew_s: i64::from(ACS_DEFAULT),
            max_lifetime_s: i64::from(ACS_DEFAULT),
        }
    }
}

impl VerifierConfig {
    unsafe fn of(options: &acs_verifier_options) -> Result<Self> {
        let list = |items, count, name| unsafe { owned_list(items, count, name) };
        Ok(Self {
            cloud: unsafe { options.cloud.as_ref() }.map(|cloud| cloud.cloud.clone()),
            tenant_ids: list(options.tenant_ids, options.tenant_id_count, "tenant_ids")?,
            audiences: list(options.audiences, options.audience_count, "audiences")?,
            allowed_client_ids: list(
                options.allowed_client_ids,
                options.allowed_client_id_count,
                "allowed_client_ids",
            )?,
            required_scope: unsafe { owned(options.required_scope, "required_scope") }?,
            root_certificates_pem: unsafe { owned(options.root_certificates_pem, "root_certificates_pem") }?,
            proxy: unsafe { proxy(options.proxy, options.proxy_url) }?,
            any_tenant: flag(options.allow_any_tenant, "allow_any_tenant")?.unwrap_or(false),
            any_client: flag(options.allow_any_client, "allow_any_client")?.unwrap_or(false),
            clock_skew: seconds(options.clock_skew_s, "clock_skew_s")?,
            max_lifetime: seconds(options.max_lifetime_s, "max_lifetime_s")?,
        })
    }
}

impl acs_verifier {
    /// Creates a verifier; each process makes its own instance from this configuration.
    pub fn of(config: VerifierConfig) -> Result<Self> {
        Ok(Self {
            verifier: Arc::new(PerProcess::new(move || config.make())?),
        })
    }
}

/// The instances behind a handle, one for each process.
unsafe fn each(verifier: *const acs_verifier) -> Result<Arc<PerProcess<TokenVerifier>>> {
    let verifier = unsafe { reference(verifier, "verifier") }?;
    Ok(Arc::clone(&verifier.verifier))
}

/// Verifies a bearer token, passed without the word "Bearer".
///
/// The error is for the log. Tell the caller only its kind, not which check failed.
///
/// Errors: ACS_STATUS_UNAUTHORIZED if the token is not valid for this API; ACS_STATUS_FORBIDDEN if
/// it is valid but its tenant, application or permissions are not allowed; the code names the
/// check. ACS_STATUS_TRANSPORT_ERROR with the code "keys_unreachable" if the key is unknown and
/// Entra cannot be reached.
unsafe fn verify(
    verifier: *const acs_verifier,
    bearer_token: *const c_char,
) -> Result<impl Work<acs_verified_token>> {
    let verifier = unsafe { each(verifier) }?;
    let token = Secret::from(unsafe { text(bearer_token, "bearer_token") }?);
    Ok(async move { Ok(verifier.get()?.verify(token.expose()).await?.into()) })
}

/// Reports whether the keys for verification are available: 1 or 0. Fetches them if they are not.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
unsafe fn keys_reachable(verifier: *const acs_verifier) -> Result<impl Work<i32>> {
    let verifier = unsafe { each(verifier) }?;
    Ok(async move { Ok(i32::from(verifier.get()?.keys_reachable().await)) })
}

/// Fills the options with their defaults. struct_size is sizeof(acs_verifier_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verifier_options_init(options: *mut acs_verifier_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}

/// Creates a verifier. It doesn't fetch keys yet.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verifier_new(
    options: *const acs_verifier_options,
    verifier: *mut *mut acs_verifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let verifier = Out::new(verifier, "verifier")?;
            let config = VerifierConfig::of(&read(options)?)?;
            verifier.give(acs_verifier::of(config)?);
            Ok(())
        })
    }
}

/// Frees a verifier; calls in progress continue. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verifier_free(verifier: *mut acs_verifier) {
    unsafe { freed(verifier) }
}

// Generated by `make header`, the functions that wait and that submit: do not edit.

/// Verifies a bearer token, passed without the word "Bearer".
///
/// The error is for the log. Tell the caller only its kind, not which check failed.
///
/// Errors: ACS_STATUS_UNAUTHORIZED if the token is not valid for this API; ACS_STATUS_FORBIDDEN if
/// it is valid but its tenant, application or permissions are not allowed; the code names the
/// check. ACS_STATUS_TRANSPORT_ERROR with the code "keys_unreachable" if the key is unknown and
/// Entra cannot be reached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verifier_verify(
    verifier: *const acs_verifier,
    bearer_token: *const c_char,
    verified_token: *mut *mut acs_verified_token,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let verified_token = Out::new(verified_token, "verified_token")?;
            let work = verify(verifier, bearer_token)?;
            verified_token.give(work.wait()?);
            Ok(())
        })
    }
}

/// Starts acs_verifier_verify.
///
/// Take the result from its completion with acs_completion_take_verified_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verifier_verify_submit(
    verifier: *const acs_verifier,
    bearer_token: *const c_char,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let work = verify(verifier, bearer_token)?;
            work.submit(delivery, call)
        })
    }
}

/// Reports whether the keys for verification are available: 1 or 0. Fetches them if they are not.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verifier_keys_reachable(
    verifier: *const acs_verifier,
    reachable: *mut i32,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let reachable = Out::new(reachable, "reachable")?;
            let work = keys_reachable(verifier)?;
            reachable.set(work.wait()?);
            Ok(())
        })
    }
}

/// Starts acs_verifier_keys_reachable.
///
/// Read the result from its completion with acs_completion_reachable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_verifier_keys_reachable_submit(
    verifier: *const acs_verifier,
    delivery: *const acs_delivery,
    call: *mut *mut acs_call,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let work = keys_reachable(verifier)?;
            work.submit(delivery, call)
        })
    }
}

// The end of the functions that wait and that submit.
