//! The authority's keys. They are cached, stay in use during outages of the authority, and are fetched again
//! for an unknown key, at a limited rate.
//!
//! A token with an unknown `kid` may be forged, or may be the first one after a key rollover. Rejecting it
//! until the next regular fetch would lock out the latter, so such tokens wait for the next permitted fetch,
//! all of them for the same one.
//!
//! A fetch (here called a look) is a task with its own timeout. It runs to its end whether or not callers wait
//! for it, so callers that leave early can neither prevent a fetch nor cause more of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, timeout};
use tracing::{info, warn};

use super::documents::{DocumentId, Key, Keys};
use super::fetch::{self, Fetcher};
use crate::clock::Now;
use crate::cloud::{Cloud, TokenVersion};
use crate::locking::lock;
use crate::single_flight::{Ended, SingleFlight, Waiter};

/// The shortest time between two fetches; also the longest time that a token waits for one to begin.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);
/// A look takes no longer, its wait and a busy machine included, unless nothing drives its runtime.
const LONGEST_LOOK: Duration = BETWEEN_LOOKS
    .saturating_add(fetch::TIMEOUT)
    .saturating_add(Duration::from_secs(1));
/// Keys of this age are fetched again, but stay in use. Microsoft documents once a day as reasonable; half of
/// it leaves time for an outage.
const FRESH: Duration = Duration::from_secs(12 * 60 * 60);
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a caller whose key is known, but no longer fresh, waits for the new fetch if it starts it: longer
/// if the keys are older than a day.
const PATIENCE: Duration = Duration::from_millis(100);
const PATIENCE_AFTER_A_DAY: Duration = Duration::from_secs(1);
/// The time from a failed fetch of old keys to the next one.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// Keys that could not be fetched again for this long are no longer used.
const LAST_KNOWN_GOOD: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long an unknown key id is rejected without another fetch.
const UNKNOWN: Duration = Duration::from_secs(10);
const MOST_UNKNOWN: usize = 1024;

/// The keys of one id, and the document that contains them.
pub(super) type Found = (Arc<Vec<Key>>, DocumentId);

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer publishes no key with this id.
    Unknown,
    /// The issuer's keys cannot be fetched.
    Unreachable,
}

pub(super) struct KeyStore(Arc<Shared>);

/// What the callers and the looks share.
struct Shared {
    fetcher: Fetcher,
    cloud: Cloud,
    now: Now,
    v1: Mutex<State>,
    v2: Mutex<State>,
    /// The looks under way, and when each was started.
    looks: SingleFlight<TokenVersion, (), Instant>,
}

#[derive(Default)]
struct State {
    keys: Option<Arc<Keys>>,
    fetched_at: Option<SystemTime>,
    looked_at: Option<SystemTime>,
    /// How many fetches have begun, the number of the last one that ended, and whether it failed.
    begun: u64,
    ended: u64,
    failed: bool,
    /// The problem of the last failed fetch, so that it is logged once.
    problem: Option<String>,
    unknown: HashMap<String, SystemTime>,
}

/// The fetches that had begun and ended when a token arrived.
#[derive(Clone, Copy)]
struct Came {
    begun: u64,
    ended: u64,
}

/// How long ago `at` was; the maximum if the clock was set back since.
fn since(at: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(at).unwrap_or(Duration::MAX)
}

impl State {
    /// The keys, unless they are too old to be used.
    fn usable(&self, now: SystemTime) -> Option<&Arc<Keys>> {
        self.keys.as_ref().filter(|_| self.age(now) <= LAST_KNOWN_GOOD)
    }

