//! The back end's own credential for the service: an access key, or a bearer token.

mod access_keys;
#[cfg(feature = "azure-identity")]
mod azure;
pub(crate) mod challenge;
mod renewal;

use std::fmt;
use std::time::SystemTime;

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

pub use self::access_keys::AzureKeyCredential;
#[cfg(feature = "exchange")]
pub(crate) use self::access_keys::fingerprint;
pub(crate) use self::access_keys::{AccessKeys, SecondaryKey};
use self::access_keys::{PRIMARY, SECONDARY};
#[cfg(feature = "azure-identity")]
pub use self::azure::AzureCredential;
#[cfg(test)]
pub(crate) use self::renewal::scripted;
pub(crate) use self::renewal::{RenewalRules, RenewedToken};
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::protocol::message::{PreparedRequest, RawResponse};
use crate::secret::Secret;
use crate::signing::{SignableRequest, sign_request};
use crate::transport::BoxFuture;

const X_MS_DATE: HeaderName = HeaderName::from_static("x-ms-date");
const X_MS_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-ms-content-sha256");
const RETURN_CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-return-client-request-id");

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
pub const ACS_SCOPE: &str = "https://communication.azure.com//.default";

/// A source of bearer tokens for the back end itself, such as a managed identity.
///
/// The token needs a role on the ACS resource. It is requested once and used until it expires. It
/// is renewed before that, in the background and one renewal at a time: at `refresh_on` if
/// [`Self::get_token_info`] returns one, otherwise 5 minutes before it expires (half its lifetime
/// if that is shorter). A renewal continues when the calls waiting for it end, for 60 s at most; if
/// it takes longer than the client's timeout (at least 1 s, at most 30 s), another one may start
/// beside it. After a failure the next renewal waits 0.5 s, then twice as long each time: up to 30 s
/// while a token is valid, up to 5 s otherwise. Calls without a valid token fail with the same error
/// until then, with `retry_after`.
pub trait TokenCredential: Send + Sync + fmt::Debug {
    /// Returns a token for these scopes.
    ///
    /// # Errors
    /// Why there is no token. Calls that need the token return this error.
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>>;

    /// Returns a token for these scopes that satisfies the options, and when to renew it. The
    /// client calls this method; by default it calls [`Self::get_token`] and ignores the options.
    ///
    /// # Errors
    /// As [`Self::get_token`].
    fn get_token_info<'a>(
        &'a self,
        scopes: &'a [&'a str],
        options: &'a TokenRequestOptions,
    ) -> BoxFuture<'a, Result<AccessTokenInfo>> {
        let _ = options;
        Box::pin(async move { Ok(self.get_token(scopes).await?.into()) })
    }
}

/// What a token must satisfy in addition to its scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenRequestOptions {
    /// The claims of a challenge from the service (continuous access evaluation), as JSON. Pass
    /// them on to Entra, and don't return a cached token.
    pub claims: Option<String>,
}

/// A token of a [`TokenCredential`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenInfo {
    /// The token.
    pub token: Secret,
    /// When it expires.
    pub expires_on: SystemTime,
    /// When to renew it, if the credential provides it.
    pub refresh_on: Option<SystemTime>,
}

impl From<AccessToken> for AccessTokenInfo {
    fn from(token: AccessToken) -> Self {
        Self {
            token: token.token,
            expires_on: token.expires_on,
            refresh_on: None,
        }
    }
}

/// What identifies an access key without revealing it.
pub(crate) type Fingerprint = [u8; 32];

/// Identifies the credential that a client uses at one time.
#[cfg(feature = "exchange")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CredentialId {
    /// The fingerprint of the access key. All token credentials share one value: whose token they return is
    /// only known after a request for it.
    pub(crate) fingerprint: Fingerprint,
    /// Changes whenever a key changes, or which key is preferred.
    pub(crate) generation: u64,
}

