//! Exchanges Teams users' tokens with everything a back end needs around it: the token check, the
//! cache, request coalescing and the service's limit.

mod builder;
mod callers;
#[cfg(feature = "handler")]
mod checked;
mod expected;
#[cfg(feature = "handler")]
mod identity_tokens;
mod inspected;
mod join;
mod leader;
mod limiter;
mod queue;
mod state;
mod subject;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::builder::TeamsTokenExchangerBuilder;
#[cfg(feature = "handler")]
pub(crate) use self::checked::Stored;
#[cfg(feature = "handler")]
pub(crate) use self::identity_tokens::IdentityTokens;
use self::state::Inner;
pub(crate) use self::subject::Subject;
use crate::cache::CacheKey;
#[cfg(feature = "handler")]
use crate::cache::Degradation;
use crate::client::CommunicationIdentityClient;
use crate::cloud::Cloud;
#[cfg(feature = "handler")]
use crate::credential::SecondaryKey;
use crate::error::Result;
use crate::models::{AccessToken, CommunicationUserToken};
use crate::observe::Event;

/// Exchanges Entra tokens of Teams users, with a cache and within the service's rate limit.
///
/// An exchanged token is cached, in this process and, with the feature `redis`, for a fleet of
/// processes. It is returned only to a caller presenting the same Entra token, and only while the
/// client uses the credential that fetched it. Concurrent requests for the same token are coalesced
/// into one exchange. Exchanges stay within the service's limit of 500 in 30 s. A rejection of the
/// token is cached for seconds; a service fault is not cached.
///
/// Clones are cheap and share everything: create one and keep it.
///
/// ```no_run
/// # async fn exchange(entra_token: &str) -> acs_auth::Result<()> {
/// use acs_auth::{CommunicationIdentityClient, TeamsTokenExchanger};
///
/// let client = CommunicationIdentityClient::from_connection_string("endpoint=…;accesskey=…")?;
/// let exchanger = TeamsTokenExchanger::builder(client).build()?;
/// let token = exchanger
///     .exchange(
///         entra_token,
///         "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
///         "2be7fa0b-1ed7-4c9a-9a2e-0ab0a8f8f3d1",
///     )
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TeamsTokenExchanger {
    inner: Arc<Inner>,
}

impl TeamsTokenExchanger {
    /// Returns a builder with the default options, for the resource of this client.
    pub fn builder(client: CommunicationIdentityClient) -> TeamsTokenExchangerBuilder {
        TeamsTokenExchangerBuilder::new(client)
    }

    /// Returns the ACS token for a Teams user's Entra token: from the cache, or exchanged now.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::get_token_for_teams_user`];
    /// [`ErrorKind::EntraTokenInvalid`] from the token check, unless it is off or only warns;
    /// [`ErrorKind::Throttled`] with `code` = `limited` if the wait for the limit and the exchange
    /// don't fit before the deadline, and with `code` = `user_limited` if the user's share is used
    /// up. Both are returned at once. A call after `retry_after` finds a free slot unless other
    /// calls took it.
    ///
    /// [`ErrorKind::EntraTokenInvalid`]: crate::ErrorKind::EntraTokenInvalid
    /// [`ErrorKind::Throttled`]: crate::ErrorKind::Throttled
    pub async fn exchange(
        &self,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
    ) -> Result<AccessToken> {
        self.exchange_with_timeout(aad_token, client_id, user_object_id, self.inner.timeout)
            .await
    }

    /// Like [`Self::exchange`], with another deadline for this call. The deadline ends only this
    /// call: an exchange that has started runs to its end, and its result is cached.
    ///
    /// # Errors
    /// As [`Self::exchange`].
    pub async fn exchange_with_timeout(
        &self,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
        timeout: Duration,
    ) -> Result<AccessToken> {
        let subject = Subject::teams_user(client_id, user_object_id);
        Ok(self.inner.exchange(aad_token, subject, timeout).await?.token)
    }

    /// Returns the ACS token of Teams Phone extensibility for an Entra user's token, with the
    /// identity it belongs to: from the cache, or exchanged now. Cache, limit and coalescing are
    /// shared with [`Self::exchange`]. The user is the one named by the Entra token. A token that
    /// cannot be read belongs to nobody: [`Self::sign_out`] doesn't evict what was exchanged for
    /// it.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::get_token_for_teams_extension_user`], otherwise as
    /// [`Self::exchange`].
    pub async fn exchange_teams_extension(&self, aad_token: &str) -> Result<CommunicationUserToken> {
        self.exchange_teams_extension_with_timeout(aad_token, self.inner.timeout)
            .await
    }

