//! Graph's error bodies, and the headers of all its responses.

use std::time::SystemTime;

use serde_json::json;

use crate::http::{Reply, WireRequest};
use crate::seed::GRAPH_APP_ID;
use crate::time;

const REQUEST_ID: &str = "request-id";
const CLIENT_REQUEST_ID: &str = "client-request-id";

/// An error response of Graph.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(super) fn unauthenticated(message: &str) -> Self {
        Self::new(401, "InvalidAuthenticationToken", message)
    }

    pub(super) fn denied() -> Self {
        let message = "Insufficient privileges to complete the operation.";
        Self::new(403, "Authorization_RequestDenied", message)
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "Request_BadRequest", message)
    }

    /// The code and the text were seen in clients' tests; the status is an option.
    pub(super) fn extension_exists(status: u16) -> Self {
        let message = "An extension already exists with given id.";
        Self::new(status, "Request_BadRequest", message)
    }

    /// Unverified: Graph documents the limit, but not the response.
    pub(super) fn too_many_extensions() -> Self {
        Self::bad_request("The application has reached its limit of open extensions on this resource.")
    }

    /// Unverified.
    pub(super) fn extension_not_found() -> Self {
        Self::new(404, "ResourceNotFound", "Extension with given id not found.")
    }

    /// Unverified.
    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            405,
            "Request_BadRequest",
            "The method is not allowed for this resource.",
        )
    }

    pub(super) fn unknown_segment(path: &str) -> Self {
        let segment = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        Self::new(
            400,
            "BadRequest",
            format!("Resource not found for the segment '{segment}'."),
        )
    }

    pub(super) fn into_reply(self, request: &WireRequest, now: SystemTime) -> Reply {
        let id = uuid::Uuid::new_v4().to_string();
        let date = time::rfc3339(now);
        let inner = json!({
            "date": date.get(..19).unwrap_or(&date),
            REQUEST_ID: id,
            CLIENT_REQUEST_ID: request.header(CLIENT_REQUEST_ID).unwrap_or(&id),
        });
        let error = json!({"code": self.code, "message": self.message, "innerError": inner});
        let reply = Reply::json(self.status, &json!({"error": error})).with(REQUEST_ID, id);
        if self.status == 401 {
            let authorize = format!("{}/common/oauth2/authorize", request.base_url());
            let challenge =
                format!("Bearer realm=\"\", authorization_uri=\"{authorize}\", client_id=\"{GRAPH_APP_ID}\"");
            return reply.with("www-authenticate", challenge);
        }
        reply
    }
}

/// Adds the headers that every response has.
pub(super) fn with_headers(reply: Reply, request: &WireRequest) -> Reply {
    let id = match reply.headers.iter().find(|(name, _)| name == REQUEST_ID) {
        Some((_, id)) => id.clone(),
        None => uuid::Uuid::new_v4().to_string(),
    };
    let client = request.header(CLIENT_REQUEST_ID).unwrap_or(&id).to_owned();
    let has_id = reply.headers.iter().any(|(name, _)| name == REQUEST_ID);
    let reply = if has_id { reply } else { reply.with(REQUEST_ID, id) };
    reply
        .with(CLIENT_REQUEST_ID, client)
        .with("cache-control", "no-store")
        .with("odata-version", "4.0")
        .with("strict-transport-security", "max-age=31536000")
}
