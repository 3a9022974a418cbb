//! Tokens that were issued for users' identities, cached until shortly before they expire.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::user::UserKey;
use crate::cache::{Digest, DigestCache, Session, digest};
use crate::exchange::IdentityTokens;
use crate::meter;
use crate::models::{AccessToken, CommunicationTokenScope, CommunicationUserIdentifier};

/// How long a mapping is cached. If another process changes or removes it, its cached token may still be
/// returned for this long.
pub(super) const MAPPING_TTL: Duration = Duration::from_secs(60);
const MAX_MAPPINGS: u64 = 10_000;

/// A token of the mapped identity.
#[derive(Debug, Clone)]
pub(crate) struct MappedToken {
    /// The identity.
    pub(crate) user: CommunicationUserIdentifier,
    /// Its token.
    pub(crate) token: AccessToken,
}

/// The cached tokens, and the cached mappings of users to identities.
pub(super) struct IssuedTokens {
    tokens: Option<IdentityTokens>,
    /// The users' identities.
    mappings: DigestCache<String>,
}

/// The issuing of a token for a user. If the user is signed out or the mapping removed meanwhile, nothing is
/// cached.
pub(super) struct Issuing(Option<Arc<Session>>);

impl IssuedTokens {
    pub(super) fn new(tokens: Option<IdentityTokens>) -> Self {
        Self {
            tokens,
            mappings: DigestCache::new(MAX_MAPPINGS, |options| options.time_to_live(MAPPING_TTL)),
        }
    }

    /// Returns a cached token, if the user's mapping is cached too.
    pub(super) fn recent(&self, user: &UserKey, scopes: &[CommunicationTokenScope]) -> Option<MappedToken> {
        let identity = self.mappings.get(&key_of(user))?;
        self.of(user, &identity, scopes)
    }

    /// Returns a cached token of this identity, to which the user is mapped.
    pub(super) fn of(
        &self,
        user: &UserKey,
        identity: &str,
        scopes: &[CommunicationTokenScope],
    ) -> Option<MappedToken> {
        let tokens = self.tokens.as_ref()?;
        let (tenant_id, object_id) = user;
        let token = tokens.get(&tokens.key(tenant_id, object_id, identity, scopes))?;
        meter::set_cache("hit");
        Some(MappedToken {
            user: CommunicationUserIdentifier::new(identity),
            token,
        })
    }

    /// Begins to issue a token; to be called before the mapping is read.
    pub(super) fn begin(&self, (tenant_id, object_id): &UserKey) -> Issuing {
        let tokens = self.tokens.as_ref();
        Issuing(tokens.map(|tokens| tokens.begin(tenant_id, object_id)))
    }

    /// Caches the mapping to this identity, which was just read.
    pub(super) fn saw(&self, user: &UserKey, identity: &str, issuing: &Issuing) {
        let is_over = issuing.0.as_ref().is_none_or(|session| session.is_over());
        if !is_over {
            self.mappings.insert(key_of(user), Arc::new(identity.to_owned()));
        }
    }

    /// Caches a token that was just issued.
    pub(super) fn put(
        &self,
        user: &UserKey,
        identity: &str,
        scopes: &[CommunicationTokenScope],
        issuing: &Issuing,
        token: &AccessToken,
        now: SystemTime,
    ) {
        meter::set_cache("miss");
        if let (Some(tokens), Some(session)) = (&self.tokens, &issuing.0) {
            let (tenant_id, object_id) = user;
            let key = tokens.key(tenant_id, object_id, identity, scopes);
            tokens.put(&key, session, token, now);
        }
    }

    /// Evicts what is cached for a user.
    pub(super) fn evict(&self, user: &UserKey) {
        self.mappings.invalidate(&key_of(user));
        if let Some(tokens) = &self.tokens {
            let (tenant_id, object_id) = user;
            tokens.evict_user(tenant_id, object_id);
        }
    }
}

fn key_of((tenant_id, object_id): &UserKey) -> Digest {
    digest([tenant_id.as_bytes(), object_id.as_bytes()])
}
