//! HTTP messages as plain data, which every framework's own types convert to.

use core_auth::handler;

use crate::shown::shown;

/// A header of an HTTP message. The case of names does not matter. It prints without the value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// An HTTP request, as a framework received it. It prints without what may be a token.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct Request {
    /// The method, as it was sent: "GET".
    pub method: String,
    /// The path as it was sent, not decoded, with or without the query: "/api/token/teams".
    pub path: String,
    /// All headers, in any case. A header that was sent twice stands here twice.
    #[uniffi(default)]
    pub headers: Vec<Header>,
    /// The body; no route reads it.
    #[uniffi(default)]
    pub body: Vec<u8>,
}

/// An HTTP response, to be sent as it is; the framework adds Content-Length and Date. It prints without the body, which
/// holds a token where it is that of a success.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
}

shown!(Header { name; value });
shown!(Request { headers; method, path, body });
shown!(Response { status, headers; body });

/// The first value of a header, whatever the case of its name.
#[uniffi::export]
pub fn response_header(response: Response, name: &str) -> Option<String> {
    handler::Response::from(response).header(name).map(str::to_owned)
}

impl From<(String, String)> for Header {
    fn from((name, value): (String, String)) -> Self {
        Self { name, value }
    }
}

impl From<Header> for (String, String) {
    fn from(header: Header) -> Self {
        let Header { name, value } = header;
        (name, value)
    }
}

/// Headers as core's pure functions take them.
pub(crate) fn pairs(headers: &[Header]) -> Vec<(&str, &str)> {
    headers
        .iter()
        .map(|header| (header.name.as_str(), header.value.as_str()))
        .collect()
}

impl From<Request> for handler::Request {
    fn from(request: Request) -> Self {
        let Request {
            method,
            path,
            headers,
            body,
        } = request;
        Self {
            method,
            path,
            headers: headers.into_iter().map(Into::into).collect(),
            body,
        }
    }
}

impl From<handler::Response> for Response {
    fn from(response: handler::Response) -> Self {
        let handler::Response {
            status,
            headers,
            body,
        } = response;
        Self {
            status,
            headers: headers.into_iter().map(Into::into).collect(),
            body,
        }
    }
}

impl From<Response> for handler::Response {
    fn from(response: Response) -> Self {
        let Response {
            status,
            headers,
            body,
        } = response;
        Self {
            status,
            headers: headers.into_iter().map(Into::into).collect(),
            body,
        }
    }
}
