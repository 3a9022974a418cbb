//! The properties of an operation, and the request that follows from them.

use zeroize::Zeroizing;

use super::message::{Authentication, Method, PreparedRequest, Retryable};
use super::target::check_api_version;
use crate::endpoint::Endpoint;
use crate::error::Result;

/// One operation of the service.
#[derive(Debug)]
pub(super) struct Operation {
    /// The operation in words, to follow "could not".
    pub(super) name: &'static str,
    pub(super) method: Method,
    /// The statuses that mean success; any other 2xx is an unexpected response.
    pub(super) success: &'static [u16],
    pub(super) authentication: Authentication,
    pub(super) retryable: Retryable,
    pub(super) subject: Subject,
}

/// What an operation is about, which decides how its rejections are explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// An identity of the resource.
    Identity,
    /// A user's Entra token, to be exchanged.
    EntraToken,
    /// An assignment of Teams Phone extensibility.
    Assignment,
}

impl Operation {
    /// Prepares the request with a JSON body. An empty body is declared as JSON too, as by the official
    /// clients.
    pub(super) fn json_request(
        &self,
        endpoint: &Endpoint,
        path: &str,
        api_version: &str,
        body: Zeroizing<Vec<u8>>,
    ) -> Result<PreparedRequest> {
        let json = ("content-type", text("application/json"));
        self.message(endpoint, path, api_version, Some(json), body)
    }

    /// Prepares the request without a body.
    pub(super) fn request(
        &self,
        endpoint: &Endpoint,
        path: &str,
        api_version: &str,
    ) -> Result<PreparedRequest> {
        self.message(endpoint, path, api_version, None, Zeroizing::default())
    }

    fn message(
        &self,
        endpoint: &Endpoint,
        path: &str,
        api_version: &str,
        content_type: Option<Header>,
        body: Zeroizing<Vec<u8>>,
    ) -> Result<PreparedRequest> {
        check_api_version(api_version)?;
        // Three at most here; some operations add one more.
        let mut headers = Vec::with_capacity(4);
        headers.push(("accept", text("application/json")));
        headers.extend(content_type);
        if body.is_empty() && matches!(self.method, Method::Post | Method::Put) {
            headers.push(("content-length", text("0")));
        }
        Ok(PreparedRequest {
            method: self.method,
            url: [endpoint.url(), path, "?api-version=", api_version].concat(),
            headers,
            body,
            authentication: self.authentication,
            retryable: self.retryable,
        })
    }
}

type Header = (&'static str, Zeroizing<String>);

fn text(value: &str) -> Zeroizing<String> {
    Zeroizing::new(value.to_owned())
}
