//! Requests and responses as plain data, for any HTTP stack.

use std::fmt;
use std::time::SystemTime;

use zeroize::Zeroizing;

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
    /// `PATCH`, used with Microsoft Graph; no request to ACS uses it.
    Patch,
}

impl Method {
    /// Returns the method as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
        }
    }
}

/// What authenticates a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// The back end's own credential: sign it, or add its bearer token.
    Credential,
    /// The user's Entra token, which is already in the `authorization` header: send it unchanged.
    UserToken,
}

/// Whether a request may be retried when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retryable {
    /// It is idempotent.
    Always,
    /// Each request creates something: retry it only if it cannot have been processed.
    IfNotProcessed,
}

/// A request, complete except for its credential.
///
/// The URL is built once. Its target is what gets signed, so send it byte for byte.
#[derive(Clone)]
pub struct PreparedRequest {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Headers to send, with names in lower case. The HTTP stack adds `host` and, if there is a
    /// body, `content-length`. An empty `POST` has its own `content-length: 0`, since many stacks
    /// send none and gateways then return 411. If your stack sends that header by itself and
    /// doesn't accept it from outside, leave it out.
    pub headers: Vec<(&'static str, Zeroizing<String>)>,
    /// The body; it may contain the user's token.
    pub body: Zeroizing<Vec<u8>>,
    /// What authenticates the request.
    pub authentication: Authentication,
    /// Whether the request may be retried when its outcome is unknown.
    pub retryable: Retryable,
}

impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("PreparedRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("authentication", &self.authentication)
            .field("retryable", &self.retryable)
            .finish()
    }
}

/// A response from any HTTP stack.
#[derive(Clone, Copy)]
pub struct RawResponse<'a> {
    /// The status code.
    pub status: u16,
    /// Header names, in any case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The whole body.
    pub body: &'a [u8],
    /// When it was received, for a `Retry-After` that is a date.
    pub received_at: SystemTime,
}

impl<'a> RawResponse<'a> {
    /// Returns the first value of a header, without surrounding whitespace; the name is
    /// case-insensitive.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        first_usable(self.headers, name, Some)
    }
}

/// Passes the values of a header to `read` in order and returns its first result. Gateways repeat headers and
/// add values of their own, so an unusable value must not hide the next one.
pub(crate) fn first_usable<'a, T>(
    headers: &[(&str, &'a str)],
    name: &str,
    read: impl Fn(&'a str) -> Option<T>,
) -> Option<T> {
    headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .find_map(|(_, value)| read(value.trim()))
}

impl fmt::Debug for RawResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
