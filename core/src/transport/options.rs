//! Options of connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Resolve;

/// The proxy that requests go through.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// Follows `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`; loopback addresses are
    /// always reached directly. Decided for each request by its own URL. On macOS and Windows the
    /// system's proxy stands in for an unset `HTTPS_PROXY` or `HTTP_PROXY`, before `ALL_PROXY`.
    #[default]
    Environment,
    /// No proxy, whatever the environment contains.
    Direct,
    /// One proxy for all requests: `http://[user:password@]host:port`, or `https://…` for a proxy that is
    /// reached over TLS.
    Url(String),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Direct => "Direct",
            // The URL may contain a password.
            Self::Url(_) => "Url(…)",
        })
    }
}

/// Options of connections.
#[derive(Clone)]
pub struct TransportOptions {
    /// The timeout for opening a connection, including name lookup, proxy and TLS. Default 5 s.
    pub connect_timeout: Duration,
    /// The proxy that requests go through. Default [`Proxy::Environment`].
    pub proxy: Proxy,
    /// Offers HTTP/2 to the server. Default `false`: with HTTP/1.1, a connection that goes silent
    /// delays one request.
    pub http2: bool,
    /// Certificate authorities to trust in addition to the system's, each in PEM form. Default: none.
    pub root_certificates_pem: Vec<Vec<u8>>,
    /// A client certificate for a gateway that requests one: the chain and its private key in PEM
    /// form. Default: none.
    pub client_identity_pem: Option<zeroize::Zeroizing<Vec<u8>>>,
    /// Looks up host names. Default: the system's `getaddrinfo`.
    pub resolver: Option<Arc<dyn Resolve>>,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            proxy: Proxy::default(),
            http2: false,
            root_certificates_pem: Vec::new(),
            client_identity_pem: None,
            resolver: None,
        }
    }
}

impl fmt::Debug for TransportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("proxy", &self.proxy)
            .field("http2", &self.http2)
            .field("root_certificates_pem", &self.root_certificates_pem.len())
            .field("client_identity_pem", &self.client_identity_pem.is_some())
            .field("resolver", &self.resolver.is_some())
            .finish()
    }
}
