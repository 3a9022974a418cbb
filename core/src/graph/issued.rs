//! Tokens that were issued for users' identities, cached until shortly before they expire.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use moka::future::Cache;

use super::user::UserKey;
use crate::cache::Session;
use crate::exchange::IdentityTokens;
use crate::meter;
use crate::models::{AccessToken, CommunicationTokenScope, CommunicationUserIdentifier};

/// How long a mapping that was read is good for a cached token. A mapping that another process removed or changed is
/// noticed after it.
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

/// The cached tokens, and the identities that they were last asked for.
pub(super) struct IssuedTokens {
    tokens: Option<IdentityTokens>,
    mappings: Cache<UserKey, String>,
}

/// Work on a token of a user. If the user is signed out or removed before its end, nothing is cached.
pub(super) struct Issuing(Option<Arc<Session>>);

impl IssuedTokens {
    pub(super) fn new(tokens: Option<IdentityTokens>) -> Self {
        Self {
            tokens,
            mappings: Cache::builder()
                .max_capacity(MAX_MAPPINGS)
                .time_to_live(MAPPING_TTL)
                .build(),
        }
    }

    /// A cached token of the identity that the user was mapped to a moment ago.
    pub(super) async fn recent(
        &self,
        user: &UserKey,
        scopes: &[CommunicationTokenScope],
    ) -> Option<MappedToken> {
        let identity = self.mappings.get(user).await?;
        self.of(user, &identity, scopes).await
    }

    /// A cached token of this identity, to which the user is mapped now.
    pub(super) async fn of(
        &self,
        user: &UserKey,
        identity: &str,
        scopes: &[CommunicationTokenScope],
    ) -> Option<MappedToken> {
        let tokens = self.tokens.as_ref()?;
        let (tenant_id, object_id) = user;
        let token = tokens
            .get(&tokens.key(tenant_id, object_id, identity, scopes))
            .await?;
        meter::set_cache("hit");
        Some(MappedToken {
            user: CommunicationUserIdentifier::new(identity),
            token,
        })
    }

    /// Before the mapping is read.
    pub(super) fn begin(&self, (tenant_id, object_id): &UserKey) -> Issuing {
        let tokens = self.tokens.as_ref();
        Issuing(tokens.map(|tokens| tokens.begin(tenant_id, object_id)))
    }

    /// The user is mapped to this identity, as was read now.
    pub(super) async fn saw(&self, user: &UserKey, identity: &str, issuing: &Issuing) {
        let is_over = issuing.0.as_ref().is_none_or(|session| session.is_over());
        if !is_over {
            self.mappings.insert(user.clone(), identity.to_owned()).await;
        }
    }

    /// Caches a token that was issued now.
    pub(super) async fn put(
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
            tokens.put(&key, session, token, now).await;
        }
    }

    /// Evicts what is cached for a user.
    pub(super) async fn evict(&self, user: &UserKey) {
        self.mappings.invalidate(user).await;
        if let Some(tokens) = &self.tokens {
            let (tenant_id, object_id) = user;
            tokens.evict_user(tenant_id, object_id).await;
        }
    }
}
