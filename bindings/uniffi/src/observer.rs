//! What a host may count and time.

use std::sync::Arc;
use std::time::Duration;

use crate::error::{ErrorKind, Result};

/// What happened. More kinds may be added.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Event {
    /// A token was found in this process's cache.
    CacheHit,
    /// A token was found in the cache that processes share.
    SharedCacheHit,
    /// A caller got what another one's exchange brought.
    Coalesced,
    /// A cached rejection was returned.
    NegativeCacheHit,
    /// An exchange waited for the limit, or was given up for it.
    Limited {
        /// For how long, in microseconds.
        wait_us: u64,
        /// Whether its deadline was too close, so that it was not made.
        rejected: bool,
    },
    /// The service said 429: all exchanges pause.
    Paused {
        /// For how long, in microseconds.
        wait_us: u64,
    },
    /// The service was asked for a token.
    Exchanged {
        /// Why it gave none.
        error: Option<ErrorKind>,
        /// How long it took, retries included, in microseconds.
        took_us: u64,
    },
    /// A user was signed out.
    SignedOut,
    /// A request was answered by the handler.
    RequestCompleted {
        /// The route, such as "/api/token/teams"; "other" for what is none.
        route: String,
        /// The HTTP status of the response.
        status: u16,
        /// How long it took, in microseconds.
        took_us: u64,
    },
    /// Events are missing here, because the observer was slower than they came.
    Dropped {
        /// How many events are missing.
        count: u64,
    },
}

/// Receives events.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Receives the events, one at a time and in order, on a thread of its own: a slow one delays no call. Up to 4096 events
    /// wait for it; further ones are dropped, which `Dropped` reports. Those that are queued when the exchanger or
    /// handler is closed are delivered afterwards. What it raises is dropped.
    fn on_event(&self, event: Event) -> Result<()>;
}

impl Event {
    /// Events of core that this facade does not know yet are left out.
    pub(crate) fn of(event: core_auth::observe::Event) -> Option<Self> {
        use core_auth::observe::Event as Core;

        Some(match event {
            Core::CacheHit => Self::CacheHit,
            Core::SharedCacheHit => Self::SharedCacheHit,
            Core::Coalesced => Self::Coalesced,
            Core::NegativeCacheHit => Self::NegativeCacheHit,
            Core::Limited { wait, rejected } => Self::Limited {
                wait_us: micros(wait),
                rejected,
            },
            Core::Paused { wait } => Self::Paused {
                wait_us: micros(wait),
            },
            Core::Exchanged { error, took } => Self::Exchanged {
                error: error.map(Into::into),
                took_us: micros(took),
            },
            Core::SignedOut => Self::SignedOut,
            Core::RequestCompleted { route, status, took } => Self::RequestCompleted {
                route: route.to_owned(),
                status,
                took_us: micros(took),
            },
            Core::Dropped { count } => Self::Dropped { count },
            // Core's enumeration asks for this arm; a test holds this list to that of tests/surface.
            _ => return None,
        })
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Core's form of a host's observer.
pub(crate) fn told(observer: Arc<dyn Observer>) -> Arc<dyn core_auth::Observer> {
    acs_auth_c::observer::queued(move |event| {
        if let Some(event) = Event::of(event) {
            // There is no one to return it to.
            let _ = observer.on_event(event);
        }
    })
}
