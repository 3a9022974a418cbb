//! Between hyper and the handler.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use acs_auth::handler::{BodyError, MAX_BODY_BYTES, Request, Response};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};

use super::activity::Turn;
use super::connection::Shared;

/// What is answered whatever the load.
const HEALTH: [&str; 3] = ["/healthz", "/livez", "/readyz"];

/// All paths go to the handler, which answers for those that it does not know too.
pub(super) async fn answer(
    shared: Arc<Shared>,
    mut turn: Turn,
    crowded: bool,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let headers = head.headers.iter().map(|(name, value)| {
        // Bytes that are no text match no header that is read.
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: headers.collect(),
        body: Vec::new(),
    };
    let refused = crowded && !HEALTH.contains(&head.uri.path());
    let arrived = async {
        if refused {
            return Err(BodyError::Overloaded);
        }
        let arrived = discard(body, shared.limits.body).await;
        turn.whole();
        arrived
    };
    Ok(respond(
        shared.live.handler().handle_arriving(request, arrived).await,
    ))
}

/// Reads a body, which no route needs, to its end.
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
