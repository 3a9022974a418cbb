//! The options of a single call.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::header::{HeaderMap, HeaderValue};
use uuid::Uuid;

use super::headers;
use crate::error::{Error, Result};

/// Options of a single call, which override those of its client.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CallOptions {
    /// The call's deadline, including all its attempts. Default: the client's.
    pub timeout: Option<Duration>,
    /// The `x-ms-client-request-id` to send, for finding the call in logs: 1 to 128 visible ASCII
    /// characters. Default: a random UUID.
    pub client_request_id: Option<String>,
    /// Headers to add to the request; they replace the client's of the same names. They aren't signed. See
    /// [`CommunicationIdentityClientBuilder::header`](super::CommunicationIdentityClientBuilder::header) for
    /// those that can't be set.
    pub headers: Vec<(String, String)>,
    /// A text to prepend to the client's `User-Agent`.
    pub user_agent: Option<String>,
    /// The maximum number of attempts, including the first; at least 1. Default: the client's retry
    /// policy.
    pub max_attempts: Option<u32>,
    /// The timeout of one attempt, greater than zero; the last attempt gets all the time left.
    /// Default: the client's retry policy.
    pub attempt_timeout: Option<Duration>,
}

impl CallOptions {
    pub(super) fn request_id(&self) -> Result<String> {
        match &self.client_request_id {
            Some(id) if !id.is_empty() && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(id.clone())
            }
            Some(_) => Err(Error::invalid_argument(
                "client_request_id",
                "It must be 1 to 128 visible ASCII characters.",
            )),
            None => Ok(Uuid::new_v4().to_string()),
        }
    }

    pub(super) fn headers<'a>(&self, of_client: &'a HeaderMap) -> Result<Cow<'a, HeaderMap>> {
        if self.headers.is_empty() {
            return Ok(Cow::Borrowed(of_client));
        }
        let own = headers::read(&self.headers).map_err(|why| Error::invalid_argument("headers", why))?;
        Ok(Cow::Owned(headers::merged(of_client, own)))
    }

    pub(super) fn user_agent(&self, of_client: &HeaderValue) -> Result<HeaderValue> {
        let Some(product) = &self.user_agent else {
            return Ok(of_client.clone());
        };
        headers::user_agent(product, of_client.to_str().unwrap_or_default())
            .map_err(|why| Error::invalid_argument("user_agent", why))
    }

    pub(super) fn check_attempts(&self) -> Result<()> {
        if self.max_attempts == Some(0) {
            return Err(Error::invalid_argument("max_attempts", "It must be at least 1."));
        }
        if self.attempt_timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::invalid_argument(
                "attempt_timeout",
                "It must be greater than zero.",
            ));
        }
        Ok(())
    }
}

/// Prints only the names of the headers: their values may be secrets.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("client_request_id", &self.client_request_id)
            .field("headers", &names)
            .field("user_agent", &self.user_agent)
            .field("max_attempts", &self.max_attempts)
            .field("attempt_timeout", &self.attempt_timeout)
            .finish()
    }
}
