//! Handles one request of a connection.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::body::{ReplyBody, Spoiled};
use super::socket::ResetSwitch;
use super::wire;
use crate::control;
use crate::core::Core;
use crate::faults::{Answer, Cut};
use crate::http::{Reply, WireRequest};
use crate::operation::{self, Service};

/// Reads a request and sends the response, with the fault that applies to it.
pub(crate) async fn answer(
    core: Arc<Core>,
    request: Request<Incoming>,
    tls: bool,
    reset: ResetSwitch,
) -> Result<Response<ReplyBody>, Spoiled> {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let mut request = wire::request(&head, tls);
    let version = wire::version(head.version);
    if core.resets_before_body(&request, version, started) {
        reset.pull();
        return Err(Spoiled);
    }
    let body = Limited::new(body, core.max_body).collect();
    request.body = match tokio::time::timeout(core.client_timeout, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Ok(unread(&core, &request, version, started, 413));
        }
        Err(_) => return Ok(unread(&core, &request, version, started, 408)),
        // The client closed the connection in the middle of its request.
        Ok(Err(_)) => return Err(Spoiled),
    };
    let answer = if operation::of(&request).0 == Service::Control {
        Answer::plain(control::handle(&core, &request), core.clock.now())
    } else {
        core.answer(request, version, started)
    };
    if !answer.latency.is_zero() {
        tokio::time::sleep(answer.latency).await;
    }
    if answer.cut == Cut::Reset {
        reset.pull();
        return Err(Spoiled);
    }
    Ok(response(answer))
}

/// The response to a request whose body was too large, or didn't arrive in time.
fn unread(
    core: &Core,
    request: &WireRequest,
    version: &'static str,
    started: Instant,
    status: u16,
) -> Response<ReplyBody> {
    core.keep_unread(request, version, started, Some(status), None);
    let reply = Reply::empty(status).with("connection", "close");
    response(Answer::plain(reply, core.clock.now()))
}

fn response(answer: Answer) -> Response<ReplyBody> {
    let Answer { reply, date, cut, .. } = answer;
    let mut response = Response::new(ReplyBody::Whole(None));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut chunked = false;
    let date = date.filter(|_| {
        !reply
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("date"))
    });
    for (name, value) in reply
        .headers
        .into_iter()
        .chain(date.map(|date| ("date".to_owned(), date)))
    {
        // How a message is framed depends on its body and on the version of HTTP.
        if name.eq_ignore_ascii_case("transfer-encoding") {
            chunked = true;
            continue;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    *response.body_mut() = match cut {
        Cut::After(bytes) => ReplyBody::truncated(&reply.body, bytes, chunked),
        _ if chunked => ReplyBody::Chunked(Some(reply.body).filter(|b: &Bytes| !b.is_empty())),
        _ => ReplyBody::Whole(Some(reply.body).filter(|b: &Bytes| !b.is_empty())),
    };
    response
}
