//! The current handler and certificate, which a reload replaces.

use std::sync::Arc;

use acs_auth::handler::TokenExchangeHandler;
use arc_swap::{ArcSwap, ArcSwapOption};
use rustls::ServerConfig;

/// The current handler and certificate. Requests and handshakes finish with those they began with.
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

    /// `None` without TLS.
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