    /// Like [`Self::exchange_teams_extension`], with another deadline for this call, as explained
    /// at [`Self::exchange_with_timeout`].
    ///
    /// # Errors
    /// As [`Self::exchange_teams_extension`].
    pub async fn exchange_teams_extension_with_timeout(
        &self,
        aad_token: &str,
        timeout: Duration,
    ) -> Result<CommunicationUserToken> {
        let subject = Subject::teams_extension("", "");
        let exchanged = self.inner.exchange(aad_token, subject, timeout).await?;
        exchanged.with_identity()
    }

    /// Evicts all tokens of a user, in this process and in those that share a cache with it.
    /// Exchanges in progress for the user are not cached. The tokens themselves stay valid until
    /// they expire.
    ///
    /// # Errors
    /// [`ErrorKind::TransportError`](crate::ErrorKind::TransportError) if the shared cache is unreachable:
    /// other processes may still have the tokens.
    pub async fn sign_out(&self, tenant_id: &str, user_object_id: &str) -> Result<()> {
        let inner = &self.inner;
        // A token that cannot be read names no tenant, so its user's key has an empty one.
        let users = [tenant_id, ""].map(|tenant| CacheKey::of_user(&inner.secret, tenant, user_object_id));
        inner.flights.forget(|key| users.contains(&key.user));
        if let Some(memory) = &inner.memory {
            for user in &users {
                memory.invalidate_user(user);
            }
        }
        inner.tell(Event::SignedOut);
        match &inner.shared {
            Some(shared) => {
                let (of_tenant, unread) =
                    tokio::join!(shared.sign_out(&users[0]), shared.sign_out(&users[1]));
                of_tenant.and(unread)
            }
            None => Ok(()),
        }
    }

    /// Replaces the access key, and the secondary one if it is given, like
    /// [`CommunicationIdentityClient::update_access_key`] of this exchanger's client.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::update_access_key`].
    pub fn update_access_key(&self, access_key: &str, secondary_access_key: Option<&str>) -> Result<()> {
        self.inner
            .client
            .update_access_key(access_key, secondary_access_key)
    }

    /// Replaces only the secondary access key, like
    /// [`CommunicationIdentityClient::update_secondary_access_key`] of this exchanger's client.
    ///
    /// # Errors
    /// As [`CommunicationIdentityClient::update_secondary_access_key`].
    pub fn update_secondary_access_key(&self, access_key: &str) -> Result<()> {
        self.inner.client.update_secondary_access_key(access_key)
    }

    /// Replaces both access keys; removes the secondary one if none is given.
    #[cfg(feature = "handler")]
    pub(crate) fn replace_access_keys(&self, access_key: &str, secondary: Option<&str>) -> Result<()> {
        let secondary = secondary.map_or(SecondaryKey::Removed, SecondaryKey::Replaced);
        self.inner.client.update_access_keys(Some(access_key), secondary)
    }

    /// The cloud whose names the token check expects.
    pub(crate) fn cloud(&self) -> &Cloud {
        self.inner.client.cloud()
    }

    /// Returns whether the shared cache is available for reads, writes and the limiter; `None` if
    /// there is no shared cache.
    pub async fn is_cache_reachable(&self) -> Option<bool> {
        match &self.inner.shared {
            Some(shared) => Some(shared.degradation().await.is_none()),
            None => None,
        }
    }

    /// What the shared cache does not serve; the outer `None` if there is no shared cache.
    #[cfg(feature = "handler")]
    pub(crate) async fn cache_degradation(&self) -> Option<Option<Degradation>> {
        match &self.inner.shared {
            Some(shared) => Some(shared.degradation().await),
            None => None,
        }
    }
}

impl fmt::Debug for TeamsTokenExchanger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsTokenExchanger")
            .field("client", &self.inner.client)
            .field("token_check", &self.inner.token_check)
            .field("memory", &self.inner.memory)
            .field("shared", &self.inner.shared)
            .finish_non_exhaustive()
    }
}