    fn key(&self, kid: &str, now: SystemTime) -> Option<Found> {
        let keys = self.usable(now)?;
        Some((keys.get(kid).cloned()?, keys.document()))
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

    /// Stores the outcome of this look, unless another one was begun in its place.
    fn learn(&mut self, look: u64, outcome: Result<Keys, String>, version: TokenVersion, now: SystemTime) {
        if look != self.begun {
            return;
        }
        self.ended = look;
        self.looked_at = Some(now);
        self.failed = outcome.is_err();
        match outcome {
            Ok(keys) => {
                if self.problem.take().is_some() {
                    info!(
                        event = "keys_recovered",
                        ?version,
                        "the issuer's keys can be read again"
                    );
                }
                self.tell_skipped(&keys, version);
                self.keys = Some(Arc::new(keys));
                self.fetched_at = Some(now);
                self.unknown.clear();
            }
            Err(problem) => {
                if self.age(now) > LAST_KNOWN_GOOD {
                    self.keys = None;
                }
                if self.problem.as_ref() != Some(&problem) {
                    let consequence = match &self.keys {
                        Some(_) => "the last known keys stay in use",
                        None => "none are known, so no bearer token can be verified",
                    };
                    warn!(
                        event = "keys_unreadable",
                        ?version,
                        problem,
                        "the issuer's keys cannot be read: {consequence}"
                    );
                    self.problem = Some(problem);
                }
            }
        }
    }

    /// Logs which entries of the document are not used, if that has changed.
    fn tell_skipped(&self, keys: &Keys, version: TokenVersion) {
        let skipped = keys.skipped();
        let known = self.keys.as_ref().map(|known| known.skipped().clone());
        if known.unwrap_or_default() == *skipped {
            return;
        }
        let (used, total, reasons) = (keys.len(), skipped.total(), skipped.to_string());
        macro_rules! tell {
            ($level:ident) => {
                $level!(
                    event = "keys_skipped",
                    ?version,
                    used,
                    skipped = total,
                    reasons,
                    "the unused entries of the issuer's key document have changed"
                )
            };
        }
        if skipped.is_suspicious() {
            tell!(warn);
        } else {
            tell!(info);
        }
    }
}

impl KeyStore {
    pub(super) fn new(fetcher: Fetcher, cloud: Cloud, now: Now) -> Self {
        Self(Arc::new(Shared {
            fetcher,
            cloud,
            now,
            v1: Mutex::default(),
            v2: Mutex::default(),
            looks: SingleFlight::default(),
        }))
    }

    /// Finds the keys of this id: one, unless the issuer publishes several with the same id.
    pub(super) async fn find(&self, version: TokenVersion, kid: &str) -> Result<Found, NoKey> {
        let (key, came) = {
            let state = self.0.state(version);
            let now = (self.0.now)();
            let key = state.key(kid, now);
            if key.is_none() && state.is_refused(kid, now) {
                return Err(NoKey::Unknown);
            }
            let came = Came {
                begun: state.begun,
                ended: state.ended,
            };
            (key, came)
        };
        match key {
            Some(key) => {
                self.refresh_if_old(version).await;
                Ok(key)
            }
            None => self.find_again(version, kid, came).await,
        }
    }

    /// Whether the cached keys are from this document. Fetches old keys again, like [`Self::find`].
    #[cfg(feature = "handler")]
    pub(super) async fn is_current(&self, version: TokenVersion, document: DocumentId) -> bool {
        let is_current = {
            let state = self.0.state(version);
            state
                .usable((self.0.now)())
                .is_some_and(|keys| keys.document() == document)
        };
        if is_current {
            self.refresh_if_old(version).await;
        }
        is_current
    }

    /// Whether there are keys; fetches them if there are none.
    pub(super) async fn is_reachable(&self) -> bool {
        let version = TokenVersion::V2;
        let ended = {
            let state = self.0.state(version);
            if state.usable((self.0.now)()).is_some() {
                return true;
            }
            state.ended
        };
        self.look_to_the_end(version, ended).await;
        self.0.state(version).usable((self.0.now)()).is_some()
    }

