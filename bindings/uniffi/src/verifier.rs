//! Who calls: the bearer tokens of a back end's callers.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::verifier::acs_verifier;
use acs_auth_c::{PerProcess, VerifierRecipe};
use core_auth::Secret;
use core_auth::entra::verify;

use crate::calls::{Cancellation, awaited};
use crate::client_options::{Proxy, text};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::shown::{opaque, shown};

/// The form of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TokenVersion {
    /// Version 1.0: it names the application in appid.
    V1,
    /// Version 2.0: it names the application in azp.
    V2,
}

/// The caller, as a verified token names it. The key to a user is tenant and object id together, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VerifiedToken {
    /// The user's tenant.
    pub tenant_id: String,
    /// The user.
    pub object_id: String,
    /// The application that calls for the user.
    pub client_id: String,
    /// The permissions that the token holds.
    pub scopes: Vec<String>,
    /// The form of the token.
    pub version: TokenVersion,
    /// When the token expires, in seconds since 1970; the verifier lets it through for the clock skew longer.
    pub expires_on: i64,
}

/// The options of a verifier: a tenant, an audience and an application, or leave for any. It prints without the proxy's
/// password.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct VerifierOptions {
    /// The cloud whose users call. Default: the public one.
    #[uniffi(default = None)]
    pub cloud: Option<Cloud>,
    /// The tenants whose users may call, by their GUIDs.
    #[uniffi(default)]
    pub tenant_ids: Vec<String>,
    /// Lets users of every tenant call.
    #[uniffi(default = false)]
    pub allow_any_tenant: bool,
    /// What the tokens may be for: the API's client id (tokens of version 2) and "api://…" (version 1).
    #[uniffi(default)]
    pub audiences: Vec<String>,
    /// The client ids of the applications that may call.
    #[uniffi(default)]
    pub allowed_client_ids: Vec<String>,
    /// Lets every application call.
    #[uniffi(default = false)]
    pub allow_any_client: bool,
    /// The permission that a token must hold. Default "access_as_user".
    #[uniffi(default = None)]
    pub required_scope: Option<String>,
    /// More certificate authorities to trust, in PEM form: their text, not a path.
    #[uniffi(default = None)]
    pub root_certificates_pem: Option<Vec<u8>>,
    /// Default: the environment's proxy.
    #[uniffi(default = None)]
    pub proxy: Option<Proxy>,
    /// How far clocks may differ, in seconds. Default 300.
    #[uniffi(default = None)]
    pub clock_skew_s: Option<u64>,
    /// The longest life that a token may have, in seconds. Default 100800 (28 hours).
    #[uniffi(default = None)]
    pub max_lifetime_s: Option<u64>,
}

shown!(VerifierOptions {
    cloud, tenant_ids, allow_any_tenant, audiences, allowed_client_ids, allow_any_client, required_scope, proxy,
    clock_skew_s, max_lifetime_s;
    root_certificates_pem,
});

impl From<core_auth::cloud::TokenVersion> for TokenVersion {
    fn from(version: core_auth::cloud::TokenVersion) -> Self {
        match version {
            core_auth::cloud::TokenVersion::V1 => Self::V1,
            core_auth::cloud::TokenVersion::V2 => Self::V2,
        }
    }
}

impl From<verify::VerifiedToken> for VerifiedToken {
    fn from(verified: verify::VerifiedToken) -> Self {
        let verify::VerifiedToken {
            tenant_id,
            object_id,
            client_id,
            scopes,
            version,
            expires_on,
        } = verified;
        Self {
            tenant_id,
            object_id,
            client_id,
            scopes,
            version: version.into(),
            expires_on: acs_auth_c::unix(expires_on),
        }
    }
}

impl VerifierOptions {
    fn recipe(self) -> Result<VerifierRecipe> {
        let Self {
            cloud,
            tenant_ids,
            allow_any_tenant,
            audiences,
            allowed_client_ids,
            allow_any_client,
            required_scope,
            root_certificates_pem,
            proxy,
            clock_skew_s,
            max_lifetime_s,
        } = self;
        Ok(VerifierRecipe {
            cloud: cloud.map(Into::into),
            tenant_ids,
            audiences,
            allowed_client_ids,
            required_scope,
            root_certificates_pem: root_certificates_pem
                .map(|pem| text(pem, "root_certificates_pem"))
                .transpose()?,
            proxy: proxy.map(Into::into).unwrap_or_default(),
            any_tenant: allow_any_tenant,
            any_client: allow_any_client,
            clock_skew: clock_skew_s.map(Duration::from_secs),
            max_lifetime: max_lifetime_s.map(Duration::from_secs),
        })
    }
}

/// Verifies bearer tokens by their signature, issuer, audience, lifetime, tenant, application and scope. It fetches Entra's
/// keys when they are needed and keeps them.
#[derive(uniffi::Object)]
pub struct TokenVerifier {
    pub(crate) verifier: acs_verifier,
}

opaque!(TokenVerifier);

/// Each process's own, which the work takes itself.
type Each = Arc<PerProcess<verify::TokenVerifier>>;

async fn verify(verifiers: Each, bearer_token: String) -> core_auth::Result<verify::VerifiedToken> {
    verifiers.get()?.verify(Secret::from(bearer_token).expose()).await
}

async fn keys_reachable(verifiers: Each) -> core_auth::Result<bool> {
    Ok(verifiers.get()?.keys_reachable().await)
}

#[uniffi::export]
impl TokenVerifier {
    /// Makes a verifier. Fetches nothing yet.
    #[uniffi::constructor]
    pub fn new(options: VerifierOptions) -> Result<Arc<Self>> {
        let verifier = acs_verifier::of(options.recipe()?)?;
        Ok(Arc::new(Self { verifier }))
    }

    /// Verifies a bearer token, without the word "Bearer".
    ///
    /// The error is for the log: tell the caller its kind, not which check failed.
    #[uniffi::method(default(cancellation = None))]
    pub async fn verify(
        &self,
        bearer_token: String,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<VerifiedToken> {
        awaited(verify(self.verifier.each(), bearer_token), cancellation).await
    }

    /// Whether the keys to verify with are there. Fetches them if they are not.
    #[uniffi::method(default(cancellation = None))]
    pub async fn keys_reachable(&self, cancellation: Option<Arc<Cancellation>>) -> Result<bool> {
        awaited(keys_reachable(self.verifier.each()), cancellation).await
    }
}
