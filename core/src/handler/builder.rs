//! What a handler is made of.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::TokenExchangeHandler;
use super::settings::{HandlerSettings, Key, Value};
use crate::clock::Now;
use crate::cloud::Cloud;
use crate::credential::{AzureKeyCredential, TokenCredential};
use crate::entra::TokenCheck;
use crate::error::Result;
use crate::observe::Observer;
use crate::secret::Secret;
use crate::transport::Transport;

/// Makes a [`TokenExchangeHandler`]. What its methods set goes before [`Self::settings`].
#[derive(Default)]
#[must_use]
pub struct TokenExchangeHandlerBuilder {
    own: HandlerSettings,
    settings: HandlerSettings,
    pub(super) cloud: Option<Cloud>,
    pub(super) token_credential: Option<Arc<dyn TokenCredential>>,
    pub(super) key_credential: Option<Arc<AzureKeyCredential>>,
    pub(super) transport: Option<Arc<dyn Transport>>,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) now: Option<Now>,
}

impl TokenExchangeHandlerBuilder {
    /// Takes these settings for what no method sets. Called again, the new ones go before the former.
    pub fn settings(mut self, settings: HandlerSettings) -> Self {
        self.settings = settings.or(self.settings);
        self
    }

    /// The connection string of the ACS resource.
    pub fn connection_string(self, connection_string: &str) -> Self {
        self.text(Key::ConnectionString, "connection_string", connection_string)
    }

    /// The resource's other access key, tried when that of the connection string is rejected, and then preferred until it
    /// is rejected in turn.
    pub fn secondary_access_key(self, access_key: &str) -> Self {
        self.text(Key::AccessKeySecondary, "secondary_access_key", access_key)
    }

    /// The endpoint of the ACS resource, for [`Self::token_credential`] or [`Self::key_credential`].
    pub fn endpoint(self, endpoint: &str) -> Self {
        self.text(Key::Endpoint, "endpoint", endpoint)
    }

    /// Send a bearer token of this credential to ACS instead of signing.
    pub fn token_credential(mut self, credential: Arc<dyn TokenCredential>) -> Self {
        self.token_credential = Some(credential);
        self
    }

    /// Sign with the key of this credential, read for each signature, at [`Self::endpoint`].
    pub fn key_credential(mut self, credential: Arc<AzureKeyCredential>) -> Self {
        self.key_credential = Some(credential);
        self
    }

    /// The client id of this API's own registration.
    pub fn api_client_id(self, client_id: &str) -> Self {
        self.text(Key::ApiClientId, "api_client_id", client_id)
    }

