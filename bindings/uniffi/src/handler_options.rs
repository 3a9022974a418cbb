//! The options of a handler.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::HandlerRecipe;
use core_auth::Secret;

use crate::client_options::TokenCheck;
use crate::cloud::Cloud;
use crate::credential::{TokenCredential, source};
use crate::observer::{Observer, told};
use crate::settings::HandlerSettings;
use crate::shown::shown;

/// The options of a handler. Those that are set here count before those of the settings. It prints without what may be
/// secret.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct HandlerOptions {
    /// The connection string of the ACS resource.
    #[uniffi(default = None)]
    pub connection_string: Option<String>,
    /// The resource's other access key, in base64: a call whose key is rejected tries once with it, and it is then preferred
    /// until it is rejected in turn. Default: none.
    #[uniffi(default = None)]
    pub secondary_access_key: Option<String>,
    /// The endpoint of the ACS resource, for a token credential.
    #[uniffi(default = None)]
    pub endpoint: Option<String>,
    /// The client id of this API's own registration.
    #[uniffi(default = None)]
    pub api_client_id: Option<String>,
    /// The permission that a bearer token must hold. Default "access_as_user".
    #[uniffi(default = None)]
    pub required_scope: Option<String>,
    /// The audiences of bearer tokens. Default: api_client_id and "api://" followed by it.
    #[uniffi(default = None)]
    pub audiences: Option<Vec<String>>,
    /// The tenants (GUIDs) whose users may call.
    #[uniffi(default = None)]
    pub tenants: Option<Vec<String>>,
    /// The client ids of the applications that may call. Default: teams_client_ids.
    #[uniffi(default = None)]
    pub allowed_clients: Option<Vec<String>>,
    /// The client ids of the applications that users' Teams tokens are issued to.
    #[uniffi(default = None)]
    pub teams_client_ids: Option<Vec<String>>,
    /// The cloud. Default: the endpoint's.
    #[uniffi(default = None)]
    pub cloud: Option<Cloud>,
    /// The origins whose pages may call, such as "https://calls.contoso.example". Default: none.
    #[uniffi(default = None)]
    pub cors_origins: Option<Vec<String>>,
    /// What the tokens of /api/token are for. Default "voip" and "chat".
    #[uniffi(default = None)]
    pub token_scopes: Option<Vec<String>>,
    /// Default: enforce. Off needs exactly one of teams_client_ids.
    #[uniffi(default = None)]
    pub token_check: Option<TokenCheck>,
    /// The secret of api_client_id, with which it calls Microsoft Graph on behalf of users. With it, /api/user and
    /// /api/token are there.
    #[uniffi(default = None)]
    pub graph_client_secret: Option<String>,
    /// What mappings in Microsoft Graph are signed with: 32 bytes in base64, and behind it the former key while there is
    /// one. Required with graph_client_secret.
    #[uniffi(default = None)]
    pub graph_mapping_keys: Option<Vec<String>>,
    /// Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. Default: no, since while
    /// it is on, a user can claim any identity of the resource whose id they know.
    #[uniffi(default = None)]
    pub graph_adopt_unsigned_mappings: Option<bool>,
    /// The open extension that holds a user's ACS identity. Default "com.contoso.identityMapping".
    #[uniffi(default = None)]
    pub graph_extension_name: Option<String>,
    /// Where Microsoft Graph answers. Default: the cloud's.
    #[uniffi(default = None)]
    pub graph_base_url: Option<String>,
    /// More certificate authorities to trust, in PEM form: their text, not a path.
    #[uniffi(default = None)]
    pub root_certificates_pem: Option<String>,
    /// Takes an http endpoint that is not loopback. Default: no.
    #[uniffi(default = None)]
    pub allow_insecure_endpoint: Option<bool>,
    /// How long a request may take in all, in milliseconds. Default 15000.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u64>,
    /// How long a call of ACS may take with its retries, in milliseconds. Default 10000.
    #[uniffi(default = None)]
    pub service_timeout_ms: Option<u64>,
    /// How long making a connection may take, in milliseconds. Default 5000.
    #[uniffi(default = None)]
    pub connect_timeout_ms: Option<u64>,
    /// How long one attempt of a call may take at most, in milliseconds; the last has all the time left. Default 3000.
    #[uniffi(default = None)]
    pub attempt_timeout_ms: Option<u64>,
    /// Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default: no.
    #[uniffi(default = None)]
    pub http2: Option<bool>,
    /// How large the cache in memory may grow, in bytes; 0 for no cache. Default 67108864.
    #[uniffi(default = None)]
    pub cache_bytes: Option<u64>,
    /// How many exchanges are made in limit_window_ms at most. Default 400.
    #[uniffi(default = None)]
    pub limit: Option<u32>,
    /// The window of the limit, in milliseconds. Default 30000.
    #[uniffi(default = None)]
    pub limit_window_ms: Option<u64>,
    /// How many new exchanges of one user are begun in the window at most; 0 for any number. Default 25.
    #[uniffi(default = None)]
    pub user_limit: Option<u32>,
    /// The Redis that processes share their cache and limiter through, "redis://host:6379".
    #[uniffi(default = None)]
    pub redis_url: Option<String>,
    /// What tokens are sealed with in Redis: 32 bytes in base64, and behind it the former key while there is one.
    #[uniffi(default = None)]
    pub redis_sealing_keys: Option<Vec<String>>,
    /// What the names of entries in Redis are made with: 32 bytes in base64, the same in all processes.
    #[uniffi(default = None)]
    pub redis_cache_secret: Option<String>,
    /// What all names in Redis begin with. Default "acs-auth".
    #[uniffi(default = None)]
    pub redis_namespace: Option<String>,
    /// How long any use of Redis may take, in milliseconds. Default 50.
    #[uniffi(default = None)]
    pub redis_timeout_ms: Option<u64>,
    /// Lets only one process at a time exchange a token that several are asked for. Default: no.
    #[uniffi(default = None)]
    pub redis_lock: Option<bool>,
}