    /// Waits for a fetch that begins after the token arrived, or starts one: an earlier one may have missed
    /// the key. If the fetch under way fails, does not start another.
    async fn find_again(&self, version: TokenVersion, kid: &str, came: Came) -> Result<Found, NoKey> {
        loop {
            let ended = {
                let mut state = self.0.state(version);
                if let Some(key) = state.key(kid, (self.0.now)()) {
                    return Ok(key);
                }
                if state.failed && state.ended > came.ended {
                    return Err(NoKey::Unreachable);
                }
                if state.ended > came.begun {
                    state.refuse(kid, (self.0.now)());
                    return Err(NoKey::Unknown);
                }
                state.ended
            };
            // The first fetch may be one that began before this token arrived; a second one is new.
            if !self.look_to_the_end(version, ended).await {
                return Err(NoKey::Unreachable);
            }
        }
    }

    /// Fetches old keys again. The caller that starts the fetch waits for it a while; the keys stay in use
    /// meanwhile.
    async fn refresh_if_old(&self, version: TokenVersion) {
        let (patience, ended) = {
            let state = self.0.state(version);
            let now = (self.0.now)();
            let waits = state.failed && state.since_look(now) < AFTER_FAILURE;
            let patience = match state.age(now) {
                age if age < FRESH || waits => return,
                age if age < A_DAY => PATIENCE,
                _ => PATIENCE_AFTER_A_DAY,
            };
            (patience, state.ended)
        };
        let look = self.look(version, ended);
        if look.is_leader() {
            let _ = timeout(patience, look.ended()).await;
        }
    }

    /// Joins the look under way, or starts one if no other has ended since the caller read `ended`.
    fn look(&self, version: TokenVersion, ended: u64) -> Waiter<TokenVersion, (), Instant> {
        loop {
            let look = self.0.looks.enter(version, Instant::now, |_| {
                Arc::clone(&self.0).look(version, ended)
            });
            if look.context().elapsed() < LONGEST_LOOK {
                return look;
            }
            // Nothing drives its runtime.
            self.0.looks.forget(|of| *of == version);
        }
    }

    /// Waits for a look as [`Self::look`] returns it. Returns `false` if it panicked or cannot run.
    async fn look_to_the_end(&self, version: TokenVersion, ended: u64) -> bool {
        loop {
            let look = self.look(version, ended);
            match timeout(LONGEST_LOOK, look.ended()).await {
                Ok(Ended::Returned(())) => return true,
                Ok(Ended::Panicked) => return false,
                // Another caller started it, whose runtime ended or is not driven.
                Ok(Ended::Dropped) | Err(_) if !look.is_leader() => {}
                Ok(Ended::Dropped) | Err(_) => return false,
            }
        }
    }
}

impl Shared {
    /// Fetches the keys, unless another look has ended since `ended` was read.
    async fn look(self: Arc<Self>, version: TokenVersion, ended: u64) {
        let since_look = {
            let state = self.state(version);
            if state.ended != ended {
                return;
            }
            state.since_look((self.now)())
        };
        tokio::time::sleep(BETWEEN_LOOKS.saturating_sub(since_look)).await;
        let look = {
            let mut state = self.state(version);
            state.begun += 1;
            state.looked_at = Some((self.now)());
            state.begun
        };
        let outcome = match self.fetcher.keys(version).await {
            Ok((issuer, keys)) if self.is_ours(version, &issuer) => Ok(keys),
            Ok(_) => Err("the discovery document is of another issuer than this cloud's".to_owned()),
            Err(problem) => Err(problem),
        };
        self.state(version).learn(look, outcome, version, (self.now)());
    }

    /// Whether a discovery document's issuer is this cloud's, for one tenant or with the placeholder
    /// `{tenantid}`.
    fn is_ours(&self, version: TokenVersion, issuer: &str) -> bool {
        let form = self.cloud.issuer(version, "\0");
        let (before, after) = form.split_once('\0').unwrap_or((&form, ""));
        issuer
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|tenant| tenant == "{tenantid}" || crate::entra::guid::is_guid(tenant))
    }

    fn state(&self, version: TokenVersion) -> MutexGuard<'_, State> {
        lock(match version {
            TokenVersion::V1 => &self.v1,
            TokenVersion::V2 => &self.v2,
        })
    }
}
