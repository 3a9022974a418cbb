//! The caches of tokens, in this process and in Redis for a fleet, and the limit of the fleet.

mod fleet_limiter;
mod key;
mod limiter;
mod local_limiter;
mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::fleet_limiter::FleetLimiter;
pub use self::key::{CacheKey, cache_key};
pub(crate) use self::key::{CacheSecret, KeyParts, Origin};
pub(crate) use self::limiter::Limits;
pub(crate) use self::local_limiter::LocalLimiter;
pub(crate) use self::memory::MemoryCache;
#[cfg(feature = "handler")]
pub(crate) use self::memory::Session;
#[cfg(feature = "redis")]
pub(crate) use self::redis::RedisCache;
#[cfg(feature = "redis")]
pub use self::redis::{RedisOptions, SealingKey};
use crate::error::{Error, ErrorKind, Result};
use crate::models::{AccessToken, CommunicationUserIdentifier, CommunicationUserToken};
use crate::transport::BoxFuture;

/// A cache and a limiter that several processes share. It may fail at any time: then it answers as if it were empty,
/// within its time budget, and the process goes on alone.
pub(crate) trait SharedCache: Send + Sync + fmt::Debug {
    /// The token that is cached under this key. It is sealed to the key, so another key's value reads as none.
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>>;

    /// Keeps a token for this long, unless the user was signed out after `since` (the value of [`Self::epoch`] when
    /// the exchange began).
    fn put<'a>(
        &'a self,
        key: &'a CacheKey,
        exchanged: &'a Exchanged,
        lifetime: Duration,
        since: Option<u64>,
    ) -> BoxFuture<'a, ()>;

    /// How often this key's user was signed out; `None` when it cannot be told.
    fn epoch<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<u64>>;

    /// Removes all entries of the user whose keys have this `user` part, here and (by telling them) in the other
    /// processes.
    fn sign_out<'a>(&'a self, user: &'a [u8; 32]) -> BoxFuture<'a, Result<()>>;

    /// The limiter of exchanges.
    fn limiter(self: Arc<Self>) -> Arc<dyn SharedLimiter>;

    /// A limiter of other operations, with limits, shares and pauses of its own.
    #[cfg(feature = "handler")]
    fn limiter_of(self: Arc<Self>, name: &'static str, limits: Limits) -> Arc<dyn SharedLimiter>;

    /// Tries to be the only process that exchanges for this key for a short time. `false`: another one does; `true`
    /// too when it cannot be told.
    fn lock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, bool>;

    /// Lets go of the lock, if this process still holds it.
    fn unlock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, ()>;

    /// What it does not serve at present; `None` when it serves everything. Answers within the time of one use.
    fn degradation(&self) -> BoxFuture<'_, Option<Degradation>>;

    /// Hands over the process's own cache, once and before anything else is called: what other processes sign out is
    /// to be removed there ([`MemoryCache::invalidate_user`]), and everything when such a message may have been lost
    /// ([`MemoryCache::invalidate_all`]).
    fn attach(&self, _memory: &Arc<MemoryCache>) {}
}

/// A limiter that several processes share. It may fail at any time, as [`SharedCache`].
pub(crate) trait SharedLimiter: Send + Sync + fmt::Debug {
    /// Reserves a slot of the fleet's and a place in the user's share, in one step; `None` when the shared limiter
    /// cannot be asked.
    fn reserve<'a>(&'a self, request: &'a ReservationRequest<'a>)
    -> BoxFuture<'a, Option<ReservationAnswer>>;

    /// Gives back the user's latest place in its share: what it was for did not begin.
    fn release<'a>(&'a self, user: &'a [u8; 32]) -> BoxFuture<'a, ()>;

    /// Gives slots back that nobody here waits for, so that the fleet's next caller gets them. Those that have passed
    /// meanwhile are lost.
    fn give_back<'a>(&'a self, slots: &'a [FleetSlot]) -> BoxFuture<'a, ()>;

    /// What the fleet's pauses are at present; `None` when it cannot be told.
    fn paused(&self) -> BoxFuture<'_, Option<Paused>>;

    /// Pauses what it limits in the whole fleet. Returns what its pauses are then, as [`Self::paused`] does.
    fn pause(&self, wait: Duration) -> BoxFuture<'_, Option<Paused>>;
}

/// What a shared cache does not serve, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Degradation {
    /// Nothing at all is served.
    pub(crate) is_everything: bool,
    /// For an operator: without keys, values, secrets or the server's own text.
    pub(crate) reason: String,
}

/// No answer of the service stops exchanges for longer, and no pause that was written by anyone does.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// What an exchange gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchanged {
    pub(crate) token: AccessToken,
    /// The identity that the service named; the exchange of a Teams user's token names none.
    pub(crate) user: Option<CommunicationUserIdentifier>,
}

impl Exchanged {
    /// The token and its identity, which that of Teams Phone extensibility always has.
    pub(crate) fn with_identity(self) -> Result<CommunicationUserToken> {
        match self.user {
            Some(user) => Ok(CommunicationUserToken {
                user,
                token: self.token,
            }),
            None => Err(Error::new(ErrorKind::Internal, "The token has no identity.")),
        }
    }
}

impl From<AccessToken> for Exchanged {
    fn from(token: AccessToken) -> Self {
        Self { token, user: None }
    }
}

/// A token out of a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CacheEntry {
    pub(crate) exchanged: Exchanged,
    /// How much of the lifetime that it was put in with is left: a copy of it must not be kept for longer.
    pub(crate) lifetime: Duration,
}

/// What is asked of a limiter for one exchange.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReservationRequest<'a> {
    /// The user whose share it counts against; `None` if it counts against none.
    pub(crate) user: Option<&'a [u8; 32]>,
    /// Nothing is reserved that is farther away. What is free now is always given.
    pub(crate) max_wait: Duration,
    /// Whether a slot is wanted, and not the place in the share alone.
    pub(crate) takes_slot: bool,
}

/// What a limiter gives to one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reservation {
    /// A slot after this time.
    In(Duration),
    /// None in time; the earliest would be after this time.
    Limited(Duration),
    /// The user's share is used up for this time. Nothing of the common budget was used.
    UserLimited(Duration),
}

/// What a shared limiter answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReservationAnswer {
    pub(crate) reservation: Reservation,
    /// The slot, if one was asked for and reserved.
    pub(crate) slot: Option<FleetSlot>,
    /// The pauses, which the reservation takes into account.
    pub(crate) paused: Paused,
}

/// A slot as the shared limiter knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FleetSlot {
    /// When it was when it was reserved, in microseconds since 1970 by the shared limiter's clock.
    pub(crate) at: u64,
    /// [`Paused::moves`] when it was reserved.
    pub(crate) moves: u64,
}

/// The pauses of a fleet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Paused {
    /// How much of the present one is left.
    pub(crate) left: Duration,
    /// By how many microseconds all of them together have moved the slots that had not begun.
    pub(crate) moves: u64,
}
