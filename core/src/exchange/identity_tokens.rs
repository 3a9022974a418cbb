//! Tokens of ACS identities, in the cache of exchanged tokens: both share its capacity, and a sign-out
//! removes both.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::TeamsTokenExchanger;
use super::leader::MARGIN;
use crate::cache::{CacheKey, CacheSecret, FleetLimiter, KeyParts, Limits, MemoryCache, Origin, Session};
use crate::client::CommunicationIdentityClient;
use crate::models::{AccessToken, CommunicationTokenScope};

/// The part of an exchanger's cache that holds tokens of identities.
#[derive(Clone)]
pub(crate) struct IdentityTokens {
    memory: Arc<MemoryCache>,
    secret: CacheSecret,
    client: CommunicationIdentityClient,
}

impl TeamsTokenExchanger {
    /// The exchanger's cache for tokens of identities; `None` if it has no memory cache.
    pub(crate) fn identity_tokens(&self) -> Option<IdentityTokens> {
        Some(IdentityTokens {
            memory: Arc::clone(self.inner.memory.as_ref()?),
            secret: self.inner.secret.clone(),
            client: self.inner.client.clone(),
        })
    }

    /// Creates a limiter of operations on identities, which is shared by the processes that share the
    /// exchanger's limiter.
    pub(crate) fn limiter_of(&self, name: &'static str, limits: Limits) -> FleetLimiter {
        let shared = self.inner.shared.clone();
        FleetLimiter::new(limits, shared.map(|shared| shared.limiter_of(name, limits)))
    }

    /// The secret that users' keys in shared limiters are derived from.
    pub(crate) fn secret(&self) -> &CacheSecret {
        &self.inner.secret
    }
}

impl IdentityTokens {
    /// The key of this user's token for this identity and these scopes.
    pub(crate) fn key(
        &self,
        tenant_id: &str,
        object_id: &str,
        identity: &str,
        scopes: &[CommunicationTokenScope],
    ) -> CacheKey {
        // Entra tokens contain no NUL, so no exchanged token has the same key.
        let mut subject = identity.to_owned();
        for scope in scopes {
            subject.push('\0');
            subject.push_str(scope.as_str());
        }
        CacheKey::new(
            &self.secret,
            &KeyParts {
                origin: Origin::TeamsUser,
                authority: &self.client.cloud().authority,
                endpoint: self.client.endpoint().url(),
                credential: &self.client.credential_id().fingerprint,
                client_id: "",
                tenant_id,
                user_object_id: object_id,
                aad_token: &subject,
            },
        )
    }

    /// Returns the cached token.
    pub(crate) fn get(&self, key: &CacheKey) -> Option<AccessToken> {
        Some(self.memory.get(key)?.exchanged.token)
    }

    /// Begins to fetch a token for a user; [`Self::put`] does nothing if the user is signed out meanwhile.
    pub(crate) fn begin(&self, tenant_id: &str, object_id: &str) -> Arc<Session> {
        self.memory
            .begin(&CacheKey::of_user(&self.secret, tenant_id, object_id))
    }

    /// Stores a token until shortly before it expires.
    pub(crate) fn put(&self, key: &CacheKey, session: &Arc<Session>, token: &AccessToken, now: SystemTime) {
        let left = token.expires_on.duration_since(now).unwrap_or_default();
        let lifetime = left.saturating_sub(MARGIN);
        if lifetime > Duration::ZERO {
            self.memory.put(key, session, &token.clone().into(), lifetime);
        }
    }

    /// Evicts all tokens of a user.
    pub(crate) fn evict_user(&self, tenant_id: &str, object_id: &str) {
        self.memory
            .invalidate_user(&CacheKey::of_user(&self.secret, tenant_id, object_id));
    }
}
