//! The back end's endpoint, for any HTTP server.

use std::sync::Arc;

use acs_auth_c::handler::acs_handler;
use core_auth::Secret;

use crate::credential::TokenCredential;
use crate::error::Result;
use crate::handler_options::HandlerOptions;
use crate::observer::Observer;
use crate::settings::HandlerSettings;
use crate::shown::opaque;

/// The back end's endpoint. Its operation is called through the C ABI, by `c_handle`.
#[derive(uniffi::Object)]
pub struct TokenExchangeHandler {
    pub(crate) handler: acs_handler,
}

opaque!(TokenExchangeHandler);

#[uniffi::export]
impl TokenExchangeHandler {
    /// Makes a handler. Connects to nothing yet. A forked child begins with an empty cache.
    ///
    /// access_key: the key of the resource at the endpoint that options or settings name, in place of a connection string or a
    /// token credential.
    #[uniffi::constructor(default(settings = None, token_credential = None, observer = None, access_key = None))]
    pub fn new(
        options: HandlerOptions,
        settings: Option<Arc<HandlerSettings>>,
        token_credential: Option<Arc<dyn TokenCredential>>,
        observer: Option<Arc<dyn Observer>>,
        access_key: Option<String>,
    ) -> Result<Arc<Self>> {
        let mut recipe = options.recipe(settings, token_credential, observer);
        recipe.access_key = access_key.map(Secret::from);
        let handler = acs_handler::of(recipe)?;
        Ok(Arc::new(Self { handler }))
    }
}
