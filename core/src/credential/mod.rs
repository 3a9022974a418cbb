//! Who the back end is to the service: an access key, or a bearer token of its own.

#[cfg(feature = "azure-identity")]
mod azure;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Mutex;

#[cfg(feature = "azure-identity")]
pub use self::azure::AzureCredential;
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::protocol::message::PreparedRequest;
use crate::secret::AccessKey;
use crate::signing::{SignableRequest, sign_request};
use crate::transport::BoxFuture;

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
pub const ACS_SCOPE: &str = "https://communication.azure.com//.default";

/// A source of bearer tokens for the back end itself, such as a managed identity.
///
/// The token needs a role on the ACS resource. It is kept until shortly before it expires; concurrent calls share one
/// request for it.
pub trait TokenCredential: Send + Sync + fmt::Debug {
    /// Gets a token for these scopes.
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>>;
}

#[derive(Debug)]
pub(crate) enum Credential {
    AccessKey(AccessKey),
    Token(CachedToken),
}

impl Credential {
    pub(crate) fn token(source: Arc<dyn TokenCredential>) -> Self {
        Self::Token(CachedToken {
            source,
            kept: Mutex::new(None),
        })
    }

    /// Adds the headers that authenticate this attempt.
    pub(crate) async fn authenticate(
        &self,
        request: &PreparedRequest,
        body: &[u8],
        now: SystemTime,
        headers: &mut HeaderMap,
    ) -> Result<()> {
        match self {
            Self::AccessKey(key) => {
                let signable = SignableRequest {
                    method: request.method.as_str(),
                    url: &request.url,
                    body,
                };
                let signed = sign_request(&signable, key, now)?;
                for (name, value) in signed.headers() {
                    headers.insert(HeaderName::from_static(name), header(value)?);
                }
                headers.insert("x-ms-return-client-request-id", HeaderValue::from_static("true"));
            }
            Self::Token(cached) => {
                let token = cached.get(now).await?;
                let bearer = zeroize::Zeroizing::new(format!("Bearer {}", token.token.expose()));
                headers.insert(AUTHORIZATION, header(&bearer)?);
            }
        }
        Ok(())
    }

    /// Whether a wrong clock makes the service refuse it.
    pub(crate) fn depends_on_clock(&self) -> bool {
        matches!(self, Self::AccessKey(_))
    }

    /// The service refused it: a kept token is not used again.
    pub(crate) fn refused(&self) {
        if let Self::Token(cached) = self {
            if let Ok(mut kept) = cached.kept.try_lock() {
                *kept = None;
            }
        }
    }
}

fn header(value: &str) -> Result<HeaderValue> {
    let mut header = HeaderValue::from_str(value).map_err(|_| {
        Error::new(
            ErrorKind::CredentialDenied,
            "The credential gave a token that cannot stand in a header.",
        )
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// Keeps the token of a [`TokenCredential`] while it is good.
pub(crate) struct CachedToken {
    source: Arc<dyn TokenCredential>,
    kept: Mutex<Option<AccessToken>>,
}

impl CachedToken {
    /// A token with less time left than this is replaced.
    const MARGIN: Duration = Duration::from_secs(300);

    async fn get(&self, now: SystemTime) -> Result<AccessToken> {
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept
            .as_ref()
            .filter(|token| token.expires_on > now + Self::MARGIN)
        {
            return Ok(token.clone());
        }
        match self.source.get_token(&[ACS_SCOPE]).await {
            Ok(token) => {
                *kept = Some(token.clone());
                Ok(token)
            }
            // The old one is good for a few minutes yet; the source may be back by then.
            Err(error) => match kept.as_ref().filter(|token| token.expires_on > now) {
                Some(token) => {
                    tracing::warn!(kind = %error.kind, "the token credential failed: using the former token");
                    Ok(token.clone())
                }
                None => Err(error),
            },
        }
    }
}

impl fmt::Debug for CachedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CachedToken").field(&self.source).finish()
    }
}
