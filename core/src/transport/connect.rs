//! Opens connections: name lookup, TCP, proxy and TLS.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::link::Observed;
use super::resolve::Resolver;
use super::{Proxy, TransportOptions};
use crate::endpoint::Authority;
use crate::error::{Error, OptionName, Result};

/// TCP keepalive: when the first probe is sent to a silent peer, and the interval of further ones.
const TCP_KEEPALIVE: Duration = Duration::from_secs(15);
const TCP_KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
const TCP_KEEPALIVE_RETRIES: u32 = 3;
/// The kernel closes a connection if sent data is not acknowledged for this long.
#[cfg(target_os = "linux")]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(10);

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Dialer = HttpsConnector<HttpConnector<Resolver>>;

/// Selects the proxy of a request by its URL.
#[derive(Debug)]
pub(super) struct Route {
    proxies: Option<Matcher>,
    loopback_is_direct: bool,
}

impl Route {
    pub(super) fn new(proxy: &Proxy) -> Result<Self> {
        let proxies = match proxy {
            Proxy::Direct => None,
            Proxy::Environment => Some(Matcher::from_system()),
            Proxy::Url(url) => {
                let matcher = Matcher::builder().all(url.clone()).build();
                let is_http = matcher
                    .intercept(&Uri::from_static("https://host.invalid"))
                    .is_some_and(|proxy| matches!(proxy.uri().scheme_str(), Some("http" | "https")));
                if !is_http {
                    return Err(Error::invalid_option(
                        OptionName::Proxy,
                        "The proxy's URL cannot be used.",
                    ));
                }
                Some(matcher)
            }
        };
        Ok(Self {
            proxies,
            // Requests to this machine must not go to another one in clear text.
            loopback_is_direct: *proxy == Proxy::Environment,
        })
    }

    fn proxy(&self, to: &Uri) -> Option<hyper_util::client::proxy::matcher::Intercept> {
        let proxies = self.proxies.as_ref()?;
        if self.loopback_is_direct && is_loopback(to) {
            return None;
        }
        proxies.intercept(to)
    }

    /// The `Proxy-Authorization` of an `http` request, which the proxy itself reads. An `https` request goes
    /// through a tunnel, which is authorized when it is opened.
    pub(super) fn authorization(&self, to: &Uri) -> Option<http::HeaderValue> {
        if to.scheme_str() != Some("http") {
            return None;
        }
        self.proxy(to)?.basic_auth().cloned()
    }
}

fn is_loopback(uri: &Uri) -> bool {
    let origin = format!(
        "{}://{}",
        uri.scheme_str().unwrap_or_default(),
        uri.authority()
            .map(http::uri::Authority::as_str)
            .unwrap_or_default()
    );
    Authority::split(&origin).is_ok_and(|(authority, _)| authority.is_loopback())
}

/// Opens connections for one pool. Clones share everything.
#[derive(Clone)]
pub(super) struct Connector {
    shared: Arc<Shared>,
}

struct Shared {
    direct: Dialer,
    /// Connects to the proxy, always with HTTP/1.1, whatever the version behind it.
    to_proxy: Dialer,
    tls: Arc<ClientConfig>,
    route: Arc<Route>,
    resolver: Resolver,
    timeout: Duration,
}

impl Connector {
    /// `tls` offers the pool's versions of HTTP, `proxy_tls` only HTTP/1.1.
    pub(super) fn new(
        options: &TransportOptions,
        tls: Arc<ClientConfig>,
        proxy_tls: Arc<ClientConfig>,
        route: Arc<Route>,
        resolver: Resolver,
    ) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(resolver.clone());
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // hyper-util divides it among the addresses of a host.
        tcp.set_connect_timeout(Some(options.connect_timeout));
        tcp.set_keepalive(Some(TCP_KEEPALIVE));
        tcp.set_keepalive_interval(Some(TCP_KEEPALIVE_INTERVAL));
        tcp.set_keepalive_retries(Some(TCP_KEEPALIVE_RETRIES));
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(TCP_USER_TIMEOUT));
        Self {
            shared: Arc::new(Shared {
                direct: HttpsConnector::from((tcp.clone(), Arc::clone(&tls))),
                to_proxy: HttpsConnector::from((tcp, proxy_tls)),
                tls,
                route,
                resolver,
                timeout: options.connect_timeout,
            }),
        }
    }
}

impl Shared {
    async fn connect(&self, to: Uri) -> std::result::Result<Observed, BoxError> {
        let mut unfinished = Unfinished(Some(&self.resolver));
        let connected = tokio::time::timeout(self.timeout, self.dial(to))
            .await
            .map_err(|_| {
                let problem = format!("no connection within {:?}", self.timeout);
                io::Error::new(io::ErrorKind::TimedOut, problem)
            })?;
        if connected.is_ok() {
            unfinished.0 = None;
        }
        connected
    }

    async fn dial(&self, to: Uri) -> std::result::Result<Observed, BoxError> {
        let Some(proxy) = self.route.proxy(&to) else {
            let stream = self.direct.clone().call(to).await?;
            return Ok(Observed::new(stream, false));
        };
        if to.scheme_str() == Some("http") {
            let stream = self.to_proxy.clone().call(proxy.uri().clone()).await?;
            return Ok(Observed::new(stream, true));
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.to_proxy.clone());
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        let host = to.host().unwrap_or_default().trim_matches(['[', ']']);
        let server = ServerName::try_from(host)?.to_owned();
        let stream = tunnel.call(to).await.map_err(NoTunnel::of)?;
        let tls = TlsConnector::from(Arc::clone(&self.tls));
        let stream = tls.connect(server, TokioIo::new(stream)).await?;
        Ok(Observed::new(
            MaybeHttpsStream::Https(TokioIo::new(stream)),
            false,
        ))
    }
}

/// Why a proxy opened no tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoTunnel {
    /// It requires a user name and a password.
    Unauthorized,
    /// It rejected the request, or its response was invalid.
    Declined,
    /// It closed the connection.
    Closed,
}

impl NoTunnel {
    /// Converts hyper-util's tunnel error, whose type is not public. A connection's error is returned
    /// unchanged.
    fn of(error: impl std::error::Error + Send + Sync + 'static) -> BoxError {
        match format!("{error:?}").as_str() {
            "ProxyAuthRequired" => Self::Unauthorized.into(),
            "TunnelUnsuccessful" | "ProxyHeadersTooLong" => Self::Declined.into(),
            "TunnelUnexpectedEof" => Self::Closed.into(),
            _ => error.into(),
        }
    }
}

impl fmt::Display for NoTunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthorized => {
                "the proxy asks for a user name and a password (407); put them into the proxy's URL"
            }
            Self::Declined => "the proxy opened no tunnel to the service",
            Self::Closed => "the proxy closed the connection",
        })
    }
}

impl std::error::Error for NoTunnel {}

/// Lets the next connection begin with another address if this one fails or is cancelled.
struct Unfinished<'a>(Option<&'a Resolver>);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(resolver) = self.0 {
            resolver.rotate();
        }
    }
}

impl Service<Uri> for Connector {
    type Response = Observed;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Observed, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.connect(to).await })
    }
}
