//! The configuration of a handler.

use std::sync::Arc;

use core_auth::handler::{HandlerSettings, TokenExchangeHandler};
use core_auth::{AzureKeyCredential, Cloud, Observer, Result, Secret, TokenCredential};

/// The configuration from which each process makes its instance of a handler.
#[derive(Default)]
#[expect(missing_docs, reason = "each is the option of its name")]
pub struct HandlerConfig {
    pub settings: HandlerSettings,
    pub token_credential: Option<Arc<dyn TokenCredential>>,
    pub cloud: Option<Cloud>,
    pub observer: Option<Arc<dyn Observer>>,
    pub access_key: Option<Secret>,
}

impl HandlerConfig {
    /// Makes the instance of this process.
    pub(crate) fn make(&self) -> Result<TokenExchangeHandler> {
        let mut builder = TokenExchangeHandler::builder().settings(self.settings.clone());
        if let Some(credential) = &self.token_credential {
            builder = builder.token_credential(Arc::clone(credential));
        }
        if let Some(cloud) = &self.cloud {
            builder = builder.cloud(cloud.clone());
        }
        if let Some(observer) = &self.observer {
            builder = builder.observer(Arc::clone(observer));
        }
        if let Some(key) = &self.access_key {
            builder = builder.key_credential(Arc::new(AzureKeyCredential::new(key.expose())?));
        }
        builder.build()
    }
}
