//! Signing and the protocol, without I/O.

use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use acs_auth::protocol::{
    DEFAULT_API_VERSION, RawResponse, parse_exchange_teams_user, prepare_exchange_teams_user,
};
use acs_auth::{AccessKey, Endpoint, SignableRequest, sign_request};

pub(crate) const KEY: &str =
    "c2VjcmV0IG9mIG5vIHJlc291cmNlLCBvZiA2NCBieXRlcyBhcyB0aGUgc2VydmljZSdzIG93biBhcmUgLi4uIQ==";
pub(crate) const URL: &str = "https://contoso.unitedstates.communication.azure.com/teamsUser/:exchangeAccessToken?api-version=2023-10-01";
/// The size of a typical body: a token and two ids.
pub(crate) const BODY: [u8; 3 * 1024] = [b'x'; 3 * 1024];
pub(crate) const NOW: u64 = 1_730_797_687;

pub(crate) fn sign(count: usize) {
    let key = AccessKey::from_base64(KEY).unwrap();
    let request = SignableRequest {
        method: "POST",
        url: URL,
        body: &BODY,
    };
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    for _ in 0..count {
        black_box(sign_request(black_box(&request), &key, now).unwrap());
    }
}

pub(crate) fn prepare(count: usize) {
    let endpoint = Endpoint::parse("https://contoso.unitedstates.communication.azure.com").unwrap();
    let token = "x".repeat(2048);
    let id = "2be7fa0b-1ed7-4c9a-9a2e-0ab0a8f8f3d1";
    for _ in 0..count {
        black_box(
            prepare_exchange_teams_user(&endpoint, black_box(&token), id, id, DEFAULT_API_VERSION).unwrap(),
        );
    }
}

pub(crate) fn parse(count: usize) {
    let body = format!(
        r#"{{"token":"{}","expiresOn":"2026-11-29T12:00:00.5+00:00"}}"#,
        "x".repeat(1024)
    );
    let response = RawResponse {
        status: 200,
        headers: &[("ms-cv", "5RxJbWZm3UiHcCbo4PlcLQ.0")],
        body: body.as_bytes(),
        received_at: SystemTime::UNIX_EPOCH,
    };
    for _ in 0..count {
        black_box(parse_exchange_teams_user(black_box(&response)).unwrap());
    }
}
