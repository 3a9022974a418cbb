//! The options of a client.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::{ClientConfig, preview_of};
use core_auth::Secret;

use crate::cloud::Cloud;
use crate::credential::{TokenCredential, source};
use crate::error::Result;
use crate::message::Header;
use crate::shown::shown;
use crate::transport::{Transport, by_host};

/// How to treat a Teams token that the token check rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TokenCheck {
    /// The token is not checked.
    Off,
    /// The service decides. If it rejects the token, a warning is logged and the error contains what was
    /// found.
    Warn,
    /// The token is rejected and not sent.
    Enforce,
}

/// The proxy through which the service is reached. It prints without the URL, which may contain a password.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug, Display)]
pub enum Proxy {
    /// The proxy from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on loopback.
    Environment,
    /// No proxy.
    Direct,
    /// This proxy.
    Url {
        /// Its URL.
        url: String,
    },
}

/// How failed requests are retried.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RetryPolicy {
    /// The maximum number of attempts, including the first. Default 3.
    #[uniffi(default = None)]
    pub max_attempts: Option<u32>,
    /// The upper bound of the first backoff, in milliseconds; doubled for each further one. Default 50.
    #[uniffi(default = None)]
    pub base_delay_ms: Option<u64>,
    /// As base_delay_ms, after the service throttled the call, in milliseconds. Default 1000.
    #[uniffi(default = None)]
    pub throttled_delay_ms: Option<u64>,
    /// The upper bound of every backoff, in milliseconds. Default 20000.
    #[uniffi(default = None)]
    pub max_delay_ms: Option<u64>,
    /// The timeout of one attempt, in milliseconds; the last attempt gets all the time left. Default 3000.
    #[uniffi(default = None)]
    pub attempt_timeout_ms: Option<u64>,
}

/// The options of a client. Set a connection string, or an endpoint and a credential; everything else has a
/// default. It prints without the credentials.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct ClientOptions {
    /// The resource's connection string, "endpoint=https://…;accesskey=…".
    #[uniffi(default = None)]
    pub connection_string: Option<String>,
    /// The resource's endpoint, "https://….communication.azure.com", instead of a connection string.
    #[uniffi(default = None)]
    pub endpoint: Option<String>,
    /// The resource's access key in base64, unless a token credential is used.
    #[uniffi(default = None)]
    pub access_key: Option<String>,
    /// The resource's other access key, in base64. A call whose key is rejected is tried once with it; it is
    /// then preferred until it is rejected in turn. Default: none.
    #[uniffi(default = None)]
    pub secondary_access_key: Option<String>,
    /// The cloud whose names the token check expects in tokens. Default: the endpoint's cloud.
    #[uniffi(default = None)]
    pub cloud: Option<Cloud>,
    /// The api-version of all operations; operations of Teams Phone extensibility use at least the first one
    /// that has them.
    #[uniffi(default = None)]
    pub api_version: Option<String>,
    /// A name to prepend to the User-Agent, at most 24 characters of A-Z a-z 0-9 . _ - /. Default: none.
    #[uniffi(default = None)]
    pub application_id: Option<String>,
    /// A text to prepend to the User-Agent, before application_id: visible ASCII characters and inner spaces,
    /// of any length. Default: none.
    #[uniffi(default = None)]
    pub user_agent: Option<String>,
    /// Headers to add to every request. Default: none.
    #[uniffi(default = None)]
    pub headers: Option<Vec<Header>>,
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    #[uniffi(default = None)]
    pub root_certificates_pem: Option<Vec<u8>>,
    /// A client certificate for a gateway that asks for one: the chain and its private key in PEM form.
    #[uniffi(default = None)]
    pub client_identity_pem: Option<Vec<u8>>,
    /// Default: the environment's proxy.
    #[uniffi(default = None)]
    pub proxy: Option<Proxy>,
    /// Default: warn.
    #[uniffi(default = None)]
    pub token_check: Option<TokenCheck>,
    /// Accepts an http endpoint that is not loopback: users' tokens are then sent in clear text. Default: no.
    #[uniffi(default = None)]
    pub allow_insecure_endpoint: Option<bool>,
    /// How failed requests are retried.
    #[uniffi(default = None)]
    pub retry_policy: Option<RetryPolicy>,
    /// The deadline of a call, including all its attempts, in milliseconds. Default 10000.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u64>,
    /// The timeout for opening a connection, including TLS, in milliseconds. Default 5000.
    #[uniffi(default = None)]
    pub connect_timeout_ms: Option<u64>,
    /// Offers HTTP/2 to the service. Default: no; with HTTP/1.1, a connection that goes silent delays only
    /// one call.
    #[uniffi(default = None)]
    pub http2: Option<bool>,
    /// The preview of the API, for the operations that exist only there. Default: none, so these operations
    /// fail without being sent.
    #[uniffi(default = None)]
    pub preview: Option<String>,
}

