//! Requests to Entra and Graph, over the same pipeline as those to ACS but with their own authentication.

use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::{MappingError, MappingFailure};
use crate::clock::after;
use crate::error::{Error, ErrorKind};
use crate::pipeline::{Answer, CallRules, Pipeline};
use crate::protocol::{
    Authentication, ErrorBody, Method, PreparedRequest, RawResponse, Retryable, intermediary, retry_after,
};

/// The timeout of an operation with all its requests. Repairing a failed step gets the same time again.
pub(super) const TIMEOUT: Duration = Duration::from_secs(20);

/// The deadline of an operation with all its requests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    pub(super) fn within(timeout: Duration) -> Self {
        Self(after(Instant::now(), timeout))
    }

    /// Returns the earlier of this deadline and the time after `timeout`.
    pub(super) fn at_most(self, timeout: Duration) -> Self {
        Self::within(timeout.min(self.left()))
    }

    /// The time that is left.
    pub(super) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// Creates a request that may be retried: repeating any of the requests to Entra and Graph does no harm.
pub(super) fn request(method: Method, url: String, headers: Vec<(&'static str, String)>) -> PreparedRequest {
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name, Zeroizing::new(value)))
        .collect();
    PreparedRequest {
        method,
        url,
        headers,
        body: Zeroizing::default(),
        authentication: Authentication::UserToken,
        retryable: Retryable::Always,
    }
}

/// The outcome of a request.
pub(super) struct Sent {
    pub(super) result: Result<Answer, MappingError>,
    /// Whether the service may have processed the request although no success was seen.
    pub(super) maybe_done: bool,
}

/// Sends a request within what is left of the deadline.
pub(super) async fn send(
    pipeline: &Pipeline,
    mut request: PreparedRequest,
    deadline: Deadline,
    failure: MappingFailure,
) -> Sent {
    let id = Uuid::new_v4().to_string();
    // Entra and Graph use this header, ACS another one.
    request
        .headers
        .push(("client-request-id", Zeroizing::new(id.clone())));
    let rules = CallRules {
        timeout: Some(pipeline.timeout.min(deadline.left())),
        ..CallRules::of(pipeline)
    };
    let outcome = pipeline.send(request, rules, &id).await;
    Sent {
        maybe_done: outcome.maybe_processed,
        result: outcome.result.map_err(|error| MappingError::new(failure, error)),
    }
}

/// Turns an error response into an error with the service's message.
pub(super) fn refusal(service: &str, response: &RawResponse<'_>) -> Error {
    let body = ErrorBody::read(response.body);
    let kind = match response.status {
        400 => ErrorKind::ValidationFailed,
        401 | 403 => ErrorKind::CredentialDenied,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::Throttled,
        402..=599 => ErrorKind::ServiceError,
        _ => ErrorKind::UnexpectedResponse,
    };
    let said = body.message.as_deref().unwrap_or("No details.");
    let advice = intermediary(response.status).map_or(String::new(), |words| format!(" {words}"));
    let mut error = Error::new(
        kind,
        format!("{service} returned {}. {said}{advice}", response.status),
    );
    let details = error.details_mut();
    details.code = body.code;
    details.status = Some(response.status);
    details.retry_after = retry_after(response.headers, response.received_at);
    details.client_request_id = response
        .header("client-request-id")
        .map(|id| crate::redact::for_display(id, 64));
    error
}
