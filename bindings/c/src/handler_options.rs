//! The options of a handler.

use std::ffi::c_char;
use std::mem::offset_of;
use std::ptr;

use core_auth::{Result, Secret};

use crate::client_options::token_check;
use crate::cloud::acs_cloud;
use crate::credential::{acs_token_credential, credential};
use crate::data::ACS_DEFAULT;
use crate::ffi::{Versioned, count, flag, guarded, init, millis, optional_text, owned, owned_list};
use crate::observer::{acs_observer, observer};
use crate::recipes::HandlerRecipe;
use crate::settings::acs_handler_settings;
use crate::userdata::Lent;

/// The options of a handler. Those that are set here count before those of the settings.
#[repr(C)]
pub struct acs_handler_options {
    /// sizeof(acs_handler_options).
    pub struct_size: usize,
    /// Settings from a file or the environment; or NULL.
    pub settings: *const acs_handler_settings,
    /// A credential of the host's own in place of an access key; needs an endpoint.
    pub token_credential: *const acs_token_credential,
    /// The cloud. Default: the endpoint's.
    pub cloud: *const acs_cloud,
    /// Who is told what happens; or NULL.
    pub observer: *const acs_observer,
    /// The connection string of the ACS resource.
    pub connection_string: *const c_char,
    /// The endpoint of the ACS resource, for a token_credential.
    pub endpoint: *const c_char,
    /// The client id of this API's own registration.
    pub api_client_id: *const c_char,
    /// The permission that a bearer token must hold. Default "access_as_user".
    pub required_scope: *const c_char,
    /// The audiences of bearer tokens. Default: api_client_id and "api://" followed by it.
    pub audiences: *const *const c_char,
    /// How many audiences there are.
    pub audience_count: usize,
    /// The tenants (GUIDs) whose users may call.
    pub tenants: *const *const c_char,
    /// How many tenants there are.
    pub tenant_count: usize,
    /// The client ids of the applications that may call. Default: teams_client_ids.
    pub allowed_clients: *const *const c_char,
    /// How many allowed_clients there are.
    pub allowed_client_count: usize,
    /// The client ids of the applications that users' Teams tokens are issued to.
    pub teams_client_ids: *const *const c_char,
    /// How many teams_client_ids there are.
    pub teams_client_id_count: usize,
    /// The origins whose pages may call, such as "https://calls.contoso.example". Default: none.
    pub cors_origins: *const *const c_char,
    /// How many cors_origins there are.
    pub cors_origin_count: usize,
    /// What the tokens of /api/token are for. Default "voip" and "chat".
    pub token_scopes: *const *const c_char,
    /// How many token_scopes there are.
    pub token_scope_count: usize,
    /// What tokens are sealed with in Redis: 32 bytes in base64, and behind it the former key while there is one.
    pub redis_sealing_keys: *const *const c_char,
    /// How many redis_sealing_keys there are.
    pub redis_sealing_key_count: usize,
    /// What mappings in Microsoft Graph are signed with: 32 bytes in base64, and behind it the former key while there is
    /// one. Required with graph_client_secret.
    pub graph_mapping_keys: *const *const c_char,
    /// How many graph_mapping_keys there are.
    pub graph_mapping_key_count: usize,
    /// The Redis that processes share their cache and limiter through, "redis://host:6379".
    pub redis_url: *const c_char,
    /// What the names of entries in Redis are made with: 32 bytes in base64, the same in all processes.
    pub redis_cache_secret: *const c_char,
    /// What all names in Redis begin with. Default "acs-auth".
    pub redis_namespace: *const c_char,
    /// The secret of api_client_id, with which it calls Microsoft Graph on behalf of users. With it, /api/user and
    /// /api/token are there.
    pub graph_client_secret: *const c_char,
    /// The open extension that holds a user's ACS identity. Default "com.contoso.identityMapping".
    pub graph_extension_name: *const c_char,
    /// Where Microsoft Graph answers. Default: the cloud's.
    pub graph_base_url: *const c_char,
    /// More certificate authorities to trust, in PEM form: their text, not a path.
    pub root_certificates_pem: *const c_char,
    /// ACS_TOKEN_CHECK_ENFORCE (default), ACS_TOKEN_CHECK_WARN, or ACS_TOKEN_CHECK_OFF, which needs exactly one of
    /// teams_client_ids.
    pub token_check: i32,
    /// 1 takes an http endpoint that is not loopback. Default 0.
    pub allow_insecure_endpoint: i32,
    /// 1 accepts mappings without a signature, such as those of Microsoft's sample, and signs them. Default 0: while it is
    /// on, a user can claim any identity of the resource whose id they know.
    pub graph_adopt_unsigned_mappings: i32,
    /// 1 lets only one process at a time exchange a token that several are asked for. Default 0.
    pub redis_lock: i32,
    /// How long a request may take in all, in milliseconds. Default 15000.
    pub timeout_ms: i64,
    /// How long a call of ACS may take with its retries, in milliseconds. Default 10000.
    pub service_timeout_ms: i64,
    /// How long making a connection may take, in milliseconds. Default 5000.
    pub connect_timeout_ms: i64,
    /// How long any use of Redis may take, in milliseconds. Default 50.
    pub redis_timeout_ms: i64,
    /// How large the cache in memory may grow, in bytes; 0 for no cache. Default 67108864.
    pub cache_bytes: i64,
    /// How many exchanges are made in limit_window_ms at most. Default 400.
    pub limit: i64,
    /// The window of the limit, in milliseconds. Default 30000.
    pub limit_window_ms: i64,
    /// How many new exchanges of one user are begun in limit_window_ms at most; 0 for any number. Default 25. Beyond it
    /// a request is answered with 429 and uses nothing of the limit.
    pub user_limit: i64,
    /// How long one attempt of a call may take at most, in milliseconds; the last has all the time left. Default 3000.
    pub attempt_timeout_ms: i64,
    /// 1 offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default 0.
    pub http2: i32,
    /// The resource's other access key, in base64: a call whose key is rejected tries once with it, and it is then preferred
    /// until it is rejected in turn. Default: none.
    pub secondary_access_key: *const c_char,
}

