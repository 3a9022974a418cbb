//! Converts hyper's request into the request as it was on the wire.

use bytes::Bytes;
use http::HeaderValue;
use http::header::HOST;
use http::request::Parts;

use crate::http::WireRequest;

/// The head of a request, the body still empty.
pub(crate) fn request(head: &Parts, tls: bool) -> WireRequest {
    let target = head.uri.path_and_query().map_or("/", |t| t.as_str());
    let host = match head.headers.get(HOST) {
        Some(host) => text(host),
        None => head
            .uri
            .authority()
            .map(|a| a.as_str().to_owned())
            .unwrap_or_default(),
    };
    WireRequest {
        method: head.method.as_str().to_owned(),
        target: target.to_owned(),
        host,
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: Bytes::new(),
        tls,
    }
}

/// A value that isn't UTF-8 is read as Latin-1, as in early HTTP/1.1, so that no byte is lost.
fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|b| char::from(*b)).collect(),
    }
}

/// The version's name.
pub(crate) fn version(version: http::Version) -> &'static str {
    match version {
        http::Version::HTTP_10 => "HTTP/1.0",
        http::Version::HTTP_11 => "HTTP/1.1",
        http::Version::HTTP_2 => "HTTP/2",
        _ => "HTTP",
    }
}
