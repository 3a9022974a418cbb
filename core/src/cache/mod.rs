//! The token caches, in this process and in Redis for a fleet of processes, and the fleet's limiter.

mod digest_cache;
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

pub(crate) use self::digest_cache::{Digest, DigestCache, digest};
pub(crate) use self::fleet_limiter::FleetLimiter;
#[cfg(all(test, feature = "handler"))]
pub(crate) use self::fleet_limiter::tests::Deaf;
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

/// A cache and a limiter that several processes share. It may fail at any time: it then answers as if it were
/// empty, within its time budget, and the process works with its own cache and limits.
pub(crate) trait SharedCache: Send + Sync + fmt::Debug {
    /// Returns the token cached under this key. Values are sealed to their key: one copied from another key
    /// is ignored.
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>>;

    /// Caches a token for `lifetime`, unless the user was signed out after `since`: the value of
    /// [`Self::epoch`] when the exchange began.
    fn put<'a>(
        &'a self,
        key: &'a CacheKey,
        exchanged: &'a Exchanged,
        lifetime: Duration,
        since: Option<u64>,
    ) -> BoxFuture<'a, ()>;

    /// Returns a number that each sign-out of this key's user changes; `None` if the cache does not answer.
    fn epoch<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<u64>>;

    /// Removes all entries of the user whose keys have this `user` part, and notifies the other processes.
    fn sign_out<'a>(&'a self, user: &'a [u8; 32]) -> BoxFuture<'a, Result<()>>;

    /// The limiter of exchanges.
    fn limiter(self: Arc<Self>) -> Arc<dyn SharedLimiter>;

    /// A limiter of other operations, with limits, shares and pauses of its own.
    #[cfg(feature = "handler")]
    fn limiter_of(self: Arc<Self>, name: &'static str, limits: Limits) -> Arc<dyn SharedLimiter>;

    /// Tries to become the only process that exchanges for this key, for a short time. Returns `false` if
    /// another one is; `true` also if the cache does not answer.
    fn lock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, bool>;

    /// Releases the lock, if this process still holds it.
    fn unlock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, ()>;

    /// What it does not serve at present; `None` when it serves everything. Sends a few requests, one after
    /// the other.
    fn degradation(&self) -> BoxFuture<'_, Option<Degradation>>;

    /// Sets the process's own cache; called once, before any other method. When another process signs a user
    /// out, the user's entries are removed there ([`MemoryCache::invalidate_user`]); if such a message may
    /// have been lost, all are ([`MemoryCache::invalidate_all`]).
    fn attach(&self, _memory: &Arc<MemoryCache>) {}
}

/// A limiter that several processes share. It may fail at any time, like [`SharedCache`].
pub(crate) trait SharedLimiter: Send + Sync + fmt::Debug {
    /// Reserves one of the fleet's slots and counts it against the user's share, in one step; `None` if the
    /// shared limiter does not answer.
    fn reserve<'a>(&'a self, request: &'a ReservationRequest<'a>)
    -> BoxFuture<'a, Option<ReservationAnswer>>;

    /// Returns the latest slot to the user's share: its exchange did not begin.
    fn release<'a>(&'a self, user: &'a [u8; 32]) -> BoxFuture<'a, ()>;

    /// Returns slots that no caller of this process waits for any more; the fleet's next callers get them.
    /// Slots that have passed are lost.
    fn give_back<'a>(&'a self, slots: &'a [FleetSlot]) -> BoxFuture<'a, ()>;

    /// The fleet's pauses at present; `None` if the shared limiter does not answer.
    fn paused(&self) -> BoxFuture<'_, Option<Paused>>;

    /// Pauses the whole fleet. Returns the pauses afterwards, like [`Self::paused`].
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

/// The longest pause of exchanges, whatever the service returns or Redis contains.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// The result of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchanged {
    pub(crate) token: AccessToken,
    /// The identity that the service returned; the Teams user exchange returns none.
    pub(crate) user: Option<CommunicationUserIdentifier>,
}

impl Exchanged {
    /// Returns the token and its identity, which a token for Teams Phone extensibility always has.
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

/// A token from a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CacheEntry {
    pub(crate) exchanged: Exchanged,
    /// What is left of the lifetime that it was cached with; a copy must not be cached for longer.
    pub(crate) lifetime: Duration,
}

/// What one exchange, or another limited operation, asks of a limiter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReservationRequest<'a> {
    /// The user whose share it counts against; `None` if it counts against none.
    pub(crate) user: Option<&'a [u8; 32]>,
    /// Slots farther away are not reserved. A slot that is free now is always granted.
    pub(crate) max_wait: Duration,
    /// Whether to reserve a slot; otherwise the request is only counted against the user's share.
    pub(crate) takes_slot: bool,
}

/// A limiter's answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reservation {
    /// A slot was reserved; it begins after this time.
    In(Duration),
    /// No slot is free in time; the earliest begins after this time.
    Limited(Duration),
    /// The user's share is used up for this time. No slot was used.
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
    /// When it begins, as of its reservation: in microseconds since 1970 by the shared limiter's clock.
    pub(crate) at: u64,
    /// [`Paused::moves`] as of its reservation. The difference to the present value is how far pauses have
    /// delayed it.
    pub(crate) moves: u64,
}

/// The pauses of a fleet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Paused {
    /// What is left of the present pause.
    pub(crate) left: Duration,
    /// By how many microseconds all pauses together have delayed the slots that had not begun.
    pub(crate) moves: u64,
}
