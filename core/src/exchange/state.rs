//! The state of an exchanger.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::callers::Callers;
use super::inspected::Inspected;
use super::limiter::Limiter;
use crate::cache::{CacheKey, CacheSecret, DigestCache, Exchanged, MemoryCache, SharedCache};
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::entra::TokenCheck;
use crate::error::{Error, Result};
use crate::meter;
use crate::observe::{self, Event, Observer};
use crate::single_flight::{SingleFlight, Waiters};

/// The state that clones of an exchanger share.
pub(super) struct Inner {
    pub(super) client: CommunicationIdentityClient,
    pub(super) token_check: TokenCheck,
    pub(super) timeout: Duration,
    pub(super) max_ttl: Duration,
    pub(super) secret: CacheSecret,
    pub(super) memory: Option<Arc<MemoryCache>>,
    pub(super) inspected: Inspected,
    pub(super) rejections: Option<DigestCache<Error>>,
    pub(super) shared: Option<Arc<dyn SharedCache>>,
    pub(super) distributed_lock: bool,
    pub(super) limiter: Arc<Limiter>,
    pub(super) flights: SingleFlight<CacheKey, Result<Exchanged>, Context>,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) now: Now,
}

/// The state that an exchange and its callers share besides the result.
pub(super) struct Context {
    pub(super) callers: Arc<Callers>,
    /// Whether the result is being written to the shared cache.
    pub(super) storing: watch::Sender<bool>,
}

impl Context {
    pub(super) fn new(deadline: Instant) -> Self {
        Self {
            callers: Callers::new(deadline),
            storing: watch::Sender::new(false),
        }
    }

    /// Waits until the result has been written to the shared cache, or that has failed.
    pub(super) async fn stored(&self) {
        // Cannot fail: `self` owns the sender.
        let _ = self.storing.subscribe().wait_for(|storing| !storing).await;
    }
}

/// The leader's view of an exchange that callers share.
pub(super) type Flight = Waiters<CacheKey, Result<Exchanged>, Context>;

impl Inner {
    /// Returns the token from the memory cache.
    pub(super) fn cached(&self, key: &CacheKey) -> Option<Exchanged> {
        let kept = self.memory.as_ref()?.get(key)?;
        self.tell(Event::CacheHit);
        Some(kept.exchanged)
    }

    pub(super) fn tell(&self, event: Event) {
        if let Some(outcome) = event.cache_outcome() {
            meter::set_cache(outcome);
        }
        observe::notify(self.observer.as_ref(), event);
    }
}
