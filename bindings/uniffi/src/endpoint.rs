//! Endpoints, access keys and connection strings. No I/O.

use std::sync::Arc;

use acs_auth_c::endpoint::acs_access_key;

use crate::error::Result;
use crate::shown::opaque;

/// The address of an ACS resource.
#[derive(Debug, uniffi::Object)]
pub struct Endpoint(pub(crate) core_auth::Endpoint);

/// An access key, ready to sign with. It cannot be read back.
#[derive(uniffi::Object)]
pub struct AccessKey(pub(crate) acs_access_key);

/// A connection string in its parts.
#[derive(Debug, uniffi::Object)]
pub struct ConnectionString {
    endpoint: Arc<Endpoint>,
    access_key: Arc<AccessKey>,
}

opaque!(AccessKey);

#[uniffi::export]
impl Endpoint {
    /// Parses an endpoint such as "https://contoso.communication.azure.com". The scheme defaults to https;
    /// http is accepted for loopback only.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::Endpoint::parse(text)?)))
    }

    /// Parses like the constructor, but accepts http for any host: use it only if something else protects the
    /// connection.
    #[uniffi::constructor]
    pub fn parse_allowing_insecure(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::Endpoint::parse_allowing_insecure(
            text,
        )?)))
    }

    /// Returns "https://host" or "https://host:port", to which a request target can be appended.
    pub fn url(&self) -> String {
        self.0.url().to_owned()
    }
}

#[uniffi::export]
impl AccessKey {
    /// Parses a key as the Azure portal shows it: standard base64 with padding.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::AccessKey::from_base64(text)?.into())))
    }
}

#[uniffi::export]
impl ConnectionString {
    /// Parses a connection string: its parts in any order, their names case-insensitive.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Self::of(core_auth::ConnectionString::parse(text)?))
    }

    /// Parses like the constructor, but accepts http for any host: use it only if something else protects the
    /// connection.
    #[uniffi::constructor]
    pub fn parse_allowing_insecure(text: &str) -> Result<Arc<Self>> {
        Ok(Self::of(core_auth::ConnectionString::parse_allowing_insecure(
            text,
        )?))
    }

    /// Returns the resource's endpoint.
    pub fn endpoint(&self) -> Arc<Endpoint> {
        Arc::clone(&self.endpoint)
    }

    /// Returns the resource's access key.
    pub fn access_key(&self) -> Arc<AccessKey> {
        Arc::clone(&self.access_key)
    }
}

impl ConnectionString {
    fn of(parsed: core_auth::ConnectionString) -> Arc<Self> {
        let core_auth::ConnectionString { endpoint, access_key } = parsed;
        Arc::new(Self {
            endpoint: Arc::new(Endpoint(endpoint)),
            access_key: Arc::new(AccessKey(access_key.into())),
        })
    }
}
