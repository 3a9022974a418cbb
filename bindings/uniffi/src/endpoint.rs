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
    /// Reads an endpoint such as "https://contoso.communication.azure.com". Without a scheme it is https; http is taken
    /// for loopback only.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::Endpoint::parse(text)?)))
    }

    /// As the constructor, and takes http for any host: only where something else protects the connection.
    #[uniffi::constructor]
    pub fn parse_allowing_insecure(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::Endpoint::parse_allowing_insecure(
            text,
        )?)))
    }

    /// "https://host" or "https://host:port", to which a request target is appended as it is.
    pub fn url(&self) -> String {
        self.0.url().to_owned()
    }
}

#[uniffi::export]
impl AccessKey {
    /// Reads a key as the Azure portal shows it: standard base64 with its padding.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(core_auth::AccessKey::from_base64(text)?.into())))
    }
}

#[uniffi::export]
impl ConnectionString {
    /// Reads a connection string: its parts in any order, the case of their names ignored.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Arc<Self>> {
        Ok(Self::of(core_auth::ConnectionString::parse(text)?))
    }

    /// As the constructor, and takes http for any host.
    #[uniffi::constructor]
    pub fn parse_allowing_insecure(text: &str) -> Result<Arc<Self>> {
        Ok(Self::of(core_auth::ConnectionString::parse_allowing_insecure(
            text,
        )?))
    }

    /// Where the resource answers.
    pub fn endpoint(&self) -> Arc<Endpoint> {
        Arc::clone(&self.endpoint)
    }

    /// The key that its requests are signed with.
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
