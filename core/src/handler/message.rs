//! Request and response as plain data, which every framework's own types can be converted to and from.

use std::fmt;

/// An HTTP request, as a framework received it.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, as sent: `GET`.
    pub method: String,
    /// The path as sent, not decoded, with or without the query: `/api/token/teams`.
    pub path: String,
    /// All headers, with names in any case. A header that was sent twice is in the list twice.
    pub headers: Vec<(String, String)>,
    /// The body; no route reads it.
    pub body: Vec<u8>,
}

/// An HTTP response, to be sent unchanged. The framework adds `Content-Length` and `Date`.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body. A successful response contains a token: don't log it.
    pub body: Vec<u8>,
}

/// Why a server has not read a request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyError {
    /// It is larger than [`MAX_BODY_BYTES`](super::MAX_BODY_BYTES): 413 `body_too_large`.
    TooLarge,
    /// It ended early or is not framed correctly: 400 `body_incomplete`.
    Incomplete,
    /// It did not arrive within the server's time limit: 408 `request_timeout`.
    Timeout,
    /// The server has no room for the request: 503 `overloaded`.
    Overloaded,
}

impl Request {
    /// Creates a request without headers and body.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Returns the same request with one more header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// All values of a header; the name is case-insensitive.
    pub(super) fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The value of a header that was sent exactly once.
    pub(super) fn only_header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let mut values = self.header_values(name);
        values.next().filter(|_| values.next().is_none())
    }
}

impl Response {
    pub(super) fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Returns the first value of a header; the name is case-insensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.headers.iter().find(found).map(|(_, value)| value.as_str())
    }

    /// Adds a header. Characters of the value other than visible ASCII and spaces are removed.
    pub(super) fn add(&mut self, name: &str, value: impl Into<String>) {
        let mut value = value.into();
        value.retain(|c| c.is_ascii_graphic() || c == ' ');
        self.headers.push((name.to_owned(), value));
    }
}

// Header values and bodies contain tokens, and a faulty client may put one into the path.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("headers", &self.headers.len())
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &names)
            .field("body", &self.body.len())
            .finish()
    }
}
