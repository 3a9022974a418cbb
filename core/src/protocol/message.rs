//! What is sent and what came back, as plain data for any HTTP stack.

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
    /// `PATCH`, which Microsoft Graph takes; no request of ACS has it.
    Patch,
}

impl Method {
    /// The method as it stands on the wire.
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

/// Who answers for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// The back end's own credential: sign it, or add its bearer token.
    Credential,
    /// The user's Entra token, which already stands in the `authorization` header: send it as it is.
    UserToken,
}

/// Whether a request may be sent again when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retryable {
    /// Sending it twice does what sending it once does.
    Always,
    /// It creates something each time: only where it cannot have been processed.
    IfNotProcessed,
}

/// A request, complete but for its credential.
///
/// The URL is built once; its target is what is signed, and it must be sent byte for byte.
#[derive(Clone)]
pub struct PreparedRequest {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Headers to send, names in lower case. `host`, and `content-length` where there is a body, are the HTTP
    /// stack's to add. An empty `POST` brings its own `content-length: 0`, since many stacks send none and
    /// gateways answer 411; a stack that takes no such header from outside sends it by itself, so leave it out
    /// there.
    pub headers: Vec<(&'static str, Zeroizing<String>)>,
    /// The body; it may hold the user's token.
    pub body: Zeroizing<Vec<u8>>,
    /// Who answers for it.
    pub authentication: Authentication,
    /// Whether it may be sent again when its outcome is unknown.
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

/// An answer as any HTTP stack can hand it over.
#[derive(Clone, Copy)]
pub struct RawResponse<'a> {
    /// The status code.
    pub status: u16,
    /// Header names, in any case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The whole body.
    pub body: &'a [u8],
    /// When it came, for a `Retry-After` that is a date.
    pub received_at: SystemTime,
}

impl<'a> RawResponse<'a> {
    /// The first value of a header; the name's case does not matter.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

impl fmt::Debug for RawResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
