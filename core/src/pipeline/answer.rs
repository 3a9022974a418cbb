//! The response of a call.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::HeaderMap;

use crate::protocol::message::RawResponse;

/// The response of the last attempt.
pub(crate) struct Answer {
    response: http::Response<Bytes>,
    received_at: SystemTime,
}

impl Answer {
    pub(super) fn new(response: http::Response<Bytes>, received_at: SystemTime) -> Self {
        Self {
            response,
            received_at,
        }
    }

    /// Passes the response to a parser of the protocol. Header values that are not text are omitted.
    pub(crate) fn read<T>(&self, parse: impl FnOnce(&RawResponse<'_>) -> T) -> T {
        let headers: Vec<(&str, &str)> = self
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        parse(&RawResponse {
            status: self.status().as_u16(),
            headers: &headers,
            body: self.response.body(),
            received_at: self.received_at,
        })
    }

    pub(crate) fn status(&self) -> http::StatusCode {
        self.response.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }
}
