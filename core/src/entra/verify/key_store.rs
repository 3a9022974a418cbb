//! The authority's keys. They are cached, stay in use during outages of the authority, and are fetched again
//! for an unknown key, at a limited rate.
//!
//! A token with an unknown `kid` may be forged, or may be the first one after a key rollover. Rejecting it
//! until the next regular fetch would lock out the latter, so such tokens wait for the next permitted fetch,
//! all of them for the same one.
//!
//! No task is spawned: a fetch (here called a look) is a future that one caller at a time drives. If that
//! caller leaves, the next one continues the same fetch, so leaving cannot cause more fetches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tracing::{info, warn};

use super::documents::{DocumentId, Key, Keys};
use super::fetch::{self, Fetcher};
use crate::clock::Now;
use crate::cloud::{Cloud, TokenVersion};
use crate::locking::lock;
use crate::transport::BoxFuture;

/// The shortest time between two fetches; also the longest time that a token waits for one to begin.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);
/// Keys of this age are fetched again, but stay in use. Microsoft documents once a day as reasonable; half of
/// it leaves time for an outage.
const FRESH: Duration = Duration::from_secs(12 * 60 * 60);
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a caller whose key is known, but no longer fresh, waits for the new fetch if it drives it: longer
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
    /// The fetch under way, if there is one. The lock's holder drives it.
    looking: tokio::sync::Mutex<Option<Look>>,
}

/// A fetch under way.
struct Look {
    began: Instant,
    documents: BoxFuture<'static, Result<(String, Keys), String>>,
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

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
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

    fn learn(&mut self, outcome: Result<Keys, String>, version: TokenVersion, now: SystemTime) {
        self.ended = self.begun;
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
        Self {
            fetcher,
            cloud,
            now,
            v1: Slot::default(),
            v2: Slot::default(),
        }
    }

    /// Finds the keys of this id: one, unless the issuer publishes several with the same id.
    pub(super) async fn find(&self, version: TokenVersion, kid: &str) -> Result<Found, NoKey> {
        let slot = self.slot(version);
        let (key, came) = {
            let state = slot.state();
            let now = (self.now)();
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
            let state = self.slot(version).state();
            state
                .usable((self.now)())
                .is_some_and(|keys| keys.document() == document)
        };
        if is_current {
            self.refresh_if_old(version).await;
        }
        is_current
    }

    /// Whether there are keys; fetches them if there are none.
    pub(super) async fn is_reachable(&self) -> bool {
        let slot = self.slot(TokenVersion::V2);
        let begun = {
            let state = slot.state();
            if state.usable((self.now)()).is_some() {
                return true;
            }
            state.begun
        };
        let mut looking = slot.looking.lock().await;
        if slot.state().ended <= begun {
            self.look(TokenVersion::V2, &mut looking).await;
        }
        slot.state().usable((self.now)()).is_some()
    }

    /// Waits for a fetch that begins after the token arrived, or starts one: an earlier one may have missed
    /// the key. If the fetch under way fails, does not start another.
    async fn find_again(&self, version: TokenVersion, kid: &str, came: Came) -> Result<Found, NoKey> {
        let slot = self.slot(version);
        let mut looking = slot.looking.lock().await;
        loop {
            {
                let mut state = slot.state();
                if let Some(key) = state.key(kid, (self.now)()) {
                    return Ok(key);
                }
                if state.failed && state.ended > came.ended {
                    return Err(NoKey::Unreachable);
                }
                if state.ended > came.begun {
                    state.refuse(kid, (self.now)());
                    return Err(NoKey::Unknown);
                }
            }
            // The first fetch may be one that began before this token arrived; a second one is new.
            self.look(version, &mut looking).await;
        }
    }

    /// Fetches old keys again, driven by the first caller; the keys stay in use meanwhile.
    async fn refresh_if_old(&self, version: TokenVersion) {
        let slot = self.slot(version);
        let timeout = {
            let state = slot.state();
            let now = (self.now)();
            let waits = state.failed && state.since_look(now) < AFTER_FAILURE;
            match state.age(now) {
                age if age < FRESH || waits => return,
                age if age < A_DAY => PATIENCE,
                _ => PATIENCE_AFTER_A_DAY,
            }
        };
        if let Ok(mut looking) = slot.looking.try_lock() {
            let _ = tokio::time::timeout(timeout, self.look(version, &mut looking)).await;
        }
    }

    /// Drives the fetch under way, or a new one, to its end. The caller must hold the lock `looking`. If this
    /// future is dropped, the next caller continues the same fetch.
    async fn look(&self, version: TokenVersion, looking: &mut Option<Look>) {
        let slot = self.slot(version);
        // A fetch that no caller has driven for so long would return outdated keys.
        if looking
            .as_ref()
            .is_some_and(|look| look.began.elapsed() > fetch::TIMEOUT)
        {
            *looking = None;
        }
        if looking.is_none() {
            let since_look = slot.state().since_look((self.now)());
            tokio::time::sleep(BETWEEN_LOOKS.saturating_sub(since_look)).await;
            let mut state = slot.state();
            state.begun += 1;
            state.looked_at = Some((self.now)());
        }
        let look = looking.get_or_insert_with(|| {
            let fetcher = self.fetcher.clone();
            Look {
                began: Instant::now(),
                documents: Box::pin(async move { fetcher.keys(version).await }),
            }
        });
        let outcome = look.documents.as_mut().await;
        *looking = None;
        let outcome = match outcome {
            Ok((issuer, keys)) if self.is_ours(version, &issuer) => Ok(keys),
            Ok(_) => Err("the discovery document is of another issuer than this cloud's".to_owned()),
            Err(problem) => Err(problem),
        };
        slot.state().learn(outcome, version, (self.now)());
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

    fn slot(&self, version: TokenVersion) -> &Slot {
        match version {
            TokenVersion::V1 => &self.v1,
            TokenVersion::V2 => &self.v2,
        }
    }
}
