//! The Teams user's exchange: its responses, and the order of its checks.

use acs_emulator::entra::{MintKind, MintRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{EXCHANGE, World, world};

pub(crate) const ALICE: usize = 0;
const BOB: usize = 1;
/// Carol has no Teams licence.
pub(crate) const CAROL: usize = 2;

pub(crate) type Error = (u16, String, String, Option<String>);

pub(crate) fn error(status: u16, code: &str, message: &str, target: Option<&str>) -> Error {
    (status, code.into(), message.into(), target.map(str::to_owned))
}

fn no_token() -> Error {
    error(
        400,
        "ValidationError",
        "The body is either missing or doesn't contain any token.",
        None,
    )
}

pub(crate) fn bad_token() -> Error {
    error(
        401,
        "InvalidAccessToken",
        "Provided access token is not valid.",
        None,
    )
}

pub(crate) fn exchange(world: &World, body: &Value) -> (Error, bool) {
    let answer = world.call("POST", EXCHANGE, &body.to_string());
    (answer.error(), answer.header("api-supported-versions").is_some())
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[test]
fn a_good_token_becomes_one_that_ends_no_later() {
    let world = world();
    let body: Value = serde_json::from_str(&world.exchange_body(ALICE)).unwrap();
    let answer = world.call("POST", EXCHANGE, &body.to_string());
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    let (entra, issued) = (
        claims(body["token"].as_str().unwrap()),
        claims(answer["token"].as_str().unwrap()),
    );
    let apart = entra["exp"].as_i64().unwrap() - issued["exp"].as_i64().unwrap();
    assert!((0..=1).contains(&apart), "{apart}");
    assert_eq!(issued["skypeid"], format!("orgid:{}", world.user(ALICE)));
    assert_eq!(issued["tid"], entra["tid"]);
    let expires_on = answer["expiresOn"].as_str().unwrap();
    let (_, fraction) = expires_on
        .strip_suffix("+00:00")
        .unwrap()
        .split_once('.')
        .unwrap();
    assert!((6..=7).contains(&fraction.len()), "{expires_on}");
    assert_eq!(answer.as_object().unwrap().len(), 2);
}

#[test]
fn the_error_table() {
    let world = world();
    let good: Value = serde_json::from_str(&world.exchange_body(ALICE)).unwrap();
    let expired = MintRequest {
        lifetime: Some(60),
        ..MintRequest::default()
    };
    let expired = world.emulator.mint(&expired).unwrap();
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let validation = |message, target| error(400, "ValidationError", message, Some(target));
    // Body, expected error, and whether the response has `api-supported-versions`.
    let table = [
        (json!({}), no_token(), false),
        (json!([1]), no_token(), false),
        (with("token", Value::Null), no_token(), false),
        (with("token", json!("")), bad_token(), false),
        (with("token", json!("invalid")), bad_token(), false),
        (with("token", json!(expired)), bad_token(), false),
        (
            with("appId", json!("")),
            validation("AppId: The AppId field is required.", "AppId"),
            false,
        ),
        (
            with("appId", Value::Null),
            validation("AppId: The AppId field is required.", "AppId"),
            false,
        ),
        (
            with("userId", json!("")),
            validation("UserId: The UserId field is required.", "UserId"),
            false,
        ),
        (
            with("appId", json!("invalid")),
            validation("Provided AppId has invalid format.", "appId"),
            true,
        ),
        (
            with("userId", json!("invalid")),
            validation("Provided UserId has invalid format.", "userId"),
            true,
        ),
        (
            with("appId", json!("81e78ca8-ade5-4998-9c05-1e17f850fcfe")),
            validation("AAD application is not the expected one.", "appId"),
            true,
        ),
        (
            with("userId", json!(world.user(BOB))),
            validation("Provided AAD token issued for unexpected user.", "userId"),
            true,
        ),
    ];
    for (body, expected, versions) in table {
        // Two minutes later, only that token has expired.
        let later = if body["token"] == json!(expired) { 120 } else { 0 };
        world.emulator.clock().set_offset(later);
        assert_eq!(exchange(&world, &body), (expected, versions), "{}", body);
    }
    assert_eq!(world.call("POST", EXCHANGE, "").error(), no_token());
    assert_eq!(world.call("POST", EXCHANGE, "no JSON").error(), no_token());
}

#[test]
fn the_first_violation_in_the_order_is_answered() {
    let world = world();
    let token = world.mint(CAROL, MintKind::Teams);
    // Each step fixes the error of the step before.
    let steps = [
        (json!({"appId": "", "userId": ""}), (400, None)),
        (json!({"token": "x", "appId": "", "userId": ""}), (401, None)),
        (
            json!({"token": token, "appId": "", "userId": ""}),
            (400, Some("AppId")),
        ),
        (
            json!({"token": token, "appId": "x", "userId": ""}),
            (400, Some("UserId")),
        ),
        (
            json!({"token": token, "appId": "x", "userId": "x"}),
            (400, Some("appId")),
        ),
        (
            json!({"token": token, "appId": world.user(BOB), "userId": "x"}),
            (400, Some("userId")),
        ),
        (
            json!({"token": token, "appId": world.user(BOB), "userId": world.user(BOB)}),
            (400, Some("appId")),
        ),
        (
            json!({"token": token, "appId": world.spa(), "userId": world.user(BOB)}),
            (400, Some("userId")),
        ),
        (
            json!({"token": token, "appId": world.spa(), "userId": world.user(CAROL)}),
            (403, None),
        ),
    ];
    for (body, (status, target)) in steps {
        let ((answered, _, _, at), _) = exchange(&world, &body);
        assert_eq!((answered, at.as_deref()), (status, target), "{body}");
    }
    // The credential and then the version are checked before everything else.
    let draft = world.draft("POST", "/teamsUser/:exchangeAccessToken?api-version=1", "{}");
    assert_eq!(
        world.send(&draft.signed("x")).unwrap().code(),
        (401, "Denied".into())
    );
    let answer = world.send(&draft.signed(&draft.text())).unwrap();
    assert_eq!(answer.code(), (400, "UnsupportedApiVersion".into()));
    let uri = format!("http://{}/teamsUser/:exchangeAccessToken", world.host());
    let message = format!(
        "The HTTP resource that matches the request URI '{uri}' does not support the API version '1'."
    );
    assert_eq!(answer.error().2, message);
    let unspecified = world.call("POST", "/teamsUser/:exchangeAccessToken", "{}");
    assert_eq!(unspecified.code(), (400, "ApiVersionUnspecified".into()));
}

#[test]
fn ids_are_compared_as_guids() {
    let world = world();
    let mut body: Value = serde_json::from_str(&world.exchange_body(ALICE)).unwrap();
    body["appId"] = json!(world.spa().to_uppercase());
    body["userId"] = json!(world.user(ALICE).to_uppercase());
    assert_eq!(world.call("POST", EXCHANGE, &body.to_string()).status, 200);
}
