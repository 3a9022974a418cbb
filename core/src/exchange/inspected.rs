//! Remembers tokens that passed the token check, so that a cached ACS token is returned without checking
//! again.

use std::sync::Arc;
use std::time::SystemTime;

use super::Subject;
use crate::cache::{CacheKey, Digest, DigestCache, digest};
use crate::credential::Fingerprint;
use crate::entra::UnverifiedClaims;
use crate::unix_time::unix_seconds;

/// About as many as tokens are cached by default.
const MOST: u64 = 16_384;

/// The arguments of an exchange as a digest, since tokens must not stay in memory longer than necessary.
pub(super) type Brought = Digest;

/// Computes the digest of the credential and the arguments.
pub(super) fn brought(credential: &Fingerprint, subject: &Subject<'_>, aad_token: &str) -> Brought {
    digest([
        credential,
        &[subject.origin.purpose()],
        subject.client_id.as_bytes(),
        subject.tenant_id.as_bytes(),
        subject.object_id.as_bytes(),
        aad_token.as_bytes(),
    ])
}

/// The remembered checks. A token is added when it is found in the cache, so on its second use.
pub(super) struct Inspected(DigestCache<Passed>);

struct Passed {
    key: CacheKey,
    at: i64,
    /// The token passes until this time: only time can change the outcome.
    until: i64,
}

impl Inspected {
    pub(super) fn new() -> Self {
        Self(DigestCache::new(MOST, |options| options))
    }

    /// Remembers a check that passed now, and passes while the token has more than `min_remaining` seconds
    /// left.
    pub(super) fn passed(
        &self,
        brought: Brought,
        key: CacheKey,
        claims: &UnverifiedClaims,
        min_remaining: i64,
        now: SystemTime,
    ) {
        let Some(expires_at) = claims.expires_at else {
            return;
        };
        let passed = Passed {
            key,
            at: unix_seconds(now),
            until: expires_at.saturating_sub(min_remaining),
        };
        self.0.insert(brought, Arc::new(passed));
    }

    /// Returns the cache key of these arguments, if their token would pass the check now.
    pub(super) fn key(&self, brought: &Brought, now: SystemTime) -> Option<CacheKey> {
        let passed = self.0.get(brought)?;
        // If the clock was set back, the token may not be valid yet.
        let is_as_it_was = (passed.at..passed.until).contains(&unix_seconds(now));
        is_as_it_was.then_some(passed.key)
    }
}
