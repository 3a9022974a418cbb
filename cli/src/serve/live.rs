//! What requests and handshakes are answered with at this time; a reload replaces it.

use std::sync::Arc;

use acs_auth::handler::TokenExchangeHandler;
use arc_swap::{ArcSwap, ArcSwapOption};
use rustls::ServerConfig;

/// The present handler and certificate. What has begun with a former one ends with it.
pub(super) struct Live {
    handler: ArcSwap<TokenExchangeHandler>,
    tls: ArcSwapOption<ServerConfig>,
}

impl Live {
    pub(super) fn new(handler: TokenExchangeHandler, tls: Option<ServerConfig>) -> Arc<Self> {
        Arc::new(Self {
            handler: ArcSwap::from_pointee(handler),
            tls: ArcSwapOption::new(tls.map(Arc::new)),
        })
    }

    pub(super) fn handler(&self) -> Arc<TokenExchangeHandler> {
        self.handler.load_full()
    }

    /// `None` where it is served without TLS.
    pub(super) fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.tls.load_full()
    }

    pub(super) fn replace_handler(&self, handler: TokenExchangeHandler) {
        self.handler.store(Arc::new(handler));
    }

    pub(super) fn replace_tls(&self, config: ServerConfig) {
        self.tls.store(Some(Arc::new(config)));
    }
}
