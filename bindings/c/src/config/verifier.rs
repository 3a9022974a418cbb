//! The configuration of a verifier.

use std::time::Duration;

use core_auth::entra::verify::TokenVerifier;
use core_auth::transport::Proxy;
use core_auth::{Cloud, Result};

/// The configuration from which each process makes its instance of a verifier.
#[derive(Default)]
#[expect(missing_docs, reason = "each is the option of its name")]
pub struct VerifierConfig {
    pub cloud: Option<Cloud>,
    pub tenant_ids: Vec<String>,
    pub audiences: Vec<String>,
    pub allowed_client_ids: Vec<String>,
    pub required_scope: Option<String>,
    pub root_certificates_pem: Option<String>,
    pub proxy: Proxy,
    pub any_tenant: bool,
    pub any_client: bool,
    pub clock_skew: Option<Duration>,
    pub max_lifetime: Option<Duration>,
}

impl VerifierConfig {
    /// Makes the instance of this process.
    pub(crate) fn make(&self) -> Result<TokenVerifier> {
        let mut builder = TokenVerifier::builder().proxy(self.proxy.clone());
        if let Some(cloud) = &self.cloud {
            builder = builder.cloud(cloud.clone());
        }
        for tenant in &self.tenant_ids {
            builder = builder.tenant_id(tenant);
        }
        for audience in &self.audiences {
            builder = builder.audience(audience);
        }
        for client in &self.allowed_client_ids {
            builder = builder.allowed_client_id(client);
        }
        if let Some(scope) = &self.required_scope {
            builder = builder.required_scope(scope);
        }
        if let Some(pem) = &self.root_certificates_pem {
            builder = builder.root_certificates_pem(pem.as_str());
        }
        if self.any_tenant {
            builder = builder.allow_any_tenant();
        }
        if self.any_client {
            builder = builder.allow_any_client();
        }
        if let Some(skew) = self.clock_skew {
            builder = builder.clock_skew(skew);
        }
        if let Some(lifetime) = self.max_lifetime {
            builder = builder.max_lifetime(lifetime);
        }
        builder.build()
    }
}
