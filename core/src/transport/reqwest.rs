//! One attempt over reqwest with rustls: no redirects, no hidden retries, a cap on the answer.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::{BoxFuture, FailureKind, Transport, TransportFailure, tls};
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::redact::redact;

/// No answer of this service comes near: a token is 3 KiB.
const MAX_ANSWER: usize = 64 * 1024;

/// Which proxy requests go through.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// As `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say; loopback endpoints always directly.
    #[default]
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// This one for all requests: `http://[user:password@]host:port`.
    Url(String),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Direct => "Direct",
            // The URL may hold a password.
            Self::Url(_) => "Url(…)",
        })
    }
}

/// How connections are made.
#[derive(Clone)]
pub struct TransportOptions {
    /// How long making a connection may take, TLS included. Default 5 s.
    pub connect_timeout: Duration,
    /// Which proxy requests go through.
    pub proxy: Proxy,
    /// More certificate authorities to trust, each in PEM form, besides the system's.
    pub root_certificates_pem: Vec<Vec<u8>>,
    /// A certificate chain and its private key in PEM form, for a gateway that asks for one.
    pub client_identity_pem: Option<zeroize::Zeroizing<Vec<u8>>>,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            proxy: Proxy::default(),
            root_certificates_pem: Vec::new(),
            client_identity_pem: None,
        }
    }
}

impl fmt::Debug for TransportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("proxy", &self.proxy)
            .field("root_certificates_pem", &self.root_certificates_pem.len())
            .field("client_identity_pem", &self.client_identity_pem.is_some())
            .finish()
    }
}

/// The transport that every client uses unless it is given another. Clones share their connections.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    http: reqwest::Client,
}

impl ReqwestTransport {
    /// The transport to one endpoint: a proxy from the environment must not see what was meant to stay on this machine.
    pub(crate) fn to(endpoint: &Endpoint, mut options: TransportOptions) -> Result<Self> {
        if endpoint.is_loopback() && options.proxy == Proxy::Environment {
            options.proxy = Proxy::Direct;
        }
        Self::new(&options)
    }

    /// Sets up TLS and the connection pool; connects to nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with the option's name as `target`.
    pub fn new(options: &TransportOptions) -> Result<Self> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config(options)?)
            .connect_timeout(options.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .tcp_nodelay(true);
        builder = match &options.proxy {
            Proxy::Environment => builder,
            Proxy::Direct => builder.no_proxy(),
            Proxy::Url(url) => {
                let proxy = reqwest::Proxy::all(url)
                    .map_err(|_| Error::invalid_argument("proxy", "The proxy's URL cannot be used."))?;
                builder.no_proxy().proxy(proxy)
            }
        };
        let http = builder.build().map_err(|error| {
            Error::invalid_argument(
                "transport",
                format!("The HTTP client cannot be set up: {}.", explain(&error)),
            )
        })?;
        Ok(Self { http })
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, std::result::Result<http::Response<Bytes>, TransportFailure>> {
        Box::pin(async move {
            let signed = request.uri().to_string();
            let request = reqwest::Request::try_from(request)
                .map_err(|error| TransportFailure::new(FailureKind::Refused, explain(&error)))?;
            // URL parsers rewrite what they hold unusual. What is sent must be what was signed.
            if request.url().as_str() != signed {
                return Err(TransportFailure::new(
                    FailureKind::Refused,
                    "the URL holds characters that must be percent-encoded to be sent as signed",
                ));
            }
            let mut answer = self
                .http
                .execute(request)
                .await
                .map_err(|error| failure(&error))?;
            let too_large = || {
                TransportFailure::new(
                    FailureKind::Unexpected,
                    format!("the answer is larger than {MAX_ANSWER} bytes"),
                )
            };
            if answer
                .content_length()
                .is_some_and(|length| length > MAX_ANSWER as u64)
            {
                return Err(too_large());
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error))? {
                if body.len() + chunk.len() > MAX_ANSWER {
                    return Err(too_large());
                }
                body.extend_from_slice(&chunk);
            }
            let mut response = http::Response::new(body.freeze());
            *response.status_mut() = answer.status();
            *response.headers_mut() = std::mem::take(answer.headers_mut());
            Ok(response)
        })
    }
}

fn failure(error: &reqwest::Error) -> TransportFailure {
    let kind = if is_untrusted(error) {
        FailureKind::Refused
    } else if error.is_connect() {
        FailureKind::NotSent
    } else if error.is_builder() {
        FailureKind::Refused
    } else {
        FailureKind::Lost
    };
    TransportFailure::new(kind, explain(error))
}

/// Whether TLS failed for a reason that another try meets again.
fn is_untrusted(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| matches!(tls_error(cause), Some(rustls::Error::InvalidCertificate(_))))
}

/// An I/O error does not list what it wraps among its sources, so it is looked into.
fn tls_error<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    match cause.downcast_ref::<std::io::Error>() {
        Some(io) => tls_error(io.get_ref()?),
        None => cause.downcast_ref(),
    }
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// The innermost causes in words. reqwest's own text is left out: it repeats the URL.
fn explain(error: &reqwest::Error) -> String {
    let mut causes: Vec<String> = chain(error).map(ToString::to_string).collect();
    causes.dedup();
    // An outer text often ends with the inner one.
    let texts: Vec<&str> = causes
        .iter()
        .enumerate()
        .filter(|(at, text)| {
            !causes
                .iter()
                .skip(at + 1)
                .any(|inner| text.contains(inner.as_str()))
        })
        .map(|(_, text)| text.as_str())
        .collect();
    if texts.is_empty() {
        return "the request failed without saying why".into();
    }
    let text = redact(&texts.join(": "));
    if is_untrusted(error) {
        return format!(
            "the server's certificate is not trusted ({text}); behind a proxy or an emulator that has its own certificate \
             authority, add that one as a root certificate"
        );
    }
    text
}
