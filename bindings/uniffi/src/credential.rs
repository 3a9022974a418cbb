//! A credential of the host's own in place of the access key.

use std::fmt;
use std::sync::Arc;

use core_auth::transport::BoxFuture;
use core_auth::{Error, ErrorKind};
use tokio::sync::oneshot;

use crate::error::{AcsAuthError, Result};
use crate::models::AccessToken;

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
#[uniffi::export]
pub fn acs_scope() -> String {
    core_auth::ACS_SCOPE.to_owned()
}

/// A source of bearer tokens for the back end itself, such as a managed identity.
///
/// The token needs a role on the ACS resource. It is kept until shortly before it expires; concurrent calls share one
/// request for it.
#[uniffi::export(with_foreign)]
pub trait TokenCredential: Send + Sync {
    /// Gets a token for these scopes. It is called on a thread of its own, which it may block; the calls that wait for it
    /// end at their deadlines all the same. At most 16 such calls run at once in a process: when all of them hang, a
    /// further one is not made, and fails as a timeout after 5 seconds. What it raises besides the library's error is told by its type alone.
    fn get_token(&self, scopes: Vec<String>) -> Result<AccessToken>;
}

struct Source(Arc<dyn TokenCredential>);

/// Core's form of a host's credential.
pub(crate) fn source(credential: Arc<dyn TokenCredential>) -> Arc<dyn core_auth::TokenCredential> {
    Arc::new(Source(credential))
}

impl core_auth::TokenCredential for Source {
    fn get_token<'a>(
        &'a self,
        scopes: &'a [&'a str],
    ) -> BoxFuture<'a, core_auth::Result<core_auth::AccessToken>> {
        let (give, given) = oneshot::channel();
        let credential = Arc::clone(&self.0);
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Box::pin(async move {
            let asked = acs_runtime::run_on_host_thread(move || {
                let token = credential.get_token(scopes).and_then(AccessToken::into_core);
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

/// What became of a credential that threw something is that there is no credential.
fn refused(error: AcsAuthError) -> Error {
    let mut error = Error::from(error);
    if error.kind == ErrorKind::Internal {
        error.kind = ErrorKind::CredentialDenied;
        error.reason = format!("The token credential failed. {}", error.reason);
    }
    error
}

fn denied(reason: String) -> Error {
    Error::new(ErrorKind::CredentialDenied, reason)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCredential")
    }
}
