//! A transport that records what the client sends, and the response to it.

use std::fmt;

use acs_auth::transport::{BoxFuture, HttpTransport, Transport, TransportFailure};
use bytes::Bytes;
use http::{Request, Response};
use parking_lot::Mutex;

/// One attempt: the request as it was sent, and the response.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    /// The status and the headers of the response; `None` if none arrived.
    pub(super) answer: Option<(u16, Vec<(String, String)>)>,
}

impl Sent {
    /// The first value of a header; `name` in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The first value of a response header; `name` in lower case.
    pub(super) fn answer_header(&self, name: &str) -> Option<&str> {
        find(&self.answer.as_ref()?.1, name)
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

/// Sends over HTTP, and records each attempt.
pub(super) struct Wire {
    inner: HttpTransport,
    sent: Mutex<Vec<Sent>>,
}

impl Wire {
    pub(super) fn new(inner: HttpTransport) -> Self {
        Self {
            inner,
            sent: Mutex::default(),
        }
    }

    /// Every attempt so far.
    pub(super) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().clone()
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The requests contain tokens.
        f.debug_struct("Wire")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl Transport for Wire {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportFailure>> {
        let mut sent = Sent {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            headers: texts(request.headers()),
            body: request.body().clone(),
            answer: None,
        };
        Box::pin(async move {
            let outcome = self.inner.send(request).await;
            if let Ok(answer) = &outcome {
                sent.answer = Some((answer.status().as_u16(), texts(answer.headers())));
            }
            self.sent.lock().push(sent);
            outcome
        })
    }
}

fn texts(headers: &http::HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}
