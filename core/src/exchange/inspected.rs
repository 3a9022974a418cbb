//! Remembers tokens that passed the token check, so that a cached ACS token is returned without checking
//! again.

use std::time::SystemTime;

use moka::future::Cache;
use sha2::{Digest as _, Sha256};

use super::Subject;
use crate::cache::CacheKey;
use crate::credential::Fingerprint;
use crate::entra::UnverifiedClaims;
use crate::unix_time::unix_seconds;

/// About as many as tokens are cached by default.
const MOST: u64 = 16_384;

/// The arguments of an exchange as a digest, since tokens must not stay in memory longer than necessary.
pub(super) type Brought = [u8; 32];

/// Computes the digest of the credential and the arguments. Each part is preceded by its length, so that
/// different lists of parts never hash alike.
pub(super) fn brought(credential: &Fingerprint, subject: &Subject<'_>, aad_token: &str) -> Brought {
    let mut digest = Sha256::new();
    digest.update(credential);
    digest.update([subject.origin.purpose()]);
    for part in [subject.client_id, subject.tenant_id, subject.object_id, aad_token] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

/// The remembered checks. A token is added when it is found in the cache, so on its second use.
pub(super) struct Inspected(Cache<Brought, Passed>);

#[derive(Clone, Copy)]
struct Passed {
    key: CacheKey,
    at: i64,
    /// The token passes until this time: only time can change the outcome.
    until: i64,
}

impl Inspected {
    pub(super) fn new() -> Self {
        Self(Cache::new(MOST))
    }

    /// Remembers a check that passed now, and passes while the token has more than `min_remaining` seconds
    /// left.
    pub(super) async fn passed(
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
        self.0.insert(brought, passed).await;
    }

    /// Returns the cache key of these arguments, if their token would pass the check now.
    pub(super) async fn key(&self, brought: &Brought, now: SystemTime) -> Option<CacheKey> {
        let passed = self.0.get(brought).await?;
        // If the clock was set back, the token may not be valid yet.
        let is_as_it_was = (passed.at..passed.until).contains(&unix_seconds(now));
        is_as_it_was.then_some(passed.key)
    }
}
