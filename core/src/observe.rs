//! Events for a host to count and time: a small trait, for any metrics library.
//!
//! Through `tracing`, the exchanger logs in its span `acs_auth.exchange`, as events of the target
//! `acs_auth::exchange` with the field `event`: `exchanged` (`DEBUG`; `error`, the kind's name, and
//! `took`), `limited` (`DEBUG`; `wait`) and `paused` (`WARN`; `wait`). No event contains a token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::callback;
use crate::error::ErrorKind;

/// An event. Names and fields are stable; more events may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
        /// How long until its slot is free, or until the user's share has room.
        wait: Duration,
        /// Whether it was rejected: its slot is too late for its deadline, or the user's share is
        /// used up.
        rejected: bool,
    },
    /// The service returned 429: all exchanges pause.
    Paused {
        /// For how long.
        wait: Duration,
    },
    /// A token was exchanged, or the exchange failed.
    Exchanged {
        /// `None` for success.
        error: Option<ErrorKind>,
        /// How long it took, retries included.
        took: Duration,
    },
    /// A user was signed out.
    SignedOut,
    /// The handler answered a request.
    RequestCompleted {
        /// The route, such as `/api/token/teams`; `other` for an unknown path.
        route: &'static str,
        /// The status of the response.
        status: u16,
        /// How long it took.
        took: Duration,
    },
    /// Events were dropped here because the host's observer was too slow. Only observers of other
    /// languages get this event, since they are called through a bounded queue; Rust's observers
    /// are called directly.
    Dropped {
        /// The number of dropped events.
        count: u64,
    },
}

impl Event {
    /// Where a token came from according to this event, as in access records.
    pub(crate) fn cache_outcome(&self) -> Option<&'static str> {
        match self {
            Self::CacheHit => Some("hit"),
            Self::SharedCacheHit => Some("shared_hit"),
            Self::Coalesced => Some("coalesced"),
            Self::NegativeCacheHit => Some("negative_hit"),
            Self::Exchanged { .. } => Some("miss"),
            _ => None,
        }
    }
}

/// Receives events, to count and time them. It is called while requests are processed, so it must not
/// block. A panic in it is logged and has no other effect.
pub trait Observer: Send + Sync + fmt::Debug {
    /// Handles one event.
    fn on_event(&self, event: Event);
}

/// Passes an event to the observer, if there is one.
pub(crate) fn notify(observer: Option<&Arc<dyn Observer>>, event: Event) {
    if let Some(observer) = observer {
        callback::call("observer", || observer.on_event(event));
    }
}
