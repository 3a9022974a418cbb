//! The client of the ACS Identity service.

use std::sync::Arc;

use acs_auth_c::client::acs_client;

use crate::attempts::AttemptObserver;
use crate::client_options::ClientOptions;
use crate::credential::TokenCredential;
use crate::error::Result;
use crate::shown::opaque;
use crate::transport::Transport;

/// A client of the ACS Identity service. Its operations are called through the C ABI, with `c_handle`.
#[derive(uniffi::Object)]
pub struct CommunicationIdentityClient {
    pub(crate) client: acs_client,
}

opaque!(CommunicationIdentityClient);

impl CommunicationIdentityClient {
    /// Creates a client for Python, which fetches its calls and whose client replaces the official one:
    /// attempts are shown to the observer, and token lifetimes are checked by the host instead.
    pub(crate) fn observed(
        options: ClientOptions,
        token_credential: Option<Arc<dyn TokenCredential>>,
        observer: Arc<AttemptObserver>,
    ) -> Result<Arc<Self>> {
        let mut config = options.config(token_credential, None)?;
        config.check_token_lifetime = Some(false);
        config.wrap_transport = Some(Arc::new(move |inner| observer.wrap(inner)));
        let client = acs_client::of(config)?;
        Ok(Arc::new(Self { client }))
    }
}

#[uniffi::export]
impl CommunicationIdentityClient {
    /// Creates a client. It doesn't connect yet.
    #[uniffi::constructor(default(token_credential = None, transport = None))]
    pub fn new(
        options: ClientOptions,
        token_credential: Option<Arc<dyn TokenCredential>>,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<Arc<Self>> {
        let client = acs_client::of(options.config(token_credential, transport)?)?;
        Ok(Arc::new(Self { client }))
    }

    /// Returns the endpoint that requests are sent to.
    pub fn endpoint(&self) -> Result<String> {
        Ok(self.client.each().get()?.endpoint().url().to_owned())
    }

    /// Returns how many seconds the service's clock is ahead of this machine's (negative: behind), as learned
    /// from a rejected signature; 0 if there was none. Requests are signed with the corrected time, but
    /// correct the machine's clock anyway.
    pub fn clock_skew_seconds(&self) -> Result<i64> {
        Ok(self.client.each().get()?.clock_skew_seconds())
    }
}
