//! What a host may count and time: a small trait, for any metrics library.
//!
//! To `tracing`, the exchanger tells what takes time, in its span `acs_auth.exchange` and as events of the target
//! `acs_auth::exchange` with the field `event`: `exchanged` (`DEBUG`; `error`, the kind's name, and `took`), `limited`
//! (`DEBUG`; `wait`) and `paused` (`WARN`; `wait`). No event holds a token.

use std::fmt;
use std::time::Duration;

use crate::error::ErrorKind;

/// What happened. Names and members are stable; more events may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
        /// How long it had to wait.
        wait: Duration,
        /// Whether its deadline was too close, so that it was not made.
        rejected: bool,
    },
    /// The service said 429: all exchanges pause.
    Paused {
        /// For how long.
        wait: Duration,
    },
    /// The service was asked for a token.
    Exchanged {
        /// `None` for success.
        error: Option<ErrorKind>,
        /// How long it took, retries included.
        took: Duration,
    },
    /// A user was signed out.
    SignedOut,
    /// A request was answered by the handler.
    RequestCompleted {
        /// The route, such as `/api/token/teams`; `other` for what is none.
        route: &'static str,
        /// The status of the response.
        status: u16,
        /// How long it took.
        took: Duration,
    },
    /// Events are missing here: the host's observer was slower than they came. Only observers of other languages get
    /// this, which are called by way of a bounded queue; those of Rust are called directly.
    Dropped {
        /// How many events are missing.
        count: u64,
    },
}

impl Event {
    /// Where this event says that a token came from, as access records have it.
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

/// Is told what happens, to count and to time it. Called on the path of requests: it must not block.
pub trait Observer: Send + Sync + fmt::Debug {
    /// Something happened.
    fn on_event(&self, event: Event);
}
