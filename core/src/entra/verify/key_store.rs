//! The keys of the authority, kept through outages and fetched again for a key that is not known, at a bounded rate.
//!
//! A token with an unknown `kid` may be forged, or the first one after a rollover. Refusing to look again for a while
//! would lock the latter out, so such tokens wait for the next look instead, all of them for the same one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tracing::{info, warn};

use super::documents::{Key, Keys};
use super::fetch::Fetcher;
use crate::cloud::{Cloud, TokenVersion};
use crate::transport::Now;

/// Between two looks at least; also the longest that a token waits for one.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);
/// Keys this old are looked at again, though they stay good: Microsoft documents once a day as reasonable.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// After a failed look at old keys, the next one.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// Keys that could not be looked at for so long are not used any more.
const LAST_KNOWN_GOOD: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a key that was looked for in vain is refused without another look.
const UNKNOWN: Duration = Duration::from_secs(10);
const MOST_UNKNOWN: usize = 1024;

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer publishes none of this name.
    Unknown,
    /// The issuer cannot be asked.
    Unreachable,
}

pub(super) struct KeyStore {
    fetcher: Fetcher,
    cloud: Cloud,
    now: Now,
    v1: Slot,
    v2: Slot,
}

#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    /// Held by the one who looks.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    keys: Option<Arc<Keys>>,
    fetched_at: Option<SystemTime>,
    looked_at: Option<SystemTime>,
    /// How many looks have begun, the number of the last one that ended, and whether that one failed.
    begun: u64,
    ended: u64,
    failed: bool,
    unknown: HashMap<String, SystemTime>,
}

/// How long ago that was; for ever, when the clock was set back since.
fn since(at: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(at).unwrap_or(Duration::MAX)
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was held has left nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn key(&self, kid: &str) -> Option<Arc<Key>> {
        self.keys.as_ref()?.get(kid).cloned()
    }

    fn age(&self, now: SystemTime) -> Duration {
        self.fetched_at
            .map_or(Duration::MAX, |at| now.duration_since(at).unwrap_or_default())
    }

    fn since_look(&self, now: SystemTime) -> Duration {
        self.looked_at.map_or(Duration::MAX, |at| since(at, now))
    }

    fn is_refused(&self, kid: &str, now: SystemTime) -> bool {
        self.unknown.get(kid).is_some_and(|at| since(*at, now) < UNKNOWN)
    }

    fn refuse(&mut self, kid: &str, now: SystemTime) {
        if self.unknown.len() >= MOST_UNKNOWN {
            self.unknown.retain(|_, at| since(*at, now) < UNKNOWN);
        }
        if self.unknown.len() >= MOST_UNKNOWN {
            self.unknown.clear();
        }
        self.unknown.insert(kid.to_owned(), now);
    }

    fn learn(&mut self, outcome: Result<Keys, String>, version: TokenVersion, now: SystemTime) {
        self.ended = self.begun;
        self.looked_at = Some(now);
        let had_failed = std::mem::replace(&mut self.failed, outcome.is_err());
        match outcome {
            Ok(keys) => {
                if had_failed {
                    info!(?version, "the issuer's keys can be read again");
                }
                self.keys = Some(Arc::new(keys));
                self.fetched_at = Some(now);
                self.unknown.clear();
            }
            Err(problem) => {
                if !had_failed {
                    warn!(
                        ?version,
                        problem, "the issuer's keys cannot be read: going on with those known"
                    );
                }
                if self.age(now) > LAST_KNOWN_GOOD {
                    self.keys = None;
                }
            }
        }
    }
}

impl KeyStore {
    pub(super) fn new(fetcher: Fetcher, cloud: Cloud, now: Now) -> Self {
        Self {
            fetcher,
            cloud,
            now,
            v1: Slot::default(),
            v2: Slot::default(),
        }
    }

    /// The key of this name.
    pub(super) async fn find(&self, version: TokenVersion, kid: &str) -> Result<Arc<Key>, NoKey> {
        let slot = self.slot(version);
        let (key, begun) = {
            let state = slot.state();
            let key = state.key(kid);
            if key.is_none() && state.is_refused(kid, (self.now)()) {
                return Err(NoKey::Unknown);
            }
            (key, state.begun)
        };
        match key {
            Some(key) => {
                self.refresh_if_old(version).await;
                Ok(key)
            }
            None => self.find_again(version, kid, begun).await,
        }
    }

    /// Whether there are keys, fetched now if need be.
    pub(super) async fn is_reachable(&self) -> bool {
        let slot = self.slot(TokenVersion::V2);
        let begun = {
            let state = slot.state();
            if state.keys.is_some() {
                return true;
            }
            state.begun
        };
        let _looking = slot.looking.lock().await;
        if slot.state().ended <= begun {
            self.look(TokenVersion::V2).await;
        }
        slot.state().keys.is_some()
    }

    /// Waits for a look that begins from now on, or has one: an earlier one may have missed the key.
    async fn find_again(&self, version: TokenVersion, kid: &str, begun: u64) -> Result<Arc<Key>, NoKey> {
        let slot = self.slot(version);
        let _looking = slot.looking.lock().await;
        if slot.state().ended <= begun {
            self.look(version).await;
        }
        let mut state = slot.state();
        if let Some(key) = state.key(kid) {
            return Ok(key);
        }
        if state.failed {
            return Err(NoKey::Unreachable);
        }
        state.refuse(kid, (self.now)());
        Err(NoKey::Unknown)
    }

    /// Old keys are good, but looked at again by whoever comes first.
    async fn refresh_if_old(&self, version: TokenVersion) {
        let slot = self.slot(version);
        {
            let state = slot.state();
            let now = (self.now)();
            let waits = state.failed && state.since_look(now) < AFTER_FAILURE;
            if state.age(now) < FRESH || waits {
                return;
            }
        }
        if let Ok(_looking) = slot.looking.try_lock() {
            self.look(version).await;
        }
    }

    /// Looks once; only for who holds `looking`. Dropped half-way, the next one looks.
    async fn look(&self, version: TokenVersion) {
        let slot = self.slot(version);
        let since_look = slot.state().since_look((self.now)());
        tokio::time::sleep(BETWEEN_LOOKS.saturating_sub(since_look)).await;
        slot.state().begun += 1;
        let outcome = match self.fetcher.keys(version).await {
            Ok((issuer, keys)) if self.is_ours(version, &issuer) => Ok(keys),
            Ok(_) => Err("the discovery document is of another issuer than this cloud's".to_owned()),
            Err(problem) => Err(problem),
        };
        slot.state().learn(outcome, version, (self.now)());
    }

    /// Whether a discovery document's issuer is this cloud's, for one tenant or with `{tenantid}` in it.
    fn is_ours(&self, version: TokenVersion, issuer: &str) -> bool {
        let form = self.cloud.issuer(version, "\0");
        let (before, after) = form.split_once('\0').unwrap_or((&form, ""));
        issuer
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|tenant| tenant == "{tenantid}" || crate::entra::guid::is_guid(tenant))
    }

    fn slot(&self, version: TokenVersion) -> &Slot {
        match version {
            TokenVersion::V1 => &self.v1,
            TokenVersion::V2 => &self.v2,
        }
    }
}
