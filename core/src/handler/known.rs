//! Pairs of tokens that were accepted: the same pair is answered from the cache, and neither token is parsed
//! again.
//!
//! A pair is stored by its digest, with everything that its verdict depends on and that may change: the times
//! at which both tokens are accepted, the document of the issuer's keys, and where the exchanged token is
//! cached. The verdict depends on the settings too, but each handler has its own pairs. Rejections are not
//! stored.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use moka::policy::EvictionPolicy;

use crate::cache::{Digest, DigestCache, Origin, digest};
use crate::entra::LONGEST;
use crate::entra::verify::Verdict;
use crate::exchange::Stored;

/// The maximum number of pairs, about as many as tokens are cached by default.
const MOST: u64 = 16_384;

/// The digest of a route's exchange and a request's two tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair(Digest);

impl Pair {
    /// Returns `None` for tokens that are too long to be accepted.
    pub(super) fn new(origin: Origin, bearer: &str, teams_token: &str) -> Option<Self> {
        if bearer.len() > LONGEST || teams_token.len() > LONGEST {
            return None;
        }
        Some(Self(digest([
            &[origin.purpose()],
            bearer.as_bytes(),
            teams_token.as_bytes(),
        ])))
    }
}

/// What the verdict on a pair depends on.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) bearer: Verdict,
    /// The times, in seconds since 1970, at which the Teams token passes its checks.
    pub(super) teams_token: Range<i64>,
    pub(super) stored: Stored,
}

/// The pairs that were accepted recently.
#[derive(Debug)]
pub(super) struct KnownPairs(DigestCache<Known>);

impl KnownPairs {
    pub(super) fn new() -> Self {
        // As in the token cache, a recent pair is more likely to be used again than a frequent one.
        Self(DigestCache::new(MOST, |options| {
            options.eviction_policy(EvictionPolicy::lru())
        }))
    }

    pub(super) fn get(&self, pair: &Pair) -> Option<Arc<Known>> {
        self.0.get(&pair.0)
    }

    pub(super) fn insert(&self, pair: Pair, known: Known) {
        self.0.insert(pair.0, Arc::new(known));
    }
}
