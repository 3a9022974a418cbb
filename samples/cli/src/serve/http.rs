//! Between axum and the handler: the five lines of glue, and their limits.

use acs_auth::handler::{Request, Response, TokenExchangeHandler};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{self, StatusCode};

/// No request of these routes has a body worth more.
const MAX_BODY: usize = 64 * 1024;

/// All paths go to the handler, which answers for those that it does not know too.
pub(super) fn router(handler: TokenExchangeHandler) -> Router {
    Router::new().fallback(answer).with_state(handler)
}

async fn answer(
    State(handler): State<TokenExchangeHandler>,
    request: http::Request<Body>,
) -> http::Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return status(StatusCode::PAYLOAD_TOO_LARGE);
    };
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
        body: body.to_vec(),
    };
    respond(handler.handle(request).await)
}

fn respond(response: Response) -> http::Response<Body> {
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder
        .body(Body::from(response.body))
        .unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn status(status: StatusCode) -> http::Response<Body> {
    let mut response = http::Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
