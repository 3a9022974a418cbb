//! The options of a client and of a single call.

use std::ffi::c_char;
use std::mem::offset_of;
use std::ptr;

use core_auth::entra::TokenCheck;
use core_auth::transport::Proxy;
use core_auth::{PreviewApiVersion, Result, RetryPolicy, Secret};

use crate::call_response::acs_call_response;
use crate::cloud::acs_cloud;
use crate::config::ClientConfig;
use crate::credential::{acs_token_credential, credential};
use crate::data::{ACS_DEFAULT, acs_header};
use crate::ffi::{Versioned, count, flag, guarded, header_list, init, invalid, millis, optional_text, owned};
use crate::transport::{acs_transport, transport};
use crate::userdata::Transfer;

/// Teams tokens are not checked.
pub const ACS_TOKEN_CHECK_OFF: i32 = 0;
/// The service decides. If it rejects the token, a warning is logged and the error contains what
/// was found.
pub const ACS_TOKEN_CHECK_WARN: i32 = 1;
/// The token is rejected with ACS_STATUS_ENTRA_TOKEN_INVALID and not sent.
pub const ACS_TOKEN_CHECK_ENFORCE: i32 = 2;

/// The proxy from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on
/// loopback.
pub const ACS_PROXY_ENVIRONMENT: i32 = 0;
/// No proxy.
pub const ACS_PROXY_DIRECT: i32 = 1;
/// The proxy at proxy_url.
pub const ACS_PROXY_URL: i32 = 2;

/// The options of a client. Set a connection string, or an endpoint and a credential; everything
/// else has a default.
#[repr(C)]
pub struct acs_client_options {
    /// sizeof(acs_client_options).
    pub struct_size: usize,
    /// The resource's connection string, "endpoint=https://…;accesskey=…".
    pub connection_string: *const c_char,
    /// The resource's endpoint, "https://….communication.azure.com", instead of a connection
    /// string. Needs access_key or token_credential.
    pub endpoint: *const c_char,
    /// The resource's access key in base64.
    pub access_key: *const c_char,
    /// A token credential instead of an access key.
    pub token_credential: *const acs_token_credential,
    /// The cloud whose names the token check expects in tokens. Default: the endpoint's cloud.
    pub cloud: *const acs_cloud,
    /// The api-version of all operations: ACS_API_VERSION_… or another. Default
    /// ACS_DEFAULT_API_VERSION; operations of Teams Phone extensibility use at least
    /// ACS_TEAMS_EXTENSION_API_VERSION.
    pub api_version: *const c_char,
    /// A name to prepend to the User-Agent, at most 24 characters of A-Z a-z 0-9 . _ - /. Default:
    /// none.
    pub application_id: *const c_char,
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    pub root_certificates_pem: *const c_char,
    /// A client certificate for a gateway that asks for one: the chain and its private key in PEM
    /// form.
    pub client_identity_pem: *const c_char,
    /// The proxy, for ACS_PROXY_URL only.
    pub proxy_url: *const c_char,
    /// ACS_PROXY_ENVIRONMENT (default), ACS_PROXY_DIRECT or ACS_PROXY_URL.
    pub proxy: i32,
    /// ACS_TOKEN_CHECK_OFF, ACS_TOKEN_CHECK_WARN (default) or ACS_TOKEN_CHECK_ENFORCE.
    pub token_check: i32,
    /// 1 accepts an http endpoint that is not loopback: users' tokens are then sent in clear text.
    /// Default 0.
    pub allow_insecure_endpoint: i32,
    /// The maximum number of attempts, including the first. Default 3.
    pub max_attempts: i32,
    /// The deadline of a call, including all its attempts, in milliseconds. Default 10000.
    pub timeout_ms: i64,
    /// The timeout for opening a connection, including TLS, in milliseconds. Default 5000.
    pub connect_timeout_ms: i64,
    /// The upper bound of the first backoff, in milliseconds; doubled for each further one. Default
    /// 50.
    pub retry_base_delay_ms: i64,
    /// As retry_base_delay_ms, after the service throttled the call, in milliseconds. Default 1000.
    pub retry_throttled_delay_ms: i64,
    /// The upper bound of every backoff, in milliseconds. Default 20000.
    pub retry_max_delay_ms: i64,
    /// The timeout of one attempt, in milliseconds; the last attempt gets all the time left.
    /// Default 3000.
    pub attempt_timeout_ms: i64,
    /// 1 offers HTTP/2 to the service. Default 0: with HTTP/1.1, a connection that goes silent
    /// delays only one call.
    pub http2: i32,
    /// The resource's other access key, in base64. A call whose key is rejected is tried once with
    /// it; it is then preferred until it is rejected in turn. Default: none.
    pub secondary_access_key: *const c_char,
    /// Headers to add to every request; a name may occur more than once. They are not signed.
    /// content-type and accept override the library's values, and user-agent overrides the whole
    /// User-Agent. These cannot be set: what is signed (host, date, x-ms-date,
    /// x-ms-content-sha256), credentials (authorization, proxy-authorization),
    /// x-ms-client-request-id, and what describes the body or the connection (content-length,
    /// content-encoding, transfer-encoding, accept-encoding, expect, trailer, connection,
    /// keep-alive, proxy-connection, te, upgrade, http2-settings). Default: none.
    pub headers: *const acs_header,
    /// The number of headers.
    pub header_count: usize,
    /// A text to prepend to the User-Agent, before application_id: visible ASCII characters and
    /// inner spaces, of any length. Default: none.
    pub user_agent: *const c_char,
    /// Your own HTTP stack, also for tests; it ignores the connection options. Default: the
    /// library's.
    pub transport: *const acs_transport,
    /// The preview of the API, ACS_PREVIEW_API_VERSION_…, for the operations that exist only there;
    /// other operations don't use it. Default: none, so these operations fail without being sent.
    pub preview: *const c_char,
}