    /// The audiences of bearer tokens. Default: the API's client id, and `api://` followed by it.
    pub fn audiences<S: AsRef<str>>(self, audiences: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::Audiences, "audiences", audiences)
    }

    /// The tenants whose users may call.
    pub fn tenants<S: AsRef<str>>(self, tenants: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::Tenants, "tenants", tenants)
    }

    /// The permission that a bearer token must hold. Default `access_as_user`.
    pub fn required_scope(self, scope: &str) -> Self {
        self.text(Key::RequiredScope, "required_scope", scope)
    }

    /// The applications that may call. Default: [`Self::teams_client_ids`].
    pub fn allowed_clients<S: AsRef<str>>(self, client_ids: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::AllowedClients, "allowed_clients", client_ids)
    }

    /// The applications that users' Teams tokens are issued to: the pages or apps that sign them in.
    pub fn teams_client_ids<S: AsRef<str>>(self, client_ids: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::TeamsClientIds, "teams_client_ids", client_ids)
    }

    /// The cloud, in place of the settings' `cloud` and `authority`. Default: the endpoint's.
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = Some(cloud);
        self
    }

    /// The origins whose pages may call, each as browsers send it: `https://calls.contoso.example`. Default: none.
    pub fn cors_origins<S: AsRef<str>>(self, origins: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::CorsOrigins, "cors_origins", origins)
    }

    /// How long a request may take in all. Default 15 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.own.set(Key::TimeoutMs, "timeout", millis(timeout));
        self
    }

    /// How long a call of ACS may take with its retries. Default 10 s.
    pub fn service_timeout(mut self, timeout: Duration) -> Self {
        self.own
            .set(Key::ServiceTimeoutMs, "service_timeout", millis(timeout));
        self
    }

    /// How to treat a Teams token that the token check rejects. Default [`TokenCheck::Enforce`]. [`TokenCheck::Off`] needs
    /// exactly one of [`Self::teams_client_ids`], since nothing then says which of them the token was issued to.
    pub fn token_check(self, token_check: TokenCheck) -> Self {
        let word = match token_check {
            TokenCheck::Off => "off",
            TokenCheck::Warn => "warn",
            TokenCheck::Enforce => "enforce",
        };
        self.text(Key::TokenCheck, "token_check", word)
    }

    /// The secret of the API's own registration, with which it calls Microsoft Graph on behalf of users. With it,
    /// `/api/user` and `/api/token` are there.
    pub fn graph_client_secret(self, secret: &str) -> Self {
        self.text(Key::GraphClientSecret, "graph_client_secret", secret)
    }

    /// What mappings in Microsoft Graph are signed with: 32 bytes in base64, and behind it the former key while there is
    /// one. Required with [`Self::graph_client_secret`]; the same in all processes.
    pub fn graph_mapping_keys<S: AsRef<str>>(self, keys: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::GraphMappingKeys, "graph_mapping_keys", keys)
    }

    /// Accept mappings without a signature, such as those of Microsoft's sample, if their identity belongs to the
    /// resource, and sign them. Default `false`: while it is on, a user can claim any identity of the resource whose id
    /// they know.
    pub fn graph_adopt_unsigned_mappings(mut self, adopt: bool) -> Self {
        self.own.set(
            Key::GraphAdoptUnsigned,
            "graph_adopt_unsigned_mappings",
            Value::Flag(adopt),
        );
        self
    }

    /// Where Microsoft Graph answers. Default: the cloud's.
    pub fn graph_base_url(self, url: &str) -> Self {
        self.text(Key::GraphBaseUrl, "graph_base_url", url)
    }

    /// Trust these certificate authorities too (PEM).
    pub fn root_certificates_pem(self, pem: &str) -> Self {
        self.text(Key::RootCertificates, "root_certificates_pem", pem)
    }

    /// Take an `http` endpoint that is not loopback. Default `false`.
    pub fn allow_insecure_endpoint(mut self, allow: bool) -> Self {
        self.own.set(
            Key::AllowInsecureEndpoint,
            "allow_insecure_endpoint",
            Value::Flag(allow),
        );
        self
    }

    /// How long making a connection may take. Default 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.own
            .set(Key::ConnectTimeoutMs, "connect_timeout", millis(timeout));
        self
    }

    /// How long one attempt of a call may take at most; the last has all the time left. Default 3 s.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.own
            .set(Key::AttemptTimeoutMs, "attempt_timeout", millis(timeout));
        self
    }

    /// Offer HTTP/2 to ACS, Entra ID and Microsoft Graph. Default `false`: with HTTP/1.1, a connection that goes silent
    /// delays one call.
    pub fn http2(mut self, http2: bool) -> Self {
        self.own.set(Key::Http2, "http2", Value::Flag(http2));
        self
    }

    /// How many bytes the cache in memory may take, about; 0 for none. Default: the exchanger's.
    pub fn cache_bytes(mut self, bytes: u64) -> Self {
        self.own.set(Key::CacheBytes, "cache_bytes", Value::Number(bytes));
        self
    }

    /// How many exchanges are made in [`Self::limit_window`] at most. Default: the exchanger's.
    pub fn limit(mut self, limit: u32) -> Self {
        self.own
            .set(Key::LimitExchanges, "limit", Value::Number(limit.into()));
        self
    }

    /// The window of [`Self::limit`]. Default: the exchanger's.
    pub fn limit_window(mut self, window: Duration) -> Self {
        self.own.set(Key::LimitWindowMs, "limit_window", millis(window));
        self
    }

    /// How many new exchanges of one user are made in [`Self::limit_window`] at most; 0 for any number. Default: the
    /// exchanger's, 25.
    pub fn user_limit(mut self, limit: u32) -> Self {
        self.own
            .set(Key::LimitPerUser, "user_limit", Value::Number(limit.into()));
        self
    }

    /// The Redis that processes share (feature `redis`), with [`Self::redis_sealing_keys`] and
    /// [`Self::redis_cache_secret`].
    pub fn redis_url(self, url: &str) -> Self {
        self.text(Key::RedisUrl, "redis_url", url)
    }

    /// What tokens are sealed with in Redis: 32 bytes in base64, and behind it the former key while there is one.
    pub fn redis_sealing_keys<S: AsRef<str>>(self, keys: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::RedisSealingKeys, "redis_sealing_keys", keys)
    }

    /// What the names of entries in Redis are made with: 32 bytes in base64, the same in all processes.
    pub fn redis_cache_secret(self, secret: &str) -> Self {
        self.text(Key::RedisCacheSecret, "redis_cache_secret", secret)
    }

    /// What all names in Redis begin with. Default `acs-auth`.
    pub fn redis_namespace(self, namespace: &str) -> Self {
        self.text(Key::RedisNamespace, "redis_namespace", namespace)
    }

    /// How long any use of Redis may take. Default 50 ms.
    pub fn redis_timeout(mut self, timeout: Duration) -> Self {
        self.own
            .set(Key::RedisTimeoutMs, "redis_timeout", millis(timeout));
        self
    }

    /// Let only one process at a time exchange a token that several are asked for. Default `false`.
    pub fn redis_lock(mut self, lock: bool) -> Self {
        self.own.set(Key::RedisLock, "redis_lock", Value::Flag(lock));
        self
    }

    /// The open extension that holds a user's ACS identity. Default `com.contoso.identityMapping`.
    pub fn graph_extension_name(self, name: &str) -> Self {
        self.text(Key::GraphExtensionName, "graph_extension_name", name)
    }

    /// What the tokens of `/api/token` are for. Default `voip` and `chat`.
    pub fn token_scopes<S: AsRef<str>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.list(Key::TokenScopes, "token_scopes", scopes)
    }

    /// Send everything through this transport: Entra's keys, ACS and Microsoft Graph.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Tell this observer of every request and exchange.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Take the time from here instead of the machine's clock: for tests.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Some(Arc::new(now));
        self
    }

    fn text(mut self, key: Key, name: &str, text: &str) -> Self {
        self.own.set(key, name, Value::Text(text.into()));
        self
    }

    fn list<S: AsRef<str>>(mut self, key: Key, name: &str, list: impl IntoIterator<Item = S>) -> Self {
        let list = list.into_iter().map(|text| Secret::from(text.as_ref())).collect();
        self.own.set(key, name, Value::List(list));
        self
    }

    /// Makes the handler. Connects to nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) or
    /// [`ErrorKind::InvalidConnectionString`](crate::ErrorKind::InvalidConnectionString): `target` is the setting as it
    /// was written (the variable, the name in TOML, the builder's method). No value is shown that may be secret.
    pub fn build(mut self) -> Result<TokenExchangeHandler> {
        let settings = std::mem::take(&mut self.own).or(std::mem::take(&mut self.settings));
        self.assemble(&settings)
    }
}

impl fmt::Debug for TokenExchangeHandlerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchangeHandlerBuilder")
            .field("own", &self.own)
            .field("settings", &self.settings)
            .field("cloud", &self.cloud)
            .finish_non_exhaustive()
    }
}

fn millis(time: Duration) -> Value {
    Value::Number(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