#[cfg(feature = "exchange")]
impl CredentialId {
    /// The id of every token credential. No access key has a fingerprint of zeros: it would have to be an
    /// HMAC's value.
    pub(crate) const TOKEN: Self = Self {
        fingerprint: [0; 32],
        generation: 0,
    };
}

/// The key or token that authenticated an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Used {
    AccessKey(Fingerprint),
    /// The number of the renewal that returned the token.
    Token(u64),
}

#[derive(Debug)]
pub(crate) enum Credential {
    AccessKeys(AccessKeys),
    Token(RenewedToken),
}

impl Credential {
    /// Adds the headers that authenticate this attempt.
    pub(crate) async fn authenticate(
        &self,
        request: &PreparedRequest,
        body: &[u8],
        now: SystemTime,
        headers: &mut HeaderMap,
    ) -> Result<Used> {
        match self {
            Self::AccessKeys(keys) => {
                let key = keys.preferred();
                let signable = SignableRequest {
                    method: request.method.as_str(),
                    url: &request.url,
                    body,
                };
                let signed = sign_request(&signable, &key.access_key, now)?;
                headers.insert(X_MS_DATE, header(signed.x_ms_date())?);
                headers.insert(X_MS_CONTENT_SHA256, header(signed.x_ms_content_sha256())?);
                headers.insert(AUTHORIZATION, header(signed.authorization())?);
                headers.insert(RETURN_CLIENT_REQUEST_ID, HeaderValue::from_static("true"));
                Ok(Used::AccessKey(key.fingerprint))
            }
            Self::Token(token) => {
                let held = token.get(now).await?;
                let bearer = zeroize::Zeroizing::new(format!("Bearer {}", held.token.expose()));
                headers.insert(AUTHORIZATION, header(&bearer)?);
                Ok(Used::Token(held.id))
            }
        }
    }

    /// Whether the service rejects requests if this machine's clock is wrong.
    pub(crate) fn depends_on_clock(&self) -> bool {
        matches!(self, Self::AccessKeys(_))
    }

    /// Records that the service rejected the credential, with these response headers. Returns whether the
    /// next attempt uses another one that may be accepted: the other key, or a token with the requested
    /// claims.
    pub(crate) fn rejected(&self, used: Used, response: &RawResponse<'_>) -> bool {
        match (self, used) {
            (Self::AccessKeys(keys), Used::AccessKey(fingerprint)) => keys.rejected(&fingerprint),
            (Self::Token(token), Used::Token(id)) => match challenge::claims(response) {
                Some(claims) => token.challenged(id, claims),
                None => {
                    token.rejected(id);
                    false
                }
            },
            (Self::AccessKeys(_), Used::Token(_)) | (Self::Token(_), Used::AccessKey(_)) => false,
        }
    }

    /// Identifies the credential as it is now.
    #[cfg(feature = "exchange")]
    pub(crate) fn id(&self) -> CredentialId {
        match self {
            Self::AccessKeys(keys) => keys.id(),
            Self::Token(_) => CredentialId::TOKEN,
        }
    }

    /// Replaces the access keys that are given.
    pub(crate) fn update_access_keys(
        &self,
        primary: Option<&str>,
        secondary: SecondaryKey<'_>,
    ) -> Result<()> {
        match self {
            Self::AccessKeys(keys) => keys.update(primary, secondary),
            Self::Token(_) => {
                let (name, option) = if primary.is_some() { PRIMARY } else { SECONDARY };
                let reason = "The client has a token credential: there is no access key to replace.";
                Err(Error::invalid_argument(name, reason).of_option(option))
            }
        }
    }
}

fn header(value: &str) -> Result<HeaderValue> {
    let mut header = HeaderValue::from_str(value).map_err(|_| {
        Error::new(
            ErrorKind::CredentialDenied,
            "The credential returned a token that is not valid in a header.",
        )
    })?;
    header.set_sensitive(true);
    Ok(header)
}
