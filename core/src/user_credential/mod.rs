//! A user's ACS token that renews itself, for the chat and calling clients that take a credential.

mod builder;
mod sources;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::timeout;

pub use self::builder::CommunicationTokenCredentialBuilder;
#[cfg(feature = "exchange")]
use crate::TeamsTokenExchanger;
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::credential::{RenewedToken, TokenCredential};
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;

/// The ACS token of one user, renewed on demand and ahead of time.
///
/// It is fed by a refresher ([`Self::builder`]), by a credential of Entra and the exchange of its tokens
/// ([`Self::builder_for_entra`]), or by a [`TeamsTokenExchanger`] ([`Self::builder_for_teams_user`]); or it holds one token
/// ([`Self::from_token`]).
///
/// - A good token is returned at once. With less than 10 minutes left (`refresh_time_before_expiry`) it is renewed in the
///   background; with less than 2 minutes left, or half its lifetime if that is shorter, [`Self::get_token`] waits for the
///   renewal, for half of `timeout` and 15 s at most, and returns the former token if that fails.
/// - With `refresh_proactively`, it is renewed then whether or not anyone asks for it, from the first [`Self::get_token`] or
///   [`Self::start`] on. A token that is new and has less than `refresh_time_before_expiry` left is renewed after half of
///   what is left.
/// - There is one renewal at a time, shared by all who wait. One that takes longer than `timeout` (at least 1 s, at most
///   30 s) no longer keeps others from trying; after 60 s it is given up.
/// - A renewal that fails is tried again after 0.5 s, then after twice as long each time, up to 30 s while a token is good and
///   5 s when a caller asks without one; calls in between get the same error, with `retry_after`. A token that has expired
///   counts as a failure.
///
/// Clones are cheap and share everything. Renewals end with [`Self::close`], or when the last clone is dropped.
///
/// ```no_run
/// # async fn chat(exchanger: acs_auth::TeamsTokenExchanger, entra: std::sync::Arc<dyn acs_auth::TokenCredential>) -> acs_auth::Result<()> {
/// use acs_auth::CommunicationTokenCredential;
///
/// let credential = CommunicationTokenCredential::builder_for_teams_user(
///     exchanger,
///     entra, // returns the user's Entra token
///     "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
///     "2be7fa0b-1ed7-4c9a-9a2e-0ab0a8f8f3d1",
/// )
/// .refresh_proactively(true)
/// .build()?;
/// let token = credential.get_token().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CommunicationTokenCredential {
    inner: Arc<Inner>,
}

struct Inner {
    tokens: Tokens,
    now: Now,
}

enum Tokens {
    Fixed {
        token: AccessToken,
        is_closed: AtomicBool,
    },
    Renewed {
        token: RenewedToken,
        timeout: Duration,
        is_proactive: bool,
    },
}

impl CommunicationTokenCredential {
    /// The default of `refresh_time_before_expiry`.
    const MARGIN: Duration = Duration::from_secs(600);
    /// The default of `timeout`.
    const TIMEOUT: Duration = Duration::from_secs(30);

    /// One token, which is never renewed: it is returned as it is, also when it has expired.
    ///
    /// Its `expires_on` is that of [`AccessToken::read`].
    ///
    /// # Errors
    /// As [`AccessToken::read`].
    pub fn from_token(token: &str) -> Result<Self> {
        Ok(Self::from_access_token(AccessToken::read(token)?))
    }

    /// One token whose expiry is known, as [`Self::from_token`].
    #[must_use]
    pub fn from_access_token(token: AccessToken) -> Self {
        Self {
            inner: Arc::new(Inner {
                tokens: Tokens::Fixed {
                    token,
                    is_closed: AtomicBool::new(false),
                },
                now: Arc::new(std::time::SystemTime::now),
            }),
        }
    }

