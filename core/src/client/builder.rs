//! The options of a client.

mod assemble;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use crate::api_version::PreviewApiVersion;
use crate::clock::Now;
use crate::cloud::Cloud;
use crate::credential::{AzureKeyCredential, TokenCredential};
use crate::entra::TokenCheck;
use crate::pipeline::RetryPolicy;
use crate::secret::Secret;
use crate::transport::{Proxy, Transport, TransportOptions};

/// Builds a [`CommunicationIdentityClient`](super::CommunicationIdentityClient). Needs a connection
/// string, or an endpoint and a credential.
#[derive(Default)]
#[must_use]
pub struct CommunicationIdentityClientBuilder {
    connection_string: Option<Secret>,
    endpoint: Option<String>,
    credential: Option<CredentialSource>,
    secondary: Option<KeySource>,
    allow_insecure_endpoint: bool,
    cloud: Option<Cloud>,
    api_version: Option<String>,
    preview: Option<PreviewApiVersion>,
    application_id: Option<String>,
    user_agent: Option<String>,
    headers: Vec<(String, String)>,
    token_check: TokenCheck,
    sends_any_token_lifetime: bool,
    timeout: Option<Duration>,
    retry: RetryPolicy,
    transport_options: TransportOptions,
    transport: Option<Arc<dyn Transport>>,
    wrap_transport: Option<WrapTransport>,
    now: Option<Now>,
}

type WrapTransport = Box<dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync>;

enum CredentialSource {
    Key(KeySource),
    Token(Arc<dyn TokenCredential>),
}

enum KeySource {
    AccessKey(Secret),
    Credential(Arc<AzureKeyCredential>),
}

impl CommunicationIdentityClientBuilder {
    /// Sets the resource's connection string, which has its endpoint and access key.
    pub fn connection_string(mut self, connection_string: &str) -> Self {
        self.connection_string = Some(connection_string.into());
        self
    }

    /// Sets the resource's endpoint, `https://{resource}.communication.azure.com`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Signs with this access key, in base64 as the Azure portal shows it.
    pub fn access_key(mut self, access_key: &str) -> Self {
        self.credential = Some(CredentialSource::Key(KeySource::AccessKey(access_key.into())));
        self
    }

    /// Signs with this credential's key, which is read for each signature:
    /// [`AzureKeyCredential::update`] replaces it in all clients that share the credential.
    pub fn key_credential(mut self, credential: Arc<AzureKeyCredential>) -> Self {
        self.credential = Some(CredentialSource::Key(KeySource::Credential(credential)));
        self
    }

    /// Sets the resource's other access key. When the service rejects the key in use, a call tries
    /// the other one once. That key is then preferred until it is rejected in turn; a warning names
    /// it. Default: none.
    pub fn secondary_access_key(mut self, access_key: &str) -> Self {
        self.secondary = Some(KeySource::AccessKey(access_key.into()));
        self
    }

    /// Like [`Self::secondary_access_key`], with this credential's key.
    pub fn secondary_key_credential(mut self, credential: Arc<AzureKeyCredential>) -> Self {
        self.secondary = Some(KeySource::Credential(credential));
        self
    }

    /// Sends a bearer token of this credential instead of signing.
    pub fn token_credential(mut self, credential: Arc<dyn TokenCredential>) -> Self {
        self.credential = Some(CredentialSource::Token(credential));
        self
    }

    /// Accepts an `http` endpoint that is not loopback. Keys are not sent, but users' tokens are:
    /// use it only if something else protects the connection. Default `false`.
    pub fn allow_insecure_endpoint(mut self, allow: bool) -> Self {
        self.allow_insecure_endpoint = allow;
        self
    }

