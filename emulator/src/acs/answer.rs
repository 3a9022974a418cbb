//! The identity service's responses: bodies, and the headers that the recordings have.

use serde_json::{Value, json};
use std::time::Instant;

use crate::http::{Reply, WireRequest};
use crate::random::Random;

/// A response without the headers that all responses have.
#[derive(Debug)]
pub(crate) struct Outcome {
    status: u16,
    body: Option<Value>,
    versions: Option<&'static [&'static str]>,
    headers: Vec<(&'static str, String)>,
}

impl Outcome {
    /// Success with a body.
    pub(super) fn ok(status: u16, body: Value, versions: &'static [&'static str]) -> Self {
        Self {
            status,
            body: Some(body),
            versions: Some(versions),
            headers: Vec::new(),
        }
    }

    /// 204, without a body.
    pub(super) fn no_content(versions: &'static [&'static str]) -> Self {
        Self {
            status: 204,
            body: None,
            versions: Some(versions),
            headers: Vec::new(),
        }
    }

    /// An error from before the operation is reached, and therefore without `api-supported-versions`.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({"error": {"code": code, "message": message}});
        Self {
            status,
            body: Some(body),
            versions: None,
            headers: Vec::new(),
        }
    }

    /// A `ValidationError` of a property.
    pub(super) fn invalid(target: &str, message: &str) -> Self {
        let body = json!({"error": {"code": "ValidationError", "message": message, "target": target}});
        Self {
            status: 400,
            body: Some(body),
            versions: None,
            headers: Vec::new(),
        }
    }

    /// Adds `api-supported-versions`, which a response has once its operation is reached.
    pub(super) fn supporting(mut self, versions: &'static [&'static str]) -> Self {
        self.versions = Some(versions);
        self
    }

    /// Removes an error's body; a success is left unchanged.
    pub(super) fn without_error_body(mut self) -> Self {
        if self.status >= 400 {
            self.body = None;
        }
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds the headers that all responses have.
    pub(super) fn into_reply(self, request: &WireRequest, random: &Random, started: Instant) -> Reply {
        let mut reply = Reply::empty(self.status);
        if let Some(versions) = self.versions {
            reply = reply.with("api-supported-versions", versions.join(", "));
        }
        if let Some(body) = self.body {
            reply.body = body.to_string().into();
            reply = if self.status < 400 {
                reply.with("content-type", "application/json; charset=utf-8")
            } else {
                reply
                    .with("content-type", "application/json")
                    .with("transfer-encoding", "chunked")
            };
        }
        for (name, value) in self.headers {
            reply = reply.with(name, value);
        }
        reply = reply
            .with("ms-cv", format!("{}.0", random.base64::<16>()))
            .with("request-context", "appId=")
            .with("strict-transport-security", "max-age=2592000")
            .with("x-azure-ref", format!("0{}", random.base64::<24>()))
            .with("x-cache", "CONFIG_NOCACHE")
            .with(
                "x-processing-time",
                format!("{}ms", started.elapsed().as_millis()),
            );
        match request.header("x-ms-client-request-id") {
            Some(id) => reply.with("x-ms-client-request-id", id),
            None => reply,
        }
    }
}
