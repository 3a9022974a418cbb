//! One attempt over HTTP ([`Transport`]): names, proxies, connections, TLS, and what can be
//! concluded from a failed attempt.

mod attempt;
mod client;
mod connect;
mod executor;
mod failure;
mod link;
mod options;
mod resolve;
mod roots;
pub(crate) mod tls;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

pub use self::attempt::Attempt;
pub(crate) use self::attempt::Limits;
pub use self::client::HttpTransport;
pub use self::options::{Proxy, TransportOptions};
pub use self::resolve::Resolve;
#[cfg(feature = "redis")]
pub(crate) use self::resolve::Resolver;

/// A boxed future, as trait objects need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request once. Implement it to use another HTTP stack with the same retries and
/// deadlines.
///
/// The URI's path and query and the resulting `Host` are signed: send both byte for byte. Don't
/// follow redirects, don't retry anything that the server may have processed, and never log the
/// headers or the body. Report the progress to the [`Attempt`] in the request's extensions.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends the request and reads the whole response. Dropping the future cancels the attempt;
    /// [`Attempt::timed_out`] returns whether it was dropped because it timed out.
    ///
    /// # Errors
    /// A [`TransportFailure`], whose kind decides whether the request is sent again.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>>;
}

/// Why a request got no usable response. More kinds may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The service has not processed the request: there was no connection, or the server signalled
    /// it at the protocol level.
    NotSent,
    /// The connection broke after the request may have been sent: its outcome is unknown.
    Lost,
    /// The attempt timed out after the request may have been sent: its outcome is unknown.
    TimedOut,
    /// The server asked for fewer requests at the protocol level (HTTP/2 `ENHANCE_YOUR_CALM`): the
    /// outcome is unknown.
    Overloaded,
    /// A retry would fail in the same way: an untrusted certificate, a URL that cannot be sent.
    Refused,
    /// The response cannot be parsed: it is too large, or not HTTP.
    Unexpected,
}

/// A failed attempt. The reason is text for a person and contains no secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TransportFailure {
    /// The kind, which decides whether to retry.
    pub kind: FailureKind,
    /// What happened.
    pub reason: String,
}

impl fmt::Display for TransportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for TransportFailure {}

impl TransportFailure {
    /// Creates a failure of this kind with this reason.
    pub fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
        }
    }

    fn too_large(most: usize) -> Self {
        let problem = format!("the response is larger than {most} bytes");
        Self::new(FailureKind::Unexpected, problem)
    }
}