    /// Sets the cloud whose names the token check expects in tokens. Default: the endpoint's cloud.
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = Some(cloud);
        self
    }

    /// Sets the `api-version` of all operations: an [`ApiVersion`](crate::ApiVersion) or its text.
    /// Default [`DEFAULT_API_VERSION`](crate::protocol::DEFAULT_API_VERSION). Operations of Teams Phone
    /// extensibility use at least
    /// [`TEAMS_EXTENSION_API_VERSION`](crate::protocol::TEAMS_EXTENSION_API_VERSION).
    pub fn api_version(mut self, api_version: impl Into<String>) -> Self {
        self.api_version = Some(api_version.into());
        self
    }

    /// Allows the operations that exist only in this preview of the API. They use it; other
    /// operations don't. Default: none, so they fail without being sent.
    pub fn preview(mut self, preview: PreviewApiVersion) -> Self {
        self.preview = Some(preview);
        self
    }

    /// Prepends a name to the `User-Agent`: at most 24 characters of `A-Z a-z 0-9 . _ - /`.
    pub fn application_id(mut self, application_id: impl Into<String>) -> Self {
        self.application_id = Some(application_id.into());
        self
    }

    /// Prepends a text to the `User-Agent`, before [`Self::application_id`]: visible ASCII of any
    /// length, with spaces inside.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Adds a header to every request. May be called repeatedly, also with the same name.
    ///
    /// The signature doesn't cover it. `content-type` and `accept` replace the library's, and
    /// `user-agent` replaces the whole of it. These headers can't be set: what is signed (`host`,
    /// `date`, `x-ms-date`, `x-ms-content-sha256`), credentials (`authorization`,
    /// `proxy-authorization`), `x-ms-client-request-id`, and what describes the body or the
    /// connection (`content-length`, `content-encoding`, `transfer-encoding`, `accept-encoding`,
    /// `expect`, `trailer`, `connection`, `keep-alive`, `proxy-connection`, `te`, `upgrade`,
    /// `http2-settings`).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets how to treat a Teams token that the token check rejects: send it, warn, or fail before
    /// anything is sent. Default [`TokenCheck::Warn`].
    pub fn token_check(mut self, token_check: TokenCheck) -> Self {
        self.token_check = token_check;
        self
    }

    /// Sets whether a token lifetime outside 60 to 1440 minutes is an error before anything is
    /// sent. Without the check it is sent and the service decides, as with the official clients.
    /// Default `true`.
    pub fn check_token_lifetime(mut self, check: bool) -> Self {
        self.sends_any_token_lifetime = !check;
        self
    }

    /// Sets the deadline of a call, including all its attempts. Default 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how often a request is retried, and with which backoff. Default:
    /// [`RetryPolicy::default`].
    pub fn retry_policy(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the timeout for opening a connection, including TLS. Default 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.transport_options.connect_timeout = timeout;
        self
    }

    /// Offers HTTP/2 to the service. Default `false`: with HTTP/1.1, a connection that goes silent
    /// delays one call.
    pub fn http2(mut self, http2: bool) -> Self {
        self.transport_options.http2 = http2;
        self
    }

    /// Sets the proxy for requests. Default [`Proxy::Environment`].
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.transport_options.proxy = proxy;
        self
    }

    /// Trusts these certificate authorities as well (PEM, one or more certificates). May be called
    /// repeatedly.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.transport_options.root_certificates_pem.push(pem.into());
        self
    }

    /// Presents a client certificate: a certificate chain and its private key (PEM), for a gateway
    /// that requests one. Default: none.
    pub fn client_identity_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.transport_options.client_identity_pem = Some(Zeroizing::new(pem.into()));
        self
    }

    /// Sends through this transport instead of [`HttpTransport`](crate::transport::HttpTransport). The
    /// options for connections (timeout, HTTP/2, proxy, certificates) then have no effect.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Wraps the transport (the client's own, or that of [`Self::transport`]) to observe or change
    /// attempts.
    pub fn wrap_transport(
        mut self,
        wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync + 'static,
    ) -> Self {
        self.wrap_transport = Some(Box::new(wrap));
        self
    }

    /// Replaces the machine's clock: for tests.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Some(Arc::new(now));
        self
    }
}

impl fmt::Debug for CommunicationIdentityClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credential = match (&self.connection_string, &self.credential) {
            (Some(_), _) => "connection string",
            (None, Some(CredentialSource::Key(_))) => "access key",
            (None, Some(CredentialSource::Token(_))) => "token credential",
            (None, None) => "none",
        };
        f.debug_struct("CommunicationIdentityClientBuilder")
            .field("endpoint", &self.endpoint)
            .field("credential", &credential)
            .field("api_version", &self.api_version)
            .field("preview", &self.preview)
            .field("token_check", &self.token_check)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("transport_options", &self.transport_options)
            .finish_non_exhaustive()
    }
}
