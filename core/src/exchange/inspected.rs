//! Tokens that passed inspection, so that a cached token is returned without inspecting again.

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

/// What was brought: by its digest, since a token stays no longer than it must.
pub(super) type Brought = [u8; 32];

/// The digest of the credential and of an exchange's arguments, each with its length, so that no two lists look alike.
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

/// Those of the tokens in the cache that were asked for again.
pub(super) struct Inspected(Cache<Brought, Passed>);

#[derive(Clone, Copy)]
struct Passed {
    key: CacheKey,
    at: i64,
    /// Time is all that changes an inspection's outcome: it stays this one until then.
    until: i64,
}

impl Inspected {
    pub(super) fn new() -> Self {
        Self(Cache::new(MOST))
    }

    /// Remembers an inspection that passed at this time, and would while more than `min_remaining` seconds are left.
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

    /// The key of what was brought, if it would pass now.
    pub(super) async fn key(&self, brought: &Brought, now: SystemTime) -> Option<CacheKey> {
        let passed = self.0.get(brought).await?;
        // A clock that was set back may have it begin in the future again.
        let is_as_it_was = (passed.at..passed.until).contains(&unix_seconds(now));
        is_as_it_was.then_some(passed.key)
    }
}
