//! Passes requests from hyper to the handler, and responses back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use acs_auth::handler::{BodyError, MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_HEADER_COUNT, Request, Response};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};

use super::activity::Turn;
use super::live::Live;

/// The paths that are served at any load.
const HEALTH: [&str; 3] = ["/healthz", "/livez", "/readyz"];

/// The request headers that the response to a rejected request depends on.
const OF_THE_ANSWER: [&str; 4] = [
    "origin",
    "x-correlation-id",
    "x-ms-client-request-id",
    "traceparent",
];

/// Passes a request to the handler, which also responds to unknown paths.
///
/// The body must arrive within `body_timeout`.
pub(super) async fn answer(
    live: Arc<Live>,
    body_timeout: Duration,
    mut turn: Turn,
    crowded: bool,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: headers(&head.headers),
        body: Vec::new(),
    };
    let refused = crowded && !HEALTH.contains(&head.uri.path());
    let arrived = async {
        if refused {
            return Err(BodyError::Overloaded);
        }
        let arrived = discard(body, body_timeout).await;
        turn.whole();
        arrived
    };
    Ok(respond(live.handler().handle_with_body(request, arrived).await))
}

/// The headers in the handler's form. If they exceed its limits, only enough of them are kept for the handler
/// to reject them, and those that its response depends on. So no request needs many times the memory that the
/// handler allows.
fn headers(all: &http::HeaderMap) -> Vec<(String, String)> {
    let (mut kept, mut bytes) = (Vec::new(), 0);
    for (name, value) in all {
        let is_refused = bytes > MAX_HEADER_BYTES || kept.len() > MAX_HEADER_COUNT;
        if is_refused && (!OF_THE_ANSWER.contains(&name.as_str()) || kept.len() > 2 * MAX_HEADER_COUNT) {
            continue;
        }
        let value = value.as_bytes();
        let value = value.get(..=MAX_HEADER_BYTES).unwrap_or(value);
        bytes += name.as_str().len() + value.len();
        // No header that the handler reads contains invalid UTF-8. `from_utf8` checks faster.
        let value = String::from_utf8(value.to_vec())
            .unwrap_or_else(|invalid| String::from_utf8_lossy(invalid.as_bytes()).into_owned());
        kept.push((name.as_str().to_owned(), value));
    }
    kept
}

/// Reads a body to its end and discards it; no route needs one.
async fn discard(body: Incoming, timeout: Duration) -> Result<(), BodyError> {
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Err(BodyError::TooLarge);
    }
    match tokio::time::timeout(timeout, Limited::new(body, MAX_BODY_BYTES).collect()).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge),
        Ok(Err(_)) => Err(BodyError::Incomplete),
        Err(_) => Err(BodyError::Timeout),
    }
}

fn respond(response: Response) -> http::Response<Full<Bytes>> {
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder
        .body(Full::from(response.body))
        .unwrap_or_else(|_| status(http::StatusCode::INTERNAL_SERVER_ERROR))
}

fn status(status: http::StatusCode) -> http::Response<Full<Bytes>> {
    let mut response = http::Response::new(Full::default());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(headers: impl IntoIterator<Item = (String, usize)>) -> http::HeaderMap {
        let pair = |(name, length): (String, usize)| {
            let name: http::HeaderName = name.parse().unwrap();
            (name, http::HeaderValue::from_str(&"a".repeat(length)).unwrap())
        };
        headers.into_iter().map(pair).collect()
    }

    fn bytes(headers: &[(String, String)]) -> usize {
        headers.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    #[test]
    fn what_the_handler_accepts_is_kept_whole() {
        let many = map((0..MAX_HEADER_COUNT).map(|at| (format!("x-{at:03}"), 507)));
        let kept = headers(&many);
        assert_eq!((kept.len(), bytes(&kept)), (MAX_HEADER_COUNT, MAX_HEADER_BYTES));
    }

    #[test]
    fn what_it_refuses_is_still_refused_and_kept_in_part() {
        let origin = || std::iter::once(("origin".to_owned(), 20));
        let one = map(std::iter::once(("x".to_owned(), 500_000)).chain(origin()));
        let long = map((0..100).map(|at| (format!("x-{at}"), 5_000)).chain(origin()));
        let many = map((0..10_000).map(|at| (format!("x-{at}"), 1)).chain(origin()));
        let origins = map((0..10_000).map(|_| ("origin".to_owned(), 10)));
        for all in [one, long, many, origins] {
            let kept = headers(&all);
            assert!(bytes(&kept) > MAX_HEADER_BYTES || kept.len() > MAX_HEADER_COUNT);
            assert!(bytes(&kept) < 2 * MAX_HEADER_BYTES && kept.len() <= 2 * MAX_HEADER_COUNT + 1);
            assert!(kept.iter().any(|(name, _)| name == "origin"));
        }
    }
}