shown!(HandlerOptions {
    api_client_id, required_scope, audiences, tenants, allowed_clients, teams_client_ids, cloud, cors_origins,
    token_scopes, token_check, graph_adopt_unsigned_mappings, graph_extension_name, allow_insecure_endpoint, timeout_ms,
    service_timeout_ms, connect_timeout_ms, attempt_timeout_ms, http2, cache_bytes, limit, limit_window_ms, user_limit,
    redis_namespace, redis_timeout_ms, redis_lock;
    connection_string, secondary_access_key, endpoint, graph_client_secret, graph_base_url, root_certificates_pem, redis_url,
    redis_sealing_keys, redis_cache_secret, graph_mapping_keys,
});

fn secrets(texts: Vec<String>) -> Vec<Secret> {
    texts.into_iter().map(Secret::from).collect()
}

impl HandlerOptions {
    /// What a handler is made of in each process.
    pub(crate) fn recipe(
        self,
        settings: Option<Arc<HandlerSettings>>,
        token_credential: Option<Arc<dyn TokenCredential>>,
        observer: Option<Arc<dyn Observer>>,
    ) -> HandlerRecipe {
        let Self {
            connection_string,
            secondary_access_key,
            endpoint,
            api_client_id,
            required_scope,
            audiences,
            tenants,
            allowed_clients,
            teams_client_ids,
            cloud,
            cors_origins,
            token_scopes,
            token_check,
            graph_client_secret,
            graph_mapping_keys,
            graph_adopt_unsigned_mappings,
            graph_extension_name,
            graph_base_url,
            root_certificates_pem,
            allow_insecure_endpoint,
            timeout_ms,
            service_timeout_ms,
            connect_timeout_ms,
            attempt_timeout_ms,
            http2,
            cache_bytes,
            limit,
            limit_window_ms,
            user_limit,
            redis_url,
            redis_sealing_keys,
            redis_cache_secret,
            redis_namespace,
            redis_timeout_ms,
            redis_lock,
        } = self;
        HandlerRecipe {
            settings: settings.map(|given| given.0.clone()).unwrap_or_default(),
            token_credential: token_credential.map(source),
            cloud: cloud.map(Into::into),
            observer: observer.map(told),
            connection_string: connection_string.map(Secret::from),
            secondary_access_key: secondary_access_key.map(Secret::from),
            access_key: None,
            endpoint,
            api_client_id,
            required_scope,
            audiences,
            tenants,
            allowed_clients,
            teams_client_ids,
            cors_origins,
            token_scopes,
            redis_sealing_keys: redis_sealing_keys.map(secrets),
            graph_mapping_keys: graph_mapping_keys.map(secrets),
            graph_adopt_unsigned_mappings,
            redis_url: redis_url.map(Secret::from),
            redis_cache_secret: redis_cache_secret.map(Secret::from),
            redis_namespace,
            graph_client_secret: graph_client_secret.map(Secret::from),
            graph_extension_name,
            graph_base_url,
            root_certificates_pem,
            token_check: token_check.map(Into::into),
            allow_insecure_endpoint,
            redis_lock,
            timeout: timeout_ms.map(Duration::from_millis),
            service_timeout: service_timeout_ms.map(Duration::from_millis),
            connect_timeout: connect_timeout_ms.map(Duration::from_millis),
            attempt_timeout: attempt_timeout_ms.map(Duration::from_millis),
            http2,
            redis_timeout: redis_timeout_ms.map(Duration::from_millis),
            cache_bytes,
            limit,
            limit_window: limit_window_ms.map(Duration::from_millis),
            user_limit,
        }
    }
}
