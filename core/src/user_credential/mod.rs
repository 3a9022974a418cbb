//! A user's ACS token that renews itself, for chat and calling clients that take a credential.

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

/// The ACS token of one user, renewed on demand and proactively.
///
/// Its tokens come from a refresher ([`Self::builder`]), from an Entra credential whose tokens are
/// exchanged ([`Self::builder_for_entra`]), or from a [`TeamsTokenExchanger`]
/// ([`Self::builder_for_teams_user`]). Or it holds a single token ([`Self::from_token`]).
///
/// - A valid token is returned at once. With less than 10 minutes left
///   (`refresh_time_before_expiry`) it is renewed in the background. With less than 2 minutes left,
///   or half its lifetime if that is shorter, [`Self::get_token`] waits for the renewal, for half of
///   `timeout` but at most 15 s, and returns the former token if the renewal fails or hangs.
/// - With `refresh_proactively`, it is renewed at that time even if no call needs it, starting
///   with the first [`Self::get_token`] or with [`Self::start`]. A new token with less than
///   `refresh_time_before_expiry` left is renewed after half of the time left.
/// - There is one renewal at a time, shared by all waiting callers. If it takes longer than
///   `timeout` (at least 1 s, at most 30 s), another one may start beside it; after 60 s it is
///   cancelled.
/// - A failed renewal is retried after 0.5 s, then after twice as long each time, up to 30 s while
///   a token is valid and up to 5 s for calls without a valid token. Calls in between get the same
///   error, with `retry_after`. A renewal that returns an expired token has failed.
///
/// Clones are cheap and share the token and its renewals. Renewals end with [`Self::close`], or when the last
/// clone is dropped.
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

    /// Creates a credential with a single token that is never renewed: it is returned unchanged,
    /// even when it has expired.
    ///
    /// Its `expires_on` is that of [`AccessToken::read`].
    ///
    /// # Errors
    /// As [`AccessToken::read`].
    pub fn from_token(token: &str) -> Result<Self> {
        Ok(Self::from_access_token(AccessToken::read(token)?))
    }

    /// Creates a credential with a single token whose expiry is known, like [`Self::from_token`].
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

    /// Returns a builder with the default options and a refresher, which returns the user's next ACS
    /// token. It is called without scopes.
    pub fn builder(refresher: Arc<dyn TokenCredential>) -> CommunicationTokenCredentialBuilder {
        CommunicationTokenCredentialBuilder::of_refresher(refresher)
    }

    /// Returns a builder with the default options and the user's Entra credential. This client
    /// exchanges its tokens for these scopes, without using its own credential. The same Entra
    /// token is not exchanged again while its ACS token is valid.
    ///
    /// All scopes must begin with `https://communication.azure.com/clients/` (an Entra user: a
    /// preview, for which the client needs its option `preview`), or all with
    /// `https://auth.msft.communication.azure.com/` (a Teams extension user; `.us` in place of
    /// `.com` for the US government). No scopes mean
    /// `https://communication.azure.com/clients/.default`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] with `target` = `scopes` for other scopes, or for both kinds
    /// at once; with `target` = `preview` if the scopes are those of an Entra user and the client
    /// lacks that option.
    pub fn builder_for_entra<S: AsRef<str>>(
        client: CommunicationIdentityClient,
        credential: Arc<dyn TokenCredential>,
        scopes: &[S],
    ) -> Result<CommunicationTokenCredentialBuilder> {
        CommunicationTokenCredentialBuilder::of_entra(client, credential, scopes)
    }

    /// Returns a builder with the default options for a Teams user: this exchanger exchanges the
    /// credential's Entra tokens. They are requested with the permissions `Teams.ManageCalls` and
    /// `Teams.ManageChats`.
    ///
    /// The two ids are those of [`TeamsTokenExchanger::exchange`].
    #[cfg(feature = "exchange")]
    pub fn builder_for_teams_user(
        exchanger: TeamsTokenExchanger,
        credential: Arc<dyn TokenCredential>,
        client_id: &str,
        user_object_id: &str,
    ) -> CommunicationTokenCredentialBuilder {
        CommunicationTokenCredentialBuilder::of_teams_user(exchanger, credential, client_id, user_object_id)
    }

    /// Returns the user's token: the current one while it is valid, otherwise the next one.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`] after [`Self::close`]; [`ErrorKind::Timeout`] if no token is available
    /// within `timeout`; otherwise the error of the refresher, the Entra credential or the
    /// exchanger.
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

    /// Starts renewing proactively, on the tokio runtime on which it is called, as the first
    /// [`Self::get_token`] does. Does nothing without `refresh_proactively`, or if renewal has
    /// started already.
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

    /// Ends renewals and discards the token, in all clones. Waiting and later calls fail with
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