unsafe impl Versioned for acs_handler_options {
    const FIRST_SIZE: usize = offset_of!(Self, attempt_timeout_ms);
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            settings: ptr::null(),
            token_credential: ptr::null(),
            cloud: ptr::null(),
            observer: ptr::null(),
            connection_string: ptr::null(),
            endpoint: ptr::null(),
            api_client_id: ptr::null(),
            required_scope: ptr::null(),
            audiences: ptr::null(),
            audience_count: 0,
            tenants: ptr::null(),
            tenant_count: 0,
            allowed_clients: ptr::null(),
            allowed_client_count: 0,
            teams_client_ids: ptr::null(),
            teams_client_id_count: 0,
            cors_origins: ptr::null(),
            cors_origin_count: 0,
            token_scopes: ptr::null(),
            token_scope_count: 0,
            redis_sealing_keys: ptr::null(),
            redis_sealing_key_count: 0,
            graph_mapping_keys: ptr::null(),
            graph_mapping_key_count: 0,
            redis_url: ptr::null(),
            redis_cache_secret: ptr::null(),
            redis_namespace: ptr::null(),
            graph_client_secret: ptr::null(),
            graph_extension_name: ptr::null(),
            graph_base_url: ptr::null(),
            root_certificates_pem: ptr::null(),
            token_check: ACS_DEFAULT,
            allow_insecure_endpoint: ACS_DEFAULT,
            graph_adopt_unsigned_mappings: ACS_DEFAULT,
            redis_lock: ACS_DEFAULT,
            timeout_ms: i64::from(ACS_DEFAULT),
            service_timeout_ms: i64::from(ACS_DEFAULT),
            connect_timeout_ms: i64::from(ACS_DEFAULT),
            redis_timeout_ms: i64::from(ACS_DEFAULT),
            cache_bytes: i64::from(ACS_DEFAULT),
            limit: i64::from(ACS_DEFAULT),
            limit_window_ms: i64::from(ACS_DEFAULT),
            user_limit: i64::from(ACS_DEFAULT),
            attempt_timeout_ms: i64::from(ACS_DEFAULT),
            http2: ACS_DEFAULT,
            secondary_access_key: ptr::null(),
        }
    }
}

