//! Verifies the bearer tokens of a back end's callers.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::VerifierConfig;
use acs_auth_c::verifier::acs_verifier;

use crate::client_options::{Proxy, text};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::shown::{opaque, shown};

/// The options of a verifier. Set a tenant, an audience and an application, or allow any tenant or
/// application. It prints without the proxy's password.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct VerifierOptions {
    /// The cloud of the users. Default: the public one.
    #[uniffi(default = None)]
    pub cloud: Option<Cloud>,
    /// The tenants whose users may call, by their GUIDs.
    #[uniffi(default)]
    pub tenant_ids: Vec<String>,
    /// Allows users of every tenant.
    #[uniffi(default = false)]
    pub allow_any_tenant: bool,
    /// The accepted audiences: the API's client id (version 2 tokens) and "api://…" (version 1).
    #[uniffi(default)]
    pub audiences: Vec<String>,
    /// The client ids of the applications that may call.
    #[uniffi(default)]
    pub allowed_client_ids: Vec<String>,
    /// Allows every application.
    #[uniffi(default = false)]
    pub allow_any_client: bool,
    /// The permission that a token must have. Default "access_as_user".
    #[uniffi(default = None)]
    pub required_scope: Option<String>,
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    #[uniffi(default = None)]
    pub root_certificates_pem: Option<Vec<u8>>,
    /// Default: the environment's proxy.
    #[uniffi(default = None)]
    pub proxy: Option<Proxy>,
    /// The tolerated clock skew, in seconds. Default 300.
    #[uniffi(default = None)]
    pub clock_skew_s: Option<u64>,
    /// The longest accepted lifetime of a token, in seconds, at least 1. Default 100800 (28 hours).
    #[uniffi(default = None)]
    pub max_lifetime_s: Option<u64>,
}

shown!(VerifierOptions {
    cloud, tenant_ids, allow_any_tenant, audiences, allowed_client_ids, allow_any_client, required_scope, proxy,
    clock_skew_s, max_lifetime_s;
    root_certificates_pem,
});

impl VerifierOptions {
    fn config(self) -> Result<VerifierConfig> {
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
        Ok(VerifierConfig {
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

/// Verifies bearer tokens. It fetches Entra's keys when they are needed and caches them. Its operations are
/// called through the C ABI, with `c_handle`.
#[derive(uniffi::Object)]
pub struct TokenVerifier {
    pub(crate) verifier: acs_verifier,
}

opaque!(TokenVerifier);

#[uniffi::export]
impl TokenVerifier {
    /// Creates a verifier. It doesn't fetch keys yet.
    #[uniffi::constructor]
    pub fn new(options: VerifierOptions) -> Result<Arc<Self>> {
        let verifier = acs_verifier::of(options.config()?)?;
        Ok(Arc::new(Self { verifier }))
    }
}