shown!(ClientOptions {
    cloud, api_version, application_id, user_agent, headers, proxy, token_check, allow_insecure_endpoint, retry_policy, timeout_ms,
    connect_timeout_ms, http2, preview;
    connection_string, endpoint, access_key, secondary_access_key, root_certificates_pem, client_identity_pem,
});

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Direct => "Direct",
            Self::Url { url: _ } => "Url(…)",
        })
    }
}

impl std::fmt::Display for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

impl From<TokenCheck> for core_auth::entra::TokenCheck {
    fn from(token_check: TokenCheck) -> Self {
        match token_check {
            TokenCheck::Off => Self::Off,
            TokenCheck::Warn => Self::Warn,
            TokenCheck::Enforce => Self::Enforce,
        }
    }
}

impl From<core_auth::entra::TokenCheck> for TokenCheck {
    fn from(token_check: core_auth::entra::TokenCheck) -> Self {
        match token_check {
            core_auth::entra::TokenCheck::Off => Self::Off,
            core_auth::entra::TokenCheck::Warn => Self::Warn,
            core_auth::entra::TokenCheck::Enforce => Self::Enforce,
        }
    }
}

impl From<Proxy> for core_auth::transport::Proxy {
    fn from(proxy: Proxy) -> Self {
        match proxy {
            Proxy::Environment => Self::Environment,
            Proxy::Direct => Self::Direct,
            Proxy::Url { url } => Self::Url(url),
        }
    }
}

impl From<core_auth::transport::Proxy> for Proxy {
    fn from(proxy: core_auth::transport::Proxy) -> Self {
        match proxy {
            core_auth::transport::Proxy::Environment => Self::Environment,
            core_auth::transport::Proxy::Direct => Self::Direct,
            core_auth::transport::Proxy::Url(url) => Self::Url { url },
        }
    }
}

impl From<RetryPolicy> for core_auth::RetryPolicy {
    fn from(policy: RetryPolicy) -> Self {
        let RetryPolicy {
            max_attempts,
            base_delay_ms,
            throttled_delay_ms,
            max_delay_ms,
            attempt_timeout_ms,
        } = policy;
        let usual = Self::default();
        Self {
            max_attempts: max_attempts.unwrap_or(usual.max_attempts),
            base_delay: base_delay_ms.map_or(usual.base_delay, Duration::from_millis),
            throttled_delay: throttled_delay_ms.map_or(usual.throttled_delay, Duration::from_millis),
            max_delay: max_delay_ms.map_or(usual.max_delay, Duration::from_millis),
            attempt_timeout: attempt_timeout_ms.map_or(usual.attempt_timeout, Duration::from_millis),
        }
    }
}

impl ClientOptions {
    /// Converts the options to the configuration from which each process makes its client.
    pub(crate) fn config(
        self,
        token_credential: Option<Arc<dyn TokenCredential>>,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<ClientConfig> {
        let Self {
            connection_string,
            secondary_access_key,
            endpoint,
            access_key,
            cloud,
            api_version,
            application_id,
            user_agent,
            headers,
            root_certificates_pem,
            client_identity_pem,
            proxy,
            token_check,
            allow_insecure_endpoint,
            retry_policy,
            timeout_ms,
            connect_timeout_ms,
            http2,
            preview,
        } = self;
        Ok(ClientConfig {
            connection_string: connection_string.map(Secret::from),
            secondary_access_key: secondary_access_key.map(Secret::from),
            endpoint,
            access_key: access_key.map(Secret::from),
            token_credential: token_credential.map(source),
            transport: transport.map(by_host),
            cloud: cloud.map(Into::into),
            api_version,
            application_id,
            user_agent,
            headers: headers
                .unwrap_or_default()
                .into_iter()
                .map(|Header { name, value }| (name, value))
                .collect(),
            root_certificates_pem: root_certificates_pem
                .map(|pem| text(pem, "root_certificates_pem"))
                .transpose()?,
            client_identity_pem: client_identity_pem
                .map(|pem| text(pem, "client_identity_pem"))
                .transpose()?
                .map(Secret::from),
            proxy: proxy.map(Into::into).unwrap_or_default(),
            token_check: token_check.map(Into::into),
            allow_insecure_endpoint,
            timeout: timeout_ms.map(Duration::from_millis),
            connect_timeout: connect_timeout_ms.map(Duration::from_millis),
            http2,
            preview: preview.as_deref().map(preview_of).transpose()?,
            retry: retry_policy.map(Into::into).unwrap_or_default(),
            check_token_lifetime: None,
            wrap_transport: None,
        })
    }
}

/// Converts PEM to text.
pub(crate) fn text(pem: Vec<u8>, name: &str) -> Result<String> {
    String::from_utf8(pem).map_err(|_| acs_auth_c::invalid(name, "It is not UTF-8, so it is not PEM.").into())
}