    /// Starts from the defaults, with a refresher: it is asked without scopes for the user's next ACS token.
    pub fn builder(refresher: Arc<dyn TokenCredential>) -> CommunicationTokenCredentialBuilder {
        CommunicationTokenCredentialBuilder::of_refresher(refresher)
    }

    /// Starts from the defaults, with the user's credential of Entra: its tokens for these scopes are exchanged by this
    /// client, whose own credential is not used. The same Entra token is not exchanged again while its ACS token is good.
    ///
    /// The scopes begin all with `https://communication.azure.com/clients/` (an Entra user: a preview, for which the client
    /// needs its option `preview`) or all with `https://auth.msft.communication.azure.com/` (a Teams extension user; `.us` in
    /// place of `.com` for the US government). None means `https://communication.azure.com/clients/.default`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] with `target` = `scopes` for others, and for both kinds at once; with `target` =
    /// `preview` for a client without that option and scopes of an Entra user.
    pub fn builder_for_entra<S: AsRef<str>>(
        client: CommunicationIdentityClient,
        credential: Arc<dyn TokenCredential>,
        scopes: &[S],
    ) -> Result<CommunicationTokenCredentialBuilder> {
        CommunicationTokenCredentialBuilder::of_entra(client, credential, scopes)
    }

    /// Starts from the defaults, with a Teams user: the credential's Entra tokens for the two Teams permissions are exchanged
    /// by this exchanger.
    #[cfg(feature = "exchange")]
    pub fn builder_for_teams_user(
        exchanger: TeamsTokenExchanger,
        credential: Arc<dyn TokenCredential>,
        client_id: &str,
        user_object_id: &str,
    ) -> CommunicationTokenCredentialBuilder {
        CommunicationTokenCredentialBuilder::of_teams_user(exchanger, credential, client_id, user_object_id)
    }

    /// The user's token: the present one while it is good, else the next one.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`] once it is closed; [`ErrorKind::Timeout`] when no token came within `timeout`; else what the
    /// refresher, the credential of Entra or the exchange returned.
    pub async fn get_token(&self) -> Result<AccessToken> {
        match &self.inner.tokens {
            Tokens::Fixed { token, is_closed } => {
                if is_closed.load(Ordering::Relaxed) {
                    return Err(Error::new(
                        ErrorKind::Cancelled,
                        "The token credential is closed.",
                    ));
                }
                Ok(token.clone())
            }
            Tokens::Renewed {
                token,
                timeout: limit,
                ..
            } => {
                self.start();
                let got = timeout(*limit, token.get((self.inner.now)())).await;
                let held = got.map_err(|_| {
                    Error::new(ErrorKind::Timeout, format!("No token came within {limit:?}."))
                })?;
                Ok(held?.into_access_token())
            }
        }
    }

    /// Begins to renew ahead of time, on the tokio runtime that this is called on, as the first [`Self::get_token`] does.
    /// Nothing without `refresh_proactively`, and when it has begun.
    pub fn start(&self) {
        if let Tokens::Renewed {
            token,
            is_proactive: true,
            ..
        } = &self.inner.tokens
        {
            token.renew_ahead(&self.inner.now);
        }
    }

    /// Ends renewals and forgets the token, in all clones. Calls that wait, and later ones, fail as
    /// [`ErrorKind::Cancelled`].
    pub fn close(&self) {
        match &self.inner.tokens {
            Tokens::Fixed { is_closed, .. } => is_closed.store(true, Ordering::Relaxed),
            Tokens::Renewed { token, .. } => token.close(),
        }
    }
}

impl fmt::Debug for CommunicationTokenCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CommunicationTokenCredential");
        match &self.inner.tokens {
            Tokens::Fixed { token, .. } => shown.field("token", token),
            Tokens::Renewed {
                token,
                timeout,
                is_proactive,
            } => shown
                .field("token", token)
                .field("timeout", timeout)
                .field("refresh_proactively", is_proactive),
        };
        shown.finish()
    }
}
