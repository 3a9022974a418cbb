//! The back end's endpoint, for any HTTP server.

use std::sync::Arc;

use acs_auth_c::PerProcess;
use acs_auth_c::handler::acs_handler;
use core_auth::{Secret, handler};

use crate::calls::{Cancellation, awaited};
use crate::credential::TokenCredential;
use crate::error::Result;
use crate::handler_options::HandlerOptions;
use crate::message::{Request, Response};
use crate::observer::Observer;
use crate::settings::HandlerSettings;
use crate::shown::opaque;

/// Answers /api/token/teams, /healthz, /livez, /readyz, and /api/user and /api/token where Microsoft Graph may be called.
///
/// It verifies the caller's bearer token, compares it with the Teams token, explains a bad one, caches, lets a thousand
/// callers with one token make one exchange, and answers with application/problem+json. There is always an answer.
#[derive(uniffi::Object)]
pub struct TokenExchangeHandler {
    pub(crate) handler: acs_handler,
}

opaque!(TokenExchangeHandler);

async fn handle(
    handlers: Arc<PerProcess<handler::TokenExchangeHandler>>,
    request: Request,
) -> core_auth::Result<handler::Response> {
    Ok(handlers.get()?.handle(request.into()).await)
}

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

    /// Answers a request. A rejection is a response, not an error.
    #[uniffi::method(default(cancellation = None))]
    pub async fn handle(
        &self,
        request: Request,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<Response> {
        awaited(handle(self.handler.each(), request), cancellation).await
    }
}
