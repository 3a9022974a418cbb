//! The host's own HTTP stack instead of the library's.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use core_auth::transport::{Attempt, BoxFuture, TransportFailure};
use tokio::sync::oneshot;

use crate::error::{AcsAuthError, Result};
use crate::message::Header;
use crate::shown::shown;

/// Your own HTTP stack instead of the library's, such as your company's, or in a test a function that answers
/// in process, so that nothing reaches the network.
///
/// The library still signs, retries, and bounds the time; a transport sends one request once. It ignores the
/// connection options (proxies, certificates, timeouts). It sends the URL byte for byte, adds Host and
/// Content-Length by itself, follows no redirect, decompresses the body if it asked for compression, and logs
/// neither headers nor bodies.
#[uniffi::export(with_foreign)]
pub trait Transport: Send + Sync {
    /// Sends the request once. It is called on a thread of its own, which it may block. The attempt still
    /// times out, and the call still ends at its deadline. At most 16 callbacks of transports and token
    /// credentials run at once in a process: when all of them block, a further attempt waits for a thread, and
    /// fails as not sent if it times out meanwhile. An exception fails the attempt as lost; only its type is
    /// shown.
    fn send(&self, request: TransportRequest) -> Result<TransportAnswer>;
}

/// A request for a transport to send. It prints without the body and the values of its headers.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct TransportRequest {
    /// The method: "GET", "POST", "PUT" or "DELETE".
    pub method: String,
    /// The absolute URL. Send it byte for byte: it is signed.
    pub url: String,
    /// The headers, names in lower case. The HTTP stack adds Host and Content-Length; an empty POST has its
    /// own content-length of 0.
    pub headers: Vec<Header>,
    /// The body, which may contain a token.
    pub body: Vec<u8>,
    /// How long the attempt may still take, in milliseconds: a timeout for the HTTP stack.
    pub timeout_ms: u64,
    /// The maximum size of the response's body in bytes; a larger one fails the attempt.
    pub max_response_bytes: u64,
}

shown!(TransportRequest { method, url, headers, timeout_ms, max_response_bytes; body });

/// The answer to a request. It prints without the body and the values of its headers.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug, Display)]
pub enum TransportAnswer {
    /// A response was received, whatever its status.
    Response {
        /// The HTTP status, 200 to 999.
        status: u16,
        /// The headers as received, without Content-Encoding if the body was decompressed.
        headers: Vec<Header>,
        /// The whole body.
        body: Vec<u8>,
    },
    /// No usable response was received.
    Failure {
        /// The kind of the failure, which decides whether the request is retried.
        kind: FailureKind,
        /// Text for a person, without any secret.
        reason: String,
    },
}

impl fmt::Debug for TransportAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response {
                status,
                headers,
                body: _,
            } => f
                .debug_struct("Response")
                .field("status", status)
                .field("headers", headers)
                .finish_non_exhaustive(),
            Self::Failure { kind, reason } => f
                .debug_struct("Failure")
                .field("kind", kind)
                .field("reason", reason)
                .finish(),
        }
    }
}

impl fmt::Display for TransportAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Why a request got no usable response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FailureKind {
    /// Nothing was sent: the request is retried, even a create.
    NotSent,
    /// The connection broke after the request may have been sent: requests that aren't idempotent are not
    /// retried.
    Lost,
    /// No response was received in time after the request may have been sent.
    TimedOut,
    /// The server asked for fewer requests at the protocol level.
    Overloaded,
    /// A retry would fail in the same way, as for an untrusted certificate.
    Refused,
    /// The response is not HTTP.
    Unexpected,
}

impl From<FailureKind> for core_auth::transport::FailureKind {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::NotSent => Self::NotSent,
            FailureKind::Lost => Self::Lost,
            FailureKind::TimedOut => Self::TimedOut,
            FailureKind::Overloaded => Self::Overloaded,
            FailureKind::Refused => Self::Refused,
            FailureKind::Unexpected => Self::Unexpected,
        }
    }
}

impl From<core_auth::transport::FailureKind> for FailureKind {
    fn from(kind: core_auth::transport::FailureKind) -> Self {
        match kind {
            core_auth::transport::FailureKind::NotSent => Self::NotSent,
            core_auth::transport::FailureKind::TimedOut => Self::TimedOut,
            core_auth::transport::FailureKind::Overloaded => Self::Overloaded,
            core_auth::transport::FailureKind::Refused => Self::Refused,
            core_auth::transport::FailureKind::Unexpected => Self::Unexpected,
            // Only for a kind that is newer than this facade: the safest assumption.
            core_auth::transport::FailureKind::Lost | _ => Self::Lost,
        }
    }
}

type Answer = std::result::Result<http::Response<Bytes>, TransportFailure>;

fn attempt_of(request: &http::Request<Bytes>) -> Attempt {
    request.extensions().get::<Attempt>().cloned().unwrap_or_default()
}

impl TransportRequest {
    pub(crate) fn of(request: http::Request<Bytes>) -> (Self, Attempt) {
        let attempt = attempt_of(&request);
        let (parts, body) = request.into_parts();
        let left = attempt.time_left().unwrap_or_default();
        let headers = parts.headers.iter().map(|(name, value)| Header {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        });
        let request = Self {
            method: parts.method.as_str().to_owned(),
            url: parts.uri.to_string(),
            headers: headers.collect(),
            body: body.to_vec(),
            timeout_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
            max_response_bytes: attempt.max_response_bytes() as u64,
        };
        (request, attempt)
    }
}

impl TransportAnswer {
    pub(crate) fn into_core(self) -> Answer {
        match self {
            Self::Response {
                status,
                headers,
                body,
            } => {
                let headers = headers.into_iter().map(|Header { name, value }| (name, value));
                acs_auth_c::transport::response(status.into(), headers, body.into())
                    .map_err(|error| acs_auth_c::transport::unusable(&error))
            }
            Self::Failure { kind, reason } => Err(TransportFailure::new(kind.into(), reason)),
        }
    }
}

/// The failure for a transport's exception: the request may have been sent.
pub(crate) fn raised(error: AcsAuthError) -> TransportFailure {
    let AcsAuthError::Failure { reason, .. } = error;
    let lost = core_auth::transport::FailureKind::Lost;
    TransportFailure::new(lost, format!("the transport failed: {reason}"))
}

struct ByHost(Arc<dyn Transport>);

/// Adapts a host's transport to core's trait.
pub(crate) fn by_host(transport: Arc<dyn Transport>) -> Arc<dyn core_auth::transport::Transport> {
    Arc::new(ByHost(transport))
}

impl core_auth::transport::Transport for ByHost {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Answer> {
        let attempt = attempt_of(&request);
        let transport = Arc::clone(&self.0);
        let (give, given) = oneshot::channel();
        Box::pin(async move {
            let called = acs_auth_c::transport::call_transport(attempt, move || {
                // Made here, because waiting for the thread has taken some of the attempt's time.
                let (request, _) = TransportRequest::of(request);
                let answer = transport.send(request);
                // Nobody may be waiting any more.
                let _ = give.send(answer);
            });
            called.await?;
            match given.await {
                Ok(Ok(answer)) => answer.into_core(),
                Ok(Err(error)) => Err(raised(error)),
                Err(_) => Err(acs_auth_c::transport::unanswered()),
            }
        })
    }
}

impl fmt::Debug for ByHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