unsafe impl Versioned for acs_client_options {
    const FIRST_SIZE: usize = offset_of!(Self, attempt_timeout_ms);
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            connection_string: ptr::null(),
            endpoint: ptr::null(),
            access_key: ptr::null(),
            token_credential: ptr::null(),
            cloud: ptr::null(),
            api_version: ptr::null(),
            application_id: ptr::null(),
            root_certificates_pem: ptr::null(),
            client_identity_pem: ptr::null(),
            proxy_url: ptr::null(),
            proxy: ACS_DEFAULT,
            token_check: ACS_DEFAULT,
            allow_insecure_endpoint: ACS_DEFAULT,
            max_attempts: ACS_DEFAULT,
            timeout_ms: i64::from(ACS_DEFAULT),
            connect_timeout_ms: i64::from(ACS_DEFAULT),
            retry_base_delay_ms: i64::from(ACS_DEFAULT),
            retry_throttled_delay_ms: i64::from(ACS_DEFAULT),
            retry_max_delay_ms: i64::from(ACS_DEFAULT),
            attempt_timeout_ms: i64::from(ACS_DEFAULT),
            http2: ACS_DEFAULT,
            secondary_access_key: ptr::null(),
            headers: ptr::null(),
            header_count: 0,
            user_agent: ptr::null(),
            transport: ptr::null(),
            preview: ptr::null(),
        }
    }
}

/// Options of a single call. Every member has 64 bits, for hosts that pass structs as arrays.
#[repr(C)]
pub struct acs_call_options {
    /// sizeof(acs_call_options).
    pub struct_size: usize,
    /// The call's deadline, in milliseconds. Default: the client's.
    pub timeout_ms: i64,
    /// The x-ms-client-request-id to send, for finding the call in logs: 1 to 128 visible ASCII
    /// characters. Default: a random UUID.
    pub client_request_id: *const c_char,
    /// Headers to add to the request. They replace the client's headers of the same names; the
    /// rules are those of acs_client_options.headers.
    pub headers: *const acs_header,
    /// The number of headers.
    pub header_count: usize,
    /// A text to prepend to the client's User-Agent. Default: none.
    pub user_agent: *const c_char,
    /// The maximum number of attempts, including the first. Default: the client's.
    pub max_attempts: i64,
    /// The timeout of one attempt, in milliseconds; the last attempt gets all the time left.
    /// Default: the client's.
    pub attempt_timeout_ms: i64,
    /// Where a blocking function writes the response of the call, which the caller frees with
    /// acs_call_response_free. Nothing is written if the last attempt got no response, so set
    /// *response to NULL first. A submission rejects this option. Default: NULL.
    pub response: *mut *mut acs_call_response,
    /// 1 keeps the response in the completion of a submission: see acs_completion_call_response.
    /// Default 0.
    pub keep_response: i64,
}

unsafe impl Versioned for acs_call_options {
    const FIRST_SIZE: usize = offset_of!(Self, headers);
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            timeout_ms: i64::from(ACS_DEFAULT),
            client_request_id: ptr::null(),
            headers: ptr::null(),
            header_count: 0,
            user_agent: ptr::null(),
            max_attempts: i64::from(ACS_DEFAULT),
            attempt_timeout_ms: i64::from(ACS_DEFAULT),
            response: ptr::null_mut(),
            keep_response: i64::from(ACS_DEFAULT),
        }
    }
}

