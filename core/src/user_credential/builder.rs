//! Builds a [`CommunicationTokenCredential`]: the source of its tokens, and when it renews them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[cfg(feature = "exchange")]
use super::sources::TeamsUser;
use super::sources::{Entra, EntraScopes};
use super::{CommunicationTokenCredential, Inner, Tokens};
#[cfg(feature = "exchange")]
use crate::TeamsTokenExchanger;
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::credential::{RenewalRules, RenewedToken, TokenCredential};
use crate::error::{Error, Result};
use crate::models::AccessToken;

/// Options of a [`CommunicationTokenCredential`].
pub struct CommunicationTokenCredentialBuilder {
    source: Source,
    token: Option<AccessToken>,
    refresh_proactively: bool,
    refresh_time_before_expiry: Duration,
    timeout: Duration,
    now: Now,
}

enum Source {
    Refresher(Arc<dyn TokenCredential>),
    Entra(CommunicationIdentityClient, Arc<dyn TokenCredential>, EntraScopes),
    #[cfg(feature = "exchange")]
    TeamsUser(TeamsUser),
}

impl CommunicationTokenCredentialBuilder {
    fn new(source: Source) -> Self {
        Self {
            source,
            token: None,
            refresh_proactively: false,
            refresh_time_before_expiry: CommunicationTokenCredential::MARGIN,
            timeout: CommunicationTokenCredential::TIMEOUT,
            now: Arc::new(SystemTime::now),
        }
    }

    pub(super) fn of_refresher(refresher: Arc<dyn TokenCredential>) -> Self {
        Self::new(Source::Refresher(refresher))
    }

    pub(super) fn of_entra<S: AsRef<str>>(
        client: CommunicationIdentityClient,
        credential: Arc<dyn TokenCredential>,
        scopes: &[S],
    ) -> Result<Self> {
        let scopes = EntraScopes::new(scopes)?;
        scopes.fit(&client)?;
        Ok(Self::new(Source::Entra(client, credential, scopes)))
    }

    #[cfg(feature = "exchange")]
    pub(super) fn of_teams_user(
        exchanger: TeamsTokenExchanger,
        credential: Arc<dyn TokenCredential>,
        client_id: &str,
        user_object_id: &str,
    ) -> Self {
        Self::new(Source::TeamsUser(TeamsUser::new(
            exchanger,
            credential,
            client_id,
            user_object_id,
        )))
    }

    /// Sets an initial token. Without it, the first token is requested when it is needed.
    #[must_use]
    pub fn token(mut self, token: AccessToken) -> Self {
        self.token = Some(token);
        self
    }

    /// Sets whether the token is renewed proactively, even if no call needs it. Default `false`.
    #[must_use]
    pub fn refresh_proactively(mut self, proactively: bool) -> Self {
        self.refresh_proactively = proactively;
        self
    }

    /// Sets how long before its expiry a token is renewed. Default 10 minutes. If a new token has less time
    /// left than this, it is renewed after half of the time left.
    #[must_use]
    pub fn refresh_time_before_expiry(mut self, time: Duration) -> Self {
        self.refresh_time_before_expiry = time;
        self
    }

    /// Sets how long [`CommunicationTokenCredential::get_token`] waits for a token. Must be greater than
    /// zero. Default 30 s.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Replaces the system's clock, for tests.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Arc::new(now);
        self
    }

    /// Builds the credential. It doesn't request a token yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` = `timeout` if it is
    /// zero.
    pub fn build(self) -> Result<CommunicationTokenCredential> {
        if self.timeout.is_zero() {
            return Err(Error::invalid_argument(
                "timeout",
                "It must be greater than zero.",
            ));
        }
        let now = self.now;
        let source: Arc<dyn TokenCredential> = match self.source {
            Source::Refresher(refresher) => refresher,
            Source::Entra(client, credential, scopes) => {
                Arc::new(Entra::new(client, credential, scopes, Arc::clone(&now)))
            }
            #[cfg(feature = "exchange")]
            Source::TeamsUser(source) => Arc::new(source),
        };
        let rules = RenewalRules::of_user(self.refresh_time_before_expiry, self.timeout);
        let token = RenewedToken::new(source, rules);
        if let Some(first) = self.token {
            token.begin_with(first, now());
        }
        let tokens = Tokens::Renewed {
            token,
            timeout: self.timeout,
            is_proactive: self.refresh_proactively,
        };
        Ok(CommunicationTokenCredential {
            inner: Arc::new(Inner { tokens, now }),
        })
    }
}

impl fmt::Debug for CommunicationTokenCredentialBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommunicationTokenCredentialBuilder")
            .field("token", &self.token)
            .field("refresh_proactively", &self.refresh_proactively)
            .field("refresh_time_before_expiry", &self.refresh_time_before_expiry)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
