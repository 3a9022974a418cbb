//! What the tests of the protocol share.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
#![allow(dead_code, reason = "each test crate uses a part")]

pub(crate) mod token;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use acs_auth::protocol::{PreparedRequest, RawResponse};
use acs_auth::{CommunicationUserIdentifier, Endpoint};

pub(crate) const ID: &str = "8:acs:2dee53b4-368b-45b4-ab52-8493fb117652_00000019-1e4f-9c6a-28f4-343a0d00a1b2";

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::parse("https://contoso.unitedstates.communication.azure.com").unwrap()
}

pub(crate) fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new(ID)
}

/// Tue, 05 Nov 2024 09:08:07 GMT
pub(crate) fn received_at() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_730_797_687)
}

pub(crate) fn answer<'a>(status: u16, headers: &'a [(&'a str, &'a str)], body: &'a str) -> RawResponse<'a> {
    RawResponse {
        status,
        headers,
        body: body.as_bytes(),
        received_at: received_at(),
    }
}

pub(crate) fn headers(request: &PreparedRequest) -> Vec<(&str, &str)> {
    request
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

pub(crate) fn body(request: &PreparedRequest) -> &str {
    std::str::from_utf8(&request.body).unwrap()
}
