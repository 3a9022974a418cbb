//! The client: connects an operation's request and parser with a credential and a transport.

mod assignments;
mod builder;
mod headers;
mod operations;
mod options;
mod previews;
mod response;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

pub use self::builder::CommunicationIdentityClientBuilder;
pub use self::options::CallOptions;
pub use self::response::CallResponse;
use self::response::ResponseHook;
use crate::api_version::PreviewApiVersion;
use crate::cloud::Cloud;
use crate::credential::SecondaryKey;
#[cfg(feature = "exchange")]
use crate::credential::{Credential, CredentialId};
use crate::endpoint::Endpoint;
use crate::entra::TokenCheck;
use crate::error::Result;
use crate::pipeline::{Gate, Pipeline};
use crate::protocol::Lifetime;

/// A client of the ACS Identity service, with the operations and names of the official SDKs.
///
/// Every call ends within its deadline (10 s by default). It is retried if that can help, follows
/// no redirect, and its error explains the cause. Clones are cheap and share connections, retry
/// budget and clock correction: create one per resource and keep it. Calls need a tokio runtime
/// with timer and I/O enabled; dropping a call's future cancels it.
///
/// ```no_run
/// # async fn exchange(entra_token: &str) -> acs_auth::Result<()> {
/// use acs_auth::CommunicationIdentityClient;
///
/// let connection_string = std::env::var("COMMUNICATION_SERVICES_CONNECTION_STRING").unwrap_or_default();
/// let client = CommunicationIdentityClient::from_connection_string(&connection_string)?;
/// let token = client
///     .get_token_for_teams_user(
///         entra_token,
///         "1fec8e78-bce4-4aaf-ab1b-5451cc387264", // the client id that the token was issued to
///         "2be7fa0b-1ed7-4c9a-9a2e-0ab0a8f8f3d1", // the user's object id
///     )
///     .await?;
/// println!("expires at {}", token.expires_on_unix());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CommunicationIdentityClient {
    inner: Arc<Inner>,
    options: CallOptions,
    on_response: Option<ResponseHook>,
    gate: Option<Arc<dyn Gate>>,
}

struct Inner {
    endpoint: Endpoint,
    cloud: Cloud,
    api_version: String,
    preview: Option<PreviewApiVersion>,
    token_check: TokenCheck,
    checks_token_lifetime: bool,
    /// The headers that are added to every request.
    headers: HeaderMap,
    pipeline: Pipeline,
    #[cfg(feature = "redis")]
    token_source: Option<Arc<dyn crate::TokenCredential>>,
}

impl Inner {
    fn lifetime(&self, wanted: Option<Duration>) -> Lifetime {
        Lifetime {
            wanted,
            is_checked: self.checks_token_lifetime,
        }
    }
}

impl CommunicationIdentityClient {
    /// Creates a client from a connection string, with every option at its default.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConnectionString`](crate::ErrorKind::InvalidConnectionString), `target` naming the
    /// part.
    pub fn from_connection_string(connection_string: &str) -> Result<Self> {
        Self::builder().connection_string(connection_string).build()
    }

    /// Returns a builder with the default options.
    pub fn builder() -> CommunicationIdentityClientBuilder {
        CommunicationIdentityClientBuilder::default()
    }

    /// Returns the same client with these options for its calls.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            options,
            on_response: self.on_response.clone(),
            gate: self.gate.clone(),
        }
    }

    /// Returns the same client with another deadline for its calls.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with_options(CallOptions {
            timeout: Some(timeout),
            ..self.options.clone()
        })
    }

    /// Returns the same client with a hook that receives the response of each call before the call
    /// returns: status, headers, request id and attempts, for successes and error responses alike.
    /// The hook isn't called if the last attempt got no response. It runs within the call's future,
    /// so it must not block; a panic in it is logged and has no other effect.
    #[must_use]
    pub fn with_response_hook(&self, hook: impl Fn(&CallResponse) + Send + Sync + 'static) -> Self {
        Self {
            on_response: Some(Arc::new(hook)),
            ..self.clone()
        }
    }

    /// Returns the same client with a gate that its calls ask before they retry.
    #[cfg(feature = "exchange")]
    pub(crate) fn with_gate(mut self, gate: Arc<dyn Gate>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// The cloud whose names the token check expects.
    #[cfg(feature = "exchange")]
    pub(crate) fn cloud(&self) -> &Cloud {
        &self.inner.cloud
    }

    /// The token credential that the client was built with.
    #[cfg(feature = "redis")]
    pub(crate) fn token_source(&self) -> Option<Arc<dyn crate::TokenCredential>> {
        self.inner.token_source.clone()
    }

    /// Returns the endpoint that requests are sent to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// Replaces the access key, and the secondary one if it is given, in this client, its clones,
    /// and the exchangers built with them. The next signature uses the new key, and tokens cached
    /// for the former one are no longer returned. `None` leaves the secondary key unchanged. An
    /// [`AzureKeyCredential`](crate::AzureKeyCredential) that the client was built with is updated
    /// too, so the new key also applies to other clients that share it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConnectionString`](crate::ErrorKind::InvalidConnectionString) with
    /// `target` = `access_key` or `secondary_access_key` if a key is not base64;
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the client has a token
    /// credential. Nothing is replaced then.
    pub fn update_access_key(&self, access_key: &str, secondary_access_key: Option<&str>) -> Result<()> {
        self.update_access_keys(Some(access_key), secondary_access_key.into())
    }

    /// Replaces only the secondary access key, as [`Self::update_access_key`] replaces both.
    ///
    /// # Errors
    /// As [`Self::update_access_key`], with `target` = `secondary_access_key`.
    pub fn update_secondary_access_key(&self, access_key: &str) -> Result<()> {
        self.update_access_keys(None, SecondaryKey::Replaced(access_key))
    }

    /// Replaces the access keys that are given, and may remove the secondary.
    pub(crate) fn update_access_keys(
        &self,
        primary: Option<&str>,
        secondary: SecondaryKey<'_>,
    ) -> Result<()> {
        match &self.inner.pipeline.credential {
            Some(credential) => credential.update_access_keys(primary, secondary),
            // A client always has one.
            None => Ok(()),
        }
    }

    /// The credential that the client uses now.
    #[cfg(feature = "exchange")]
    pub(crate) fn credential_id(&self) -> CredentialId {
        let credential = self.inner.pipeline.credential.as_ref();
        credential.map_or(CredentialId::TOKEN, Credential::id)
    }

    /// The client's pipeline, which the handler also uses for Microsoft Graph and Entra ID.
    #[cfg(feature = "handler")]
    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.inner.pipeline
    }

    /// Returns how many seconds the service's clock is ahead of this machine's (negative: behind),
    /// as learned from a rejected signature; 0 if there was none. Requests are signed with the
    /// corrected time, but correct the machine's clock anyway.
    pub fn clock_skew_seconds(&self) -> i64 {
        self.inner.pipeline.clock_skew_seconds()
    }
}

impl fmt::Debug for CommunicationIdentityClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommunicationIdentityClient")
            .field("endpoint", &self.inner.endpoint)
            .field("api_version", &self.inner.api_version)
            .field("preview", &self.inner.preview)
            .field("token_check", &self.inner.token_check)
            .field("pipeline", &self.inner.pipeline)
            .field("options", &self.options)
            .finish()
    }
}
