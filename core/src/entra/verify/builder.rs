//! The options of a verifier.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::fetch::Fetcher;
use super::key_store::KeyStore;
use super::rules::Rules;
use super::{Inner, TokenVerifier};
use crate::clock::Now;
use crate::cloud::Cloud;
use crate::endpoint::Endpoint;
use crate::entra::guid::is_guid;
use crate::error::{Error, OptionName, Result};
use crate::transport::{HttpTransport, Proxy, Transport, TransportOptions};

/// The scope of an API in Microsoft's samples.
const SCOPE: &str = "access_as_user";
/// The clock skew that Microsoft's own libraries tolerate.
const SKEW: Duration = Duration::from_secs(5 * 60);
/// Tokens for clients with continuous access evaluation are valid for 20 to 28 hours.
const LONGEST_LIFE: Duration = Duration::from_secs(28 * 60 * 60);

/// Builds a [`TokenVerifier`]. Needs a tenant, an audience and an application; any tenant and any
/// application can be allowed explicitly.
#[derive(Default)]
#[must_use]
pub struct TokenVerifierBuilder {
    cloud: Option<Cloud>,
    tenant_ids: Vec<String>,
    any_tenant: bool,
    audiences: Vec<String>,
    client_ids: Vec<String>,
    any_client: bool,
    required_scope: Option<String>,
    clock_skew: Option<Duration>,
    max_lifetime: Option<Duration>,
    transport: Option<Arc<dyn Transport>>,
    transport_options: TransportOptions,
    now: Option<Now>,
}

impl TokenVerifierBuilder {
    /// Sets the cloud of the users. Default: the public cloud.
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = Some(cloud);
        self
    }

    /// Allows users of this tenant, by its GUID. May be called repeatedly.
    pub fn tenant_id(mut self, tenant_id: impl Into<String>) -> Self {
        self.tenant_ids.push(tenant_id.into());
        self
    }

    /// Allows users of every tenant.
    pub fn allow_any_tenant(mut self) -> Self {
        self.any_tenant = true;
        self
    }

    /// Adds an audience of this API: its client id for version 2 tokens, its application id URI for
    /// version 1. It is compared exactly. May be called repeatedly.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Allows an application to call on behalf of its users, by its client id. May be called
    /// repeatedly.
    pub fn allowed_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_ids.push(client_id.into());
        self
    }

    /// Allows every application that a user or an administrator consented to.
    pub fn allow_any_client(mut self) -> Self {
        self.any_client = true;
        self
    }

    /// Sets the delegated permission that a token must have. Default `access_as_user`.
    pub fn required_scope(mut self, scope: impl Into<String>) -> Self {
        self.required_scope = Some(scope.into());
        self
    }

    /// Sets the tolerated clock skew, at most 1 hour. Default 5 minutes, as in Microsoft's libraries.
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.clock_skew = Some(skew);
        self
    }

    /// Sets the longest accepted time from `iat` to `exp`, at least 1 s. Default 28 hours, the
    /// maximum that Microsoft documents.
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_lifetime = Some(lifetime);
        self
    }

    /// Trusts these certificate authorities as well when fetching keys (PEM, one or more
    /// certificates).
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.transport_options.root_certificates_pem.push(pem.into());
        self
    }

    /// Sets the proxy for fetching keys. Default [`Proxy::Environment`].
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.transport_options.proxy = proxy;
        self
    }

    /// Sets the options of the connections for fetching keys, except the proxy and the certificate
    /// authorities.
    #[cfg(feature = "handler")]
    pub(crate) fn connections(mut self, connect_timeout: Duration, http2: bool) -> Self {
        self.transport_options.connect_timeout = connect_timeout;
        self.transport_options.http2 = http2;
        self
    }

    /// Fetches keys through this transport instead of [`HttpTransport`].
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Replaces the machine's clock: for tests.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Some(Arc::new(now));
        self
    }

    /// Builds the verifier. It doesn't fetch keys yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), `target` naming the option.
    pub fn build(self) -> Result<TokenVerifier> {
        let refused = |option, reason: &str| Err(Error::invalid_option(option, reason));
        let guids = |ids: &[String]| ids.iter().all(|id| is_guid(id));
        if self.tenant_ids.is_empty() != self.any_tenant {
            return refused(
                OptionName::TenantId,
                "Give the tenants that may call, or allow any, not both.",
            );
        }
        if !guids(&self.tenant_ids) {
            return refused(
                OptionName::TenantId,
                "A tenant is named by its GUID; a domain's name can change hands.",
            );
        }
        if self.audiences.is_empty() || self.audiences.iter().any(String::is_empty) {
            return refused(
                OptionName::Audience,
                "Give the API's client id or application id URI.",
            );
        }
        if self.client_ids.is_empty() != self.any_client {
            return refused(
                OptionName::AllowedClientId,
                "Give the applications that may call, or allow any, not both.",
            );
        }
        if !guids(&self.client_ids) {
            return refused(
                OptionName::AllowedClientId,
                "An application is named by its client id, a GUID.",
            );
        }
        let scope = self.required_scope.unwrap_or_else(|| SCOPE.to_owned());
        if scope.is_empty() || scope.contains(char::is_whitespace) || scope.contains('/') {
            return refused(
                OptionName::RequiredScope,
                "Give one scope by its own name, without the API's.",
            );
        }
        let skew = self.clock_skew.unwrap_or(SKEW);
        if skew > Duration::from_secs(60 * 60) {
            return refused(OptionName::ClockSkew, "It must be at most one hour.");
        }
        let longest_life = self.max_lifetime.unwrap_or(LONGEST_LIFE);
        if longest_life < Duration::from_secs(1) {
            return refused(OptionName::MaxLifetime, "It must be at least 1 s.");
        }
        let cloud = self.cloud.unwrap_or_default();
        Endpoint::parse(&cloud.authority)
            .map_err(|error| Error::invalid_option(OptionName::Cloud, error.reason.clone()))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::new(&self.transport_options)?),
        };
        let tenant = match &self.tenant_ids[..] {
            [only] => only,
            _ => "organizations",
        };
        let fetcher = Fetcher {
            transport,
            base: format!("{}/{tenant}", cloud.authority),
        };
        let now = self.now.unwrap_or_else(|| Arc::new(SystemTime::now));
        let rules = Rules {
            cloud: cloud.clone(),
            tenant_ids: self.tenant_ids,
            audiences: self.audiences,
            client_ids: self.client_ids,
            scope,
            skew,
            longest_life,
        };
        Ok(TokenVerifier {
            inner: Arc::new(Inner {
                rules,
                keys: KeyStore::new(fetcher, cloud, Arc::clone(&now)),
                now,
            }),
        })
    }
}

impl fmt::Debug for TokenVerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifierBuilder")
            .field("cloud", &self.cloud)
            .field("tenant_ids", &self.tenant_ids)
            .field("audiences", &self.audiences)
            .field("client_ids", &self.client_ids)
            .field("required_scope", &self.required_scope)
            .finish_non_exhaustive()
    }
}