impl ClientConfig {
    pub(crate) unsafe fn of(options: &acs_client_options, transfer: &mut Transfer) -> Result<Self> {
        let own = |pointer, name| unsafe { owned(pointer, name) };
        let secret = |pointer, name| -> Result<Option<Secret>> {
            Ok(unsafe { optional_text(pointer, name) }?.map(Secret::from))
        };
        let token_credential = unsafe { credential(options.token_credential, transfer) }?;
        let usual = RetryPolicy::default();
        let retry = RetryPolicy {
            max_attempts: count(i64::from(options.max_attempts), "max_attempts")?
                .unwrap_or(usual.max_attempts),
            base_delay: millis(options.retry_base_delay_ms, "retry_base_delay_ms")?
                .unwrap_or(usual.base_delay),
            throttled_delay: millis(options.retry_throttled_delay_ms, "retry_throttled_delay_ms")?
                .unwrap_or(usual.throttled_delay),
            max_delay: millis(options.retry_max_delay_ms, "retry_max_delay_ms")?.unwrap_or(usual.max_delay),
            attempt_timeout: millis(options.attempt_timeout_ms, "attempt_timeout_ms")?
                .unwrap_or(usual.attempt_timeout),
        };
        Ok(Self {
            connection_string: secret(options.connection_string, "connection_string")?,
            endpoint: own(options.endpoint, "endpoint")?,
            access_key: secret(options.access_key, "access_key")?,
            token_credential,
            cloud: unsafe { options.cloud.as_ref() }.map(|cloud| cloud.cloud.clone()),
            api_version: own(options.api_version, "api_version")?,
            application_id: own(options.application_id, "application_id")?,
            root_certificates_pem: own(options.root_certificates_pem, "root_certificates_pem")?,
            client_identity_pem: secret(options.client_identity_pem, "client_identity_pem")?,
            proxy: unsafe { proxy(options.proxy, options.proxy_url) }?,
            token_check: token_check(options.token_check)?,
            allow_insecure_endpoint: flag(options.allow_insecure_endpoint, "allow_insecure_endpoint")?,
            timeout: millis(options.timeout_ms, "timeout_ms")?,
            connect_timeout: millis(options.connect_timeout_ms, "connect_timeout_ms")?,
            http2: flag(options.http2, "http2")?,
            retry,
            secondary_access_key: secret(options.secondary_access_key, "secondary_access_key")?,
            headers: unsafe { header_list(options.headers, options.header_count) }?
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            user_agent: own(options.user_agent, "user_agent")?,
            transport: unsafe { transport(options.transport, transfer) }?,
            check_token_lifetime: None,
            wrap_transport: None,
            preview: unsafe { preview(options.preview) }?,
        })
    }
}

unsafe fn preview(version: *const c_char) -> Result<Option<PreviewApiVersion>> {
    let version = unsafe { optional_text(version, "preview") }?;
    version.map(preview_of).transpose()
}

/// The preview of the API that `version` names.
///
/// # Errors
/// No known preview has this name.
pub fn preview_of(version: &str) -> Result<PreviewApiVersion> {
    PreviewApiVersion::from_text(version).ok_or_else(|| {
        invalid(
            "preview",
            "It must be a known preview API version, such as 2025-03-02-preview.",
        )
    })
}

pub(crate) fn token_check(value: i32) -> Result<Option<TokenCheck>> {
    match value {
        ACS_DEFAULT => Ok(None),
        ACS_TOKEN_CHECK_OFF => Ok(Some(TokenCheck::Off)),
        ACS_TOKEN_CHECK_WARN => Ok(Some(TokenCheck::Warn)),
        ACS_TOKEN_CHECK_ENFORCE => Ok(Some(TokenCheck::Enforce)),
        other => Err(invalid(
            "token_check",
            format!("It must be one of ACS_TOKEN_CHECK_…, not {other}."),
        )),
    }
}

pub(crate) unsafe fn proxy(kind: i32, url: *const c_char) -> Result<Proxy> {
    match (kind, unsafe { owned(url, "proxy_url") }?) {
        (ACS_DEFAULT | ACS_PROXY_ENVIRONMENT, None) => Ok(Proxy::Environment),
        (ACS_PROXY_DIRECT, None) => Ok(Proxy::Direct),
        (ACS_PROXY_URL, Some(url)) => Ok(Proxy::Url(url)),
        (ACS_PROXY_URL, None) => Err(invalid("proxy_url", "ACS_PROXY_URL requires it.")),
        (ACS_DEFAULT | ACS_PROXY_ENVIRONMENT | ACS_PROXY_DIRECT, Some(_)) => {
            Err(invalid("proxy_url", "It requires ACS_PROXY_URL."))
        }
        (other, _) => Err(invalid(
            "proxy",
            format!("It must be one of ACS_PROXY_…, not {other}."),
        )),
    }
}

/// Fills the options with their defaults. struct_size is sizeof(acs_client_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_options_init(options: *mut acs_client_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}

/// Fills the options with their defaults. struct_size is sizeof(acs_call_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_options_init(options: *mut acs_call_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}
