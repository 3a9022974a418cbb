//! A token credential instead of the access key.

use std::fmt;
use std::sync::Arc;

use acs_runtime::Callee;
use core_auth::transport::BoxFuture;
use core_auth::{Error, ErrorKind};
use tokio::sync::oneshot;

use crate::error::{AcsAuthError, Result};
use crate::shown::shown;

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
#[uniffi::export]
pub fn acs_scope() -> String {
    core_auth::ACS_SCOPE.to_owned()
}

/// A source of bearer tokens for the back end itself, such as a managed identity.
///
/// The token needs a role on the ACS resource. It is used until it expires, and renewed before that in the
/// background. There is one renewal at a time, which continues when the calls waiting for it end.
#[uniffi::export(with_foreign)]
pub trait TokenCredential: Send + Sync {
    /// Gets a token for these scopes that satisfies the options. It is called on a thread of its own, which
    /// it may block. Calls waiting for the token still end at their deadlines. While two calls of it haven't
    /// returned, it is not called again: the request fails with a timeout at once. At most 16 callbacks of
    /// token credentials and transports run at once in a process: when all of them block, a further request
    /// fails with a timeout after 5 seconds. Of an exception other than the library's error, only the type is
    /// shown.
    fn get_token_info(&self, scopes: Vec<String>, options: TokenRequestOptions) -> Result<AccessTokenInfo>;
}

/// What a token must satisfy in addition to its scopes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TokenRequestOptions {
    /// The claims that the service requires in the token, as JSON. Pass them on to Entra, and don't return a
    /// cached token.
    #[uniffi(default = None)]
    pub claims: Option<String>,
}

/// A token returned by a credential. It prints without the token.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct AccessTokenInfo {
    /// The token itself. Do not log it.
    pub token: String,
    /// When it expires, in seconds since 1970.
    pub expires_on: i64,
    /// When to renew it, in seconds since 1970. Default: 5 minutes before it expires, or after half its
    /// lifetime if that is shorter; for a user's token, the option refresh_time_before_expiry_s decides.
    #[uniffi(default = None)]
    pub refresh_on: Option<i64>,
}

shown!(AccessTokenInfo { expires_on, refresh_on; token });

impl From<core_auth::TokenRequestOptions> for TokenRequestOptions {
    fn from(options: core_auth::TokenRequestOptions) -> Self {
        let core_auth::TokenRequestOptions { claims } = options;
        Self { claims }
    }
}

impl AccessTokenInfo {
    pub(crate) fn into_core(self) -> Result<core_auth::AccessTokenInfo> {
        let Self {
            token,
            expires_on,
            refresh_on,
        } = self;
        let refresh_on = refresh_on.map(|at| acs_auth_c::time(at, "refresh_on"));
        Ok(core_auth::AccessTokenInfo {
            token: token.into(),
            expires_on: acs_auth_c::time(expires_on, "expires_on")?,
            refresh_on: refresh_on.transpose()?,
        })
    }
}

struct Source {
    credential: Arc<dyn TokenCredential>,
    callee: Callee,
}

/// Adapts a host's credential to core's trait.
pub(crate) fn source(credential: Arc<dyn TokenCredential>) -> Arc<dyn core_auth::TokenCredential> {
    Arc::new(Source {
        credential,
        callee: Callee::default(),
    })
}

impl core_auth::TokenCredential for Source {
    fn get_token<'a>(
        &'a self,
        scopes: &'a [&'a str],
    ) -> BoxFuture<'a, core_auth::Result<core_auth::AccessToken>> {
        Box::pin(async move {
            let options = core_auth::TokenRequestOptions::default();
            let core_auth::AccessTokenInfo {
                token, expires_on, ..
            } = self.get_token_info(scopes, &options).await?;
            Ok(core_auth::AccessToken { token, expires_on })
        })
    }

    fn get_token_info<'a>(
        &'a self,
        scopes: &'a [&'a str],
        options: &'a core_auth::TokenRequestOptions,
    ) -> BoxFuture<'a, core_auth::Result<core_auth::AccessTokenInfo>> {
        let (give, given) = oneshot::channel();
        let credential = Arc::clone(&self.credential);
        let options = options.clone().into();
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Box::pin(async move {
            let asked = self.callee.call(move || {
                let token = credential
                    .get_token_info(scopes, options)
                    .and_then(AccessTokenInfo::into_core);
                // Nobody may be waiting any more.
                let _ = give.send(token);
            });
            asked
                .await
                .map_err(|error| acs_auth_c::credential::not_asked(&error))?;
            match given.await {
                Ok(Ok(token)) => Ok(token),
                Ok(Err(error)) => Err(refused(error)),
                Err(_) => Err(denied("The token credential gave no answer.".to_owned())),
            }
        })
    }
}

/// The error of a credential. An unexpected exception becomes `CredentialDenied`.
fn refused(error: AcsAuthError) -> Error {
    let mut details = Error::from(error).into_details();
    if details.kind == ErrorKind::Internal {
        details.kind = ErrorKind::CredentialDenied;
        details.reason = format!("The token credential failed. {}", details.reason);
    }
    details.into()
}

fn denied(reason: String) -> Error {
    Error::new(ErrorKind::CredentialDenied, reason)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCredential")
    }
}