impl HandlerRecipe {
    pub(crate) unsafe fn of(options: &acs_handler_options, lent: &mut Lent) -> Result<Self> {
        let own = |pointer, name| unsafe { owned(pointer, name) };
        let secret = |pointer, name| -> Result<Option<Secret>> {
            Ok(unsafe { optional_text(pointer, name) }?.map(Secret::from))
        };
        let list = |items: *const *const c_char, count, name| -> Result<Option<Vec<String>>> {
            if items.is_null() && count == 0 {
                return Ok(None);
            }
            unsafe { owned_list(items, count, name) }.map(Some)
        };
        let secrets = |items, count, name| -> Result<Option<Vec<Secret>>> {
            let texts = list(items, count, name)?;
            Ok(texts.map(|texts| texts.into_iter().map(Secret::from).collect()))
        };
        let o = options;
        let settings = unsafe { o.settings.as_ref() };
        Ok(Self {
            settings: settings.map(|given| given.settings.clone()).unwrap_or_default(),
            token_credential: unsafe { credential(o.token_credential, lent) }?,
            cloud: unsafe { o.cloud.as_ref() }.map(|cloud| cloud.cloud.clone()),
            observer: unsafe { observer(o.observer, lent) }?,
            connection_string: secret(o.connection_string, "connection_string")?,
            access_key: None,
            endpoint: own(o.endpoint, "endpoint")?,
            api_client_id: own(o.api_client_id, "api_client_id")?,
            required_scope: own(o.required_scope, "required_scope")?,
            audiences: list(o.audiences, o.audience_count, "audiences")?,
            tenants: list(o.tenants, o.tenant_count, "tenants")?,
            allowed_clients: list(o.allowed_clients, o.allowed_client_count, "allowed_clients")?,
            teams_client_ids: list(o.teams_client_ids, o.teams_client_id_count, "teams_client_ids")?,
            cors_origins: list(o.cors_origins, o.cors_origin_count, "cors_origins")?,
            token_scopes: list(o.token_scopes, o.token_scope_count, "token_scopes")?,
            redis_sealing_keys: secrets(
                o.redis_sealing_keys,
                o.redis_sealing_key_count,
                "redis_sealing_keys",
            )?,
            graph_mapping_keys: secrets(
                o.graph_mapping_keys,
                o.graph_mapping_key_count,
                "graph_mapping_keys",
            )?,
            redis_url: secret(o.redis_url, "redis_url")?,
            redis_cache_secret: secret(o.redis_cache_secret, "redis_cache_secret")?,
            redis_namespace: own(o.redis_namespace, "redis_namespace")?,
            graph_client_secret: secret(o.graph_client_secret, "graph_client_secret")?,
            graph_extension_name: own(o.graph_extension_name, "graph_extension_name")?,
            graph_base_url: own(o.graph_base_url, "graph_base_url")?,
            root_certificates_pem: own(o.root_certificates_pem, "root_certificates_pem")?,
            token_check: token_check(o.token_check)?,
            allow_insecure_endpoint: flag(o.allow_insecure_endpoint, "allow_insecure_endpoint")?,
            graph_adopt_unsigned_mappings: flag(
                o.graph_adopt_unsigned_mappings,
                "graph_adopt_unsigned_mappings",
            )?,
            redis_lock: flag(o.redis_lock, "redis_lock")?,
            timeout: millis(o.timeout_ms, "timeout_ms")?,
            service_timeout: millis(o.service_timeout_ms, "service_timeout_ms")?,
            connect_timeout: millis(o.connect_timeout_ms, "connect_timeout_ms")?,
            attempt_timeout: millis(o.attempt_timeout_ms, "attempt_timeout_ms")?,
            http2: flag(o.http2, "http2")?,
            redis_timeout: millis(o.redis_timeout_ms, "redis_timeout_ms")?,
            cache_bytes: count(o.cache_bytes, "cache_bytes")?,
            limit: count(o.limit, "limit")?,
            limit_window: millis(o.limit_window_ms, "limit_window_ms")?,
            user_limit: count(o.user_limit, "user_limit")?,
            secondary_access_key: secret(o.secondary_access_key, "secondary_access_key")?,
        })
    }
}

/// Fills the options with their defaults. struct_size is sizeof(acs_handler_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_options_init(options: *mut acs_handler_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}
