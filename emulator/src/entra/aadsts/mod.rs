//! Entra's errors with their AADSTS codes. The texts are the emulator's own; clients must not parse them.

mod grant;
mod request;
mod user;

use super::Entra;
use crate::http::{Reply, WireRequest};
use serde_json::{Value, json};

/// An error, as the token endpoint and the redirect of authorize report it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) error: &'static str,
    pub(crate) code: u32,
    pub(crate) text: String,
    pub(crate) suberror: Option<&'static str>,
    pub(crate) status: u16,
    /// What the client must pass on as `claims` to authorize.
    pub(crate) claims: Option<String>,
}

/// The ids and the time under which a request is traced.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub(crate) trace_id: String,
    pub(crate) correlation_id: String,
    pub(crate) timestamp: String,
}

impl Entra {
    /// Ids for this request; the client's own correlation id is used if it is a GUID.
    pub(super) fn trace(&self, request: &WireRequest, sent: Option<&str>) -> Trace {
        let sent = sent.or_else(|| request.header("client-request-id"));
        let kept = sent
            .and_then(|id| uuid::Uuid::parse_str(id).ok())
            .unwrap_or_else(uuid::Uuid::new_v4);
        let at = jiff::Timestamp::from_second(self.now()).unwrap_or_default();
        Trace {
            trace_id: uuid::Uuid::new_v4().to_string(),
            correlation_id: kept.to_string(),
            timestamp: at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}

/// Adds the headers that keep the response out of caches and identify its request.
pub(super) fn stamp(reply: Reply, trace: &Trace) -> Reply {
    reply
        .with("cache-control", "no-store, no-cache")
        .with("pragma", "no-cache")
        .with("x-ms-request-id", trace.trace_id.as_str())
        .with("client-request-id", trace.correlation_id.as_str())
}

impl Refusal {
    fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self {
            error,
            code,
            text: text.into(),
            suberror: None,
            claims: None,
            status: 400,
        }
    }

    fn client(code: u32, text: impl Into<String>) -> Self {
        Self {
            status: 401,
            ..Self::new("invalid_client", code, text)
        }
    }

    /// `AADSTSnnnnn: …`, with the trace's ids.
    pub(crate) fn description(&self, trace: &Trace) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.code, self.text, trace.trace_id, trace.correlation_id, trace.timestamp
        )
    }

    /// The JSON body of the token endpoint.
    pub(crate) fn reply(&self, trace: &Trace, base: &str) -> Reply {
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(trace),
            "error_codes": [self.code],
            "timestamp": trace.timestamp,
            "trace_id": trace.trace_id,
            "correlation_id": trace.correlation_id,
            "error_uri": format!("{base}/error?code={}", self.code),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = Value::from(suberror);
        }
        if let Some(claims) = &self.claims {
            body["claims"] = Value::from(claims.as_str());
        }
        Reply::json(self.status, &body)
    }
}
