//! Events to count and time.

use std::sync::Arc;
use std::time::Duration;

use crate::error::{ErrorKind, Result};

/// An event of an exchanger or handler. More kinds may be added.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Event {
    /// A token was found in this process's cache.
    CacheHit,
    /// A token was found in the cache that processes share.
    SharedCacheHit,
    /// A caller got the result of another caller's exchange.
    Coalesced,
    /// A cached rejection was returned.
    NegativeCacheHit,
    /// An exchange waited for the limit, or was rejected because of it.
    Limited {
        /// The wait, in microseconds.
        wait_us: u64,
        /// Whether it was rejected: its slot is too late for its deadline, or the user's share is
        /// used up.
        rejected: bool,
    },
    /// The service returned 429: all exchanges pause.
    Paused {
        /// The wait, in microseconds.
        wait_us: u64,
    },
    /// A token was exchanged, or the exchange failed.
    Exchanged {
        /// How it failed; none for success.
        error: Option<ErrorKind>,
        /// The duration, including retries, in microseconds.
        took_us: u64,
    },
    /// A user was signed out.
    SignedOut,
    /// The handler answered a request.
    RequestCompleted {
        /// The route, such as "/api/token/teams"; "other" for an unknown path.
        route: String,
        /// The HTTP status of the response.
        status: u16,
        /// The duration, in microseconds.
        took_us: u64,
    },
    /// Events were dropped here because the observer was too slow.
    Dropped {
        /// The number of dropped events.
        count: u64,
    },
}

/// A receiver of events.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Receives an event. Called on a thread of its own, one event at a time and in order; a slow observer
    /// delays no call. Up to 4096 events are queued. Further ones are dropped and replaced by a `Dropped`
    /// with their count. Events that are queued when the exchanger or handler is closed are still delivered.
    /// Exceptions that it throws are dropped.
    fn on_event(&self, event: Event) -> Result<()>;
}

impl Event {
    /// Converts an event; `None` for one of core that this facade doesn't know.
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
            // Core's enumeration is non-exhaustive; a test compares this list with that of tests/surface.
            _ => return None,
        })
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Adapts a host's observer to core's trait.
pub(crate) fn told(observer: Arc<dyn Observer>) -> Arc<dyn core_auth::Observer> {
    acs_auth_c::observer::queued(move |event| {
        if let Some(event) = Event::of(event) {
            // Nobody can receive the error.
            let _ = observer.on_event(event);
        }
    })
}
