//! A call's last response, without its body.

use std::fmt;
use std::sync::Arc;

use crate::redact::redact_tokens;

/// The response of a call's last attempt, for successes and error responses alike. It doesn't
/// include the body, which may contain a token and is the call's result.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case, in no particular order. In values, bytes that aren't UTF-8
    /// are replaced, and so is anything that looks like a JWT: a gateway may echo the token that
    /// was sent.
    pub headers: Vec<(String, String)>,
    /// The `x-ms-client-request-id` that all attempts sent.
    pub client_request_id: String,
    /// How many attempts the call made.
    pub attempts: u32,
}

impl CallResponse {
    /// Returns the first value of a header; the name is case-insensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map(|(_, value)| value.as_str())
    }

    pub(super) fn new(
        status: u16,
        headers: &http::HeaderMap,
        client_request_id: &str,
        attempts: u32,
    ) -> Self {
        let pairs = headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), redact_tokens(&value))
        });
        Self {
            status,
            headers: pairs.collect(),
            client_request_id: client_request_id.to_owned(),
            attempts,
        }
    }
}

/// Prints only the names of the headers: their values may be secrets, such as a cookie.
impl fmt::Debug for CallResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("CallResponse")
            .field("status", &self.status)
            .field("headers", &names)
            .field("client_request_id", &self.client_request_id)
            .field("attempts", &self.attempts)
            .finish()
    }
}

/// Called with the response of each call.
pub(super) type ResponseHook = Arc<dyn Fn(&CallResponse) + Send + Sync>;
