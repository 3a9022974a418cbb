//! Pairs of tokens that were accepted: the same pair is answered from the cache, and neither token is parsed
//! again.
//!
//! A pair is stored by its digest, with everything that its verdict depends on and that may change: the times
//! at which both tokens are accepted, the document of the issuer's keys, and where the exchanged token is
//! cached. The verdict depends on the settings too, but each handler has its own pairs. Rejections are not
//! stored.

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use moka::future::Cache;
use moka::policy::EvictionPolicy;
use sha2::{Digest as _, Sha256};

use crate::cache::Origin;
use crate::entra::LONGEST;
use crate::entra::verify::Verdict;
use crate::exchange::Stored;

/// The maximum number of pairs, about as many as tokens are cached by default.
const MOST: u64 = 16_384;

/// The digest of a route's exchange and a request's two tokens.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pair([u8; 32]);

impl Pair {
    /// Returns `None` for tokens that are too long to be accepted.
    pub(super) fn new(origin: Origin, bearer: &str, teams_token: &str) -> Option<Self> {
        if bearer.len() > LONGEST || teams_token.len() > LONGEST {
            return None;
        }
        let digest = Sha256::new()
            .chain_update([origin.purpose()])
            // Preceded by its length, so that different pairs never hash alike.
            .chain_update((bearer.len() as u64).to_be_bytes())
            .chain_update(bearer)
            .chain_update(teams_token);
        Some(Self(digest.finalize().into()))
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
pub(super) struct KnownPairs(Cache<Pair, Arc<Known>>);

impl KnownPairs {
    pub(super) fn new() -> Self {
        // As in the token cache, a recent pair is more likely to be used again than a frequent one.
        let pairs = Cache::builder()
            .max_capacity(MOST)
            .eviction_policy(EvictionPolicy::lru());
        Self(pairs.build())
    }

    pub(super) async fn get(&self, pair: &Pair) -> Option<Arc<Known>> {
        self.0.get(pair).await
    }

    pub(super) async fn insert(&self, pair: Pair, known: Known) {
        self.0.insert(pair, Arc::new(known)).await;
    }
}

impl fmt::Debug for KnownPairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownPairs")
            .field("pairs", &self.0.entry_count())
            .finish_non_exhaustive()
    }
}
