//! One attempt over HTTP ([`Transport`]): names, proxies, connections, TLS, and what a failed attempt leaves open.

mod attempt;
mod client;
mod connect;
mod executor;
mod failure;
mod link;
mod options;
mod resolve;
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

/// A future on the heap, as trait objects need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request once. Implement it to use another HTTP stack under the same retries and deadline.
///
/// The URI's path and query and the `Host` that follows from it are signed: send both byte for byte. Follow no
/// redirect, retry nothing that the server may have processed, and never log the headers or the body. Report to the
/// [`Attempt`] in the request's extensions how far it got.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends the request and reads the whole answer. Dropping the future gives up; [`Attempt::timed_out`] tells whether
    /// that was for want of an answer.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>>;
}

/// Why a request got no usable answer. More kinds may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The service has not processed the request: there was no connection, or the server said so by its protocol.
    NotSent,
    /// The connection broke after the request may have been sent: its outcome is unknown.
    Lost,
    /// The attempt ran into its time limit after the request may have been sent: its outcome is unknown.
    TimedOut,
    /// The server asked for fewer requests by its protocol (HTTP/2 `ENHANCE_YOUR_CALM`): the outcome is unknown.
    Overloaded,
    /// Another try would fail in the same way: an untrusted certificate, a URL that cannot be sent.
    Refused,
    /// The response cannot be read: it is too large, or not HTTP.
    Unexpected,
}

/// A failed attempt. The reason is for a person and holds no secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TransportFailure {
    /// What a retry may conclude.
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
    /// A failure of this kind, for this reason.
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
