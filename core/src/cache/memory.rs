//! The memory cache of tokens.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant, SystemTime};

use moka::Expiry;
use moka::policy::EvictionPolicy;

use super::digest_cache::{Digest, DigestCache, Value};
use super::{CacheEntry, CacheKey, Exchanged};
use crate::clock::Now;
use crate::locking::lock;
use crate::sweeps::Sweeps;

/// The estimated bytes of an entry besides its token: both copies of its key and the cache's own lists.
const OVERHEAD: usize = 512;
/// Once a user has this many remembered keys, those without an entry are removed, and again each time the number of
/// the others has doubled.
const MANY_KEYS: usize = 16;
/// The same for users and their sessions.
const MANY_USERS: usize = 1024;

/// Caches tokens until they expire, their user is signed out or they are evicted; then they are zeroized.
pub(crate) struct MemoryCache {
    entries: DigestCache<Entry>,
    users: Mutex<Users>,
    now: Now,
}

impl MemoryCache {
    /// Creates a cache of about `capacity` bytes. An entry expires by `now` or by the monotonic clock,
    /// whichever is earlier.
    pub(crate) fn new(capacity: u64, now: Now) -> Self {
        let entries = DigestCache::new(capacity, |options| {
            options
                .weigher(|_, value| entry_of(value).map_or(u32::MAX, |entry| entry.weight))
                // A token that was just exchanged is more likely to be asked for than one that was asked for
                // often.
                .eviction_policy(EvictionPolicy::lru())
                .expire_after(Lifetimes)
                // moka drops a value some time after its removal; the token must be zeroized at once.
                .eviction_listener(|_, value, _| entry_of(&value).into_iter().for_each(Entry::wipe))
        });
        Self {
            entries,
            users: Mutex::default(),
            now,
        }
    }

    /// Returns the token cached under this key.
    pub(crate) fn get(&self, key: &CacheKey) -> Option<CacheEntry> {
        let entry = self.entries.get(&key.entry)?;
        let kept = entry.read((self.now)());
        if kept.is_none() {
            self.remove(&key.entry, &entry);
        }
        kept
    }

    /// Begins an exchange for this user, so that a sign-out before [`Self::put`] is noticed there.
    pub(crate) fn begin(&self, user: &[u8; 32]) -> Arc<Session> {
        lock(&self.users).session(user)
    }

    /// Caches a token for `lifetime`, unless the user was signed out since the session began.
    pub(crate) fn put(
        &self,
        key: &CacheKey,
        session: &Arc<Session>,
        exchanged: &Exchanged,
        lifetime: Duration,
    ) {
        let Some(until) = (self.now)().checked_add(lifetime) else {
            return;
        };
        // An entry from after the sign-out may be there already; it must not be replaced.
        if session.is_over() {
            return;
        }
        let entry = Arc::new(Entry {
            weight: u32::try_from(size_of(exchanged) + OVERHEAD).unwrap_or(u32::MAX),
            lifetime,
            until,
            session: Arc::clone(session),
            exchanged: Mutex::new(Some(exchanged.clone())),
        });
        session.add(key.entry, |known| self.entries.contains(known));
        self.entries.insert(key.entry, Arc::clone(&entry));
        if session.is_over() {
            self.remove(&key.entry, &entry);
        }
    }

    /// Removes all entries of a user; exchanges that began earlier are not cached any more.
    pub(crate) fn invalidate_user(&self, user: &[u8; 32]) {
        let session = lock(&self.users).end(user);
        let Some(session) = session else { return };
        for key in session.end() {
            self.entries.invalidate(&key);
        }
    }

    #[cfg(feature = "redis")]
    /// Removes all entries; exchanges that began earlier are not cached any more.
    pub(crate) fn invalidate_all(&self) {
        let sessions = lock(&self.users).end_all();
        for session in &sessions {
            session.end();
        }
        self.entries.invalidate_all();
    }

    fn remove(&self, key: &[u8; 32], entry: &Entry) {
        entry.wipe();
        // This may remove an entry that has replaced it meanwhile, which costs one more exchange.
        self.entries.invalidate(key);
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache")
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}

fn size_of(exchanged: &Exchanged) -> usize {
    let user = exchanged.user.as_ref().map_or(0, |user| user.id.len());
    exchanged.token.token.expose().len() + user
}

fn entry_of(value: &Value) -> Option<&Entry> {
    DigestCache::value(value)
}

struct Entry {
    weight: u32,
    lifetime: Duration,
    until: SystemTime,
    session: Arc<Session>,
    exchanged: Mutex<Option<Exchanged>>,
}

impl Entry {
    fn read(&self, now: SystemTime) -> Option<CacheEntry> {
        let lifetime = self.until.duration_since(now).ok()?;
        if lifetime.is_zero() || self.session.is_over() {
            return None;
        }
        let exchanged = lock(&self.exchanged).clone()?;
        Some(CacheEntry { exchanged, lifetime })
    }

    /// Zeroizes the token now, even if others still hold the entry.
    fn wipe(&self) {
        drop(lock(&self.exchanged).take());
    }
}

struct Lifetimes;

impl Expiry<Digest, Value> for Lifetimes {
    fn expire_after_create(&self, _: &Digest, value: &Value, _: Instant) -> Option<Duration> {
        entry_of(value).map(|entry| entry.lifetime)
    }

    fn expire_after_update(
        &self,
        _: &Digest,
        value: &Value,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        entry_of(value).map(|entry| entry.lifetime)
    }
}

/// The time between two sign-outs of a user. Entries and exchanges of one session are invalid in the next.
#[derive(Default)]
pub(crate) struct Session {
    over: AtomicBool,
    keys: Mutex<Keys>,
}

/// The keys of a session's entries.
#[derive(Default)]
struct Keys {
    known: HashSet<[u8; 32]>,
    sweeps: Sweeps,
}

impl Session {
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    fn add(&self, key: [u8; 32], is_kept: impl Fn(&[u8; 32]) -> bool) {
        let Keys { known, sweeps } = &mut *lock(&self.keys);
        if sweeps.are_due(known.len(), MANY_KEYS) {
            known.retain(is_kept);
            sweeps.done(known.len());
        }
        known.insert(key);
    }

    /// Ends the session and returns the keys of its entries.
    fn end(&self) -> HashSet<[u8; 32]> {
        self.over.store(true, Ordering::Release);
        std::mem::take(&mut lock(&self.keys).known)
    }
}

/// The sessions that have entries or exchanges; others are removed from time to time.
#[derive(Default)]
struct Users {
    sessions: HashMap<[u8; 32], Weak<Session>>,
    sweeps: Sweeps,
}

impl Users {
    fn session(&mut self, user: &[u8; 32]) -> Arc<Session> {
        if let Some(session) = self.sessions.get(user).and_then(Weak::upgrade) {
            return session;
        }
        if self.sweeps.are_due(self.sessions.len(), MANY_USERS) {
            self.sessions.retain(|_, session| session.strong_count() > 0);
            self.sweeps.done(self.sessions.len());
        }
        let session = Arc::new(Session::default());
        self.sessions.insert(*user, Arc::downgrade(&session));
        session
    }

    fn end(&mut self, user: &[u8; 32]) -> Option<Arc<Session>> {
        self.sessions.remove(user)?.upgrade()
    }

    #[cfg(feature = "redis")]
    fn end_all(&mut self) -> Vec<Arc<Session>> {
        self.sessions
            .drain()
            .filter_map(|(_, session)| session.upgrade())
            .collect()
    }
}
