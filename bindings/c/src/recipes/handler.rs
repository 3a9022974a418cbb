//! What a handler is made of.

use std::sync::Arc;
use std::time::Duration;

use core_auth::entra::TokenCheck;
use core_auth::handler::{HandlerSettings, TokenExchangeHandler};
use core_auth::{AzureKeyCredential, Cloud, Observer, Result, Secret, TokenCredential};

/// What a handler is made of, again in each process. Lists are given where they are not NULL.
#[derive(Default)]
#[expect(missing_docs, reason = "each is the option of its name")]
pub struct HandlerRecipe {
    pub settings: HandlerSettings,
    pub token_credential: Option<Arc<dyn TokenCredential>>,
    pub cloud: Option<Cloud>,
    pub observer: Option<Arc<dyn Observer>>,
    pub connection_string: Option<Secret>,
    pub secondary_access_key: Option<Secret>,
    pub access_key: Option<Secret>,
    pub endpoint: Option<String>,
    pub api_client_id: Option<String>,
    pub required_scope: Option<String>,
    pub audiences: Option<Vec<String>>,
    pub tenants: Option<Vec<String>>,
    pub allowed_clients: Option<Vec<String>>,
    pub teams_client_ids: Option<Vec<String>>,
    pub cors_origins: Option<Vec<String>>,
    pub token_scopes: Option<Vec<String>>,
    pub redis_sealing_keys: Option<Vec<Secret>>,
    pub graph_mapping_keys: Option<Vec<Secret>>,
    pub redis_url: Option<Secret>,
    pub redis_cache_secret: Option<Secret>,
    pub redis_namespace: Option<String>,
    pub graph_client_secret: Option<Secret>,
    pub graph_extension_name: Option<String>,
    pub graph_base_url: Option<String>,
    pub root_certificates_pem: Option<String>,
    pub token_check: Option<TokenCheck>,
    pub allow_insecure_endpoint: Option<bool>,
    pub graph_adopt_unsigned_mappings: Option<bool>,
    pub redis_lock: Option<bool>,
    pub timeout: Option<Duration>,
    pub service_timeout: Option<Duration>,
    pub connect_timeout: Option<Duration>,
    pub attempt_timeout: Option<Duration>,
    pub http2: Option<bool>,
    pub redis_timeout: Option<Duration>,
    pub cache_bytes: Option<u64>,
    pub limit: Option<u32>,
    pub limit_window: Option<Duration>,
    pub user_limit: Option<u32>,
}

impl HandlerRecipe {
    /// One of them, for this process.
    pub(crate) fn make(&self) -> Result<TokenExchangeHandler> {
        let mut builder = TokenExchangeHandler::builder().settings(self.settings.clone());
        macro_rules! given {
            ($($option:ident: $with:expr;)+) => {
                $(if let Some(value) = &self.$option {
                    builder = builder.$option($with(value));
                })+
            };
        }
        given! {
            token_credential: Arc::clone;
            cloud: Cloud::clone;
            observer: Arc::clone;
            connection_string: Secret::expose;
            secondary_access_key: Secret::expose;
            endpoint: String::as_str;
            api_client_id: String::as_str;
            required_scope: String::as_str;
            audiences: Vec::as_slice;
            tenants: Vec::as_slice;
            allowed_clients: Vec::as_slice;
            teams_client_ids: Vec::as_slice;
            cors_origins: Vec::as_slice;
            token_scopes: Vec::as_slice;
            redis_url: Secret::expose;
            redis_cache_secret: Secret::expose;
            redis_namespace: String::as_str;
            graph_client_secret: Secret::expose;
            graph_extension_name: String::as_str;
            graph_base_url: String::as_str;
            root_certificates_pem: String::as_str;
            token_check: TokenCheck::clone;
            allow_insecure_endpoint: bool::clone;
            graph_adopt_unsigned_mappings: bool::clone;
            redis_lock: bool::clone;
            timeout: Duration::clone;
            service_timeout: Duration::clone;
            connect_timeout: Duration::clone;
            attempt_timeout: Duration::clone;
            http2: bool::clone;
            redis_timeout: Duration::clone;
            cache_bytes: u64::clone;
            limit: u32::clone;
            limit_window: Duration::clone;
            user_limit: u32::clone;
        }
        if let Some(key) = &self.access_key {
            builder = builder.key_credential(Arc::new(AzureKeyCredential::new(key.expose())?));
        }
        if let Some(keys) = &self.redis_sealing_keys {
            builder = builder.redis_sealing_keys(keys.iter().map(Secret::expose));
        }
        if let Some(keys) = &self.graph_mapping_keys {
            builder = builder.graph_mapping_keys(keys.iter().map(Secret::expose));
        }
        builder.build()
    }
}
