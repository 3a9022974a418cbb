//! The back end's endpoint, for any HTTP server.

use std::sync::Arc;

use acs_auth_c::HandlerConfig;
use acs_auth_c::handler::acs_handler;
use core_auth::Secret;

use crate::cloud::Cloud;
use crate::credential::{TokenCredential, source};
use crate::error::Result;
use crate::observer::{Observer, told};
use crate::settings::HandlerSettings;
use crate::shown::opaque;

/// The back end's endpoint. Its operation is called through the C ABI, with `c_handle`.
#[derive(uniffi::Object)]
pub struct TokenExchangeHandler {
    pub(crate) handler: acs_handler,
}

opaque!(TokenExchangeHandler);

#[uniffi::export]
impl TokenExchangeHandler {
    /// Creates a handler. It doesn't connect yet. A forked child begins with an empty cache.
    ///
    /// cloud: overrides the settings cloud and authority. access_key: the access key of the resource, for the
    /// setting endpoint, instead of a connection string or a token credential.
    #[uniffi::constructor(default(settings = None, cloud = None, token_credential = None, observer = None, access_key = None))]
    pub fn new(
        settings: Option<Arc<HandlerSettings>>,
        cloud: Option<Cloud>,
        token_credential: Option<Arc<dyn TokenCredential>>,
        observer: Option<Arc<dyn Observer>>,
        access_key: Option<String>,
    ) -> Result<Arc<Self>> {
        let handler = acs_handler::of(HandlerConfig {
            settings: settings.map(|given| given.0.clone()).unwrap_or_default(),
            token_credential: token_credential.map(source),
            cloud: cloud.map(Into::into),
            observer: observer.map(told),
            access_key: access_key.map(Secret::from),
        })?;
        Ok(Arc::new(Self { handler }))
    }
}
