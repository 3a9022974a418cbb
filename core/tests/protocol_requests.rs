//! The requests of the operations, byte for byte.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::Duration;

use acs_auth::protocol::*;
use acs_auth::{CommunicationTokenScope as Scope, CommunicationUserIdentifier, Endpoint, Error, ErrorKind};
use common::{ID, body, endpoint, headers, user};

const V: &str = DEFAULT_API_VERSION;
const BASE: &str = "https://contoso.unitedstates.communication.azure.com";
const ENCODED: &str = "8%3Aacs%3A2dee53b4-368b-45b4-ab52-8493fb117652_00000019-1e4f-9c6a-28f4-343a0d00a1b2";
const ACCEPT: (&str, &str) = ("accept", "application/json");
const JSON: (&str, &str) = ("content-type", "application/json");
const NO_BODY: (&str, &str) = ("content-length", "0");

fn minutes(n: u64) -> Option<Duration> {
    Some(Duration::from_secs(60 * n))
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, target: &str) {
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind, error.target.as_deref()),
        (ErrorKind::InvalidArgument, Some(target))
    );
    assert_eq!(error.status, None);
}

#[test]
fn create_user_sends_no_body_but_says_json() {
    let request = prepare_create_user(&endpoint(), V).unwrap();
    assert_eq!(request.method, Method::Post);
    assert_eq!(request.url, format!("{BASE}/identities?api-version=2023-10-01"));
    assert_eq!(headers(&request), [ACCEPT, JSON, NO_BODY]);
    assert!(request.body.is_empty());
    assert_eq!(request.retryable, Retryable::IfNotProcessed);
    assert_eq!(request.authentication, Authentication::Credential);
}

#[test]
fn create_user_and_token_sends_scopes_in_the_order_given() {
    let request =
        prepare_create_user_and_token(&endpoint(), &[Scope::Voip, Scope::ChatJoin], None, V).unwrap();
    assert_eq!(request.url, format!("{BASE}/identities?api-version=2023-10-01"));
    assert_eq!(headers(&request), [ACCEPT, JSON]);
    assert_eq!(
        body(&request),
        r#"{"createTokenWithScopes":["voip","chat.join"]}"#
    );
    assert_eq!(request.retryable, Retryable::IfNotProcessed);
}

#[test]
fn create_user_and_token_sends_the_expiry_when_given() {
    let request = prepare_create_user_and_token(&endpoint(), &[Scope::Chat], minutes(90), V).unwrap();
    assert_eq!(
        body(&request),
        r#"{"createTokenWithScopes":["chat"],"expiresInMinutes":90}"#
    );
}

#[test]
fn issue_token_names_the_identity_as_one_segment() {
    let request = prepare_issue_token(&endpoint(), &user(), &[Scope::Voip], minutes(60), V).unwrap();
    assert_eq!(request.method, Method::Post);
    assert_eq!(
        request.url,
        format!("{BASE}/identities/{ENCODED}/:issueAccessToken?api-version=2023-10-01")
    );
    assert_eq!(headers(&request), [ACCEPT, JSON]);
    assert_eq!(body(&request), r#"{"scopes":["voip"],"expiresInMinutes":60}"#);
    assert_eq!(request.retryable, Retryable::Always);
}

#[test]
fn revoke_tokens_sends_no_body_and_no_content_type() {
    let request = prepare_revoke_tokens(&endpoint(), &user(), V).unwrap();
    assert_eq!(request.method, Method::Post);
    assert_eq!(
        request.url,
        format!("{BASE}/identities/{ENCODED}/:revokeAccessTokens?api-version=2023-10-01")
    );
    assert_eq!(headers(&request), [ACCEPT, NO_BODY]);
    assert!(request.body.is_empty());
    assert_eq!(request.retryable, Retryable::Always);
}

#[test]
fn delete_user_sends_no_body_and_no_content_type() {
    let request = prepare_delete_user(&endpoint(), &user(), V).unwrap();
    assert_eq!(request.method, Method::Delete);
    assert_eq!(
        request.url,
        format!("{BASE}/identities/{ENCODED}?api-version=2023-10-01")
    );
    assert_eq!(headers(&request), [ACCEPT]);
    assert!(request.body.is_empty());
    assert_eq!(request.retryable, Retryable::Always);
}

#[test]
fn the_teams_exchange_sends_token_app_and_user() {
    let request = prepare_exchange_teams_user(&endpoint(), "a.b.c", "app", "user", V).unwrap();
    assert_eq!(request.method, Method::Post);
    assert_eq!(
        request.url,
        format!("{BASE}/teamsUser/:exchangeAccessToken?api-version=2023-10-01")
    );
    assert_eq!(headers(&request), [ACCEPT, JSON]);
    assert_eq!(
        body(&request),
        r#"{"token":"a.b.c","appId":"app","userId":"user"}"#
    );
    assert_eq!(request.authentication, Authentication::Credential);
    assert_eq!(request.retryable, Retryable::Always);
}

#[test]
fn the_teams_exchange_leaves_judging_to_the_service() {
    let request = prepare_exchange_teams_user(&endpoint(), "", "no guid", "\"\n", V).unwrap();
    assert_eq!(
        body(&request),
        r#"{"token":"","appId":"no guid","userId":"\"\n"}"#
    );
}

#[test]
fn a_token_of_any_usual_size_is_written_without_growth() {
    let token = "e".repeat(5000);
    let request = prepare_exchange_teams_user(&endpoint(), &token, ID, ID, V).unwrap();
    assert_eq!(request.body.capacity(), request.body.len());
}

#[test]
fn the_teams_extension_exchange_is_vouched_for_by_the_token() {
    let request =
        prepare_exchange_teams_extension(&endpoint(), "a.b.c", TEAMS_EXTENSION_API_VERSION).unwrap();
    assert_eq!(
        request.url,
        format!("{BASE}/access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30")
    );
    assert_eq!(
        headers(&request),
        [ACCEPT, JSON, ("authorization", "Bearer a.b.c")]
    );
    assert_eq!(body(&request), "{}");
    assert_eq!(request.authentication, Authentication::UserToken);
}

#[test]
fn a_token_that_cannot_stand_in_a_header_is_refused() {
    for token in ["", "a b", "a\r\nx: y", "a\0", "é", "a\t"] {
        refused(
            prepare_exchange_teams_extension(&endpoint(), token, V),
            "aad_token",
        );
    }
}

#[test]
fn no_scope_is_refused() {
    refused(prepare_create_user_and_token(&endpoint(), &[], None, V), "scopes");
    refused(prepare_issue_token(&endpoint(), &user(), &[], None, V), "scopes");
}

#[test]
fn expiry_is_truncated_to_minutes() {
    let sent = |expiry| {
        let request = prepare_issue_token(&endpoint(), &user(), &[Scope::Chat], Some(expiry), V).unwrap();
        body(&request).to_owned()
    };
    let expected = |minutes| format!(r#"{{"scopes":["chat"],"expiresInMinutes":{minutes}}}"#);
    assert_eq!(sent(Duration::from_secs(60 * 60 + 59)), expected(60));
    assert_eq!(
        sent(Duration::from_millis(1440 * 60_000 + 59_999)),
        expected(1440)
    );
}

#[test]
fn expiry_outside_of_60_to_1440_minutes_is_refused() {
    for expiry in [
        Duration::ZERO,
        Duration::from_secs(3599),
        Duration::from_secs(1441 * 60),
        Duration::MAX,
    ] {
        let expiry = Some(expiry);
        refused(
            prepare_issue_token(&endpoint(), &user(), &[Scope::Chat], expiry, V),
            "token_expires_in",
        );
        refused(
            prepare_create_user_and_token(&endpoint(), &[Scope::Chat], expiry, V),
            "token_expires_in",
        );
        let checked = expiry.map_or(Ok(()), check_token_lifetime);
        assert_eq!(checked.unwrap_err().target.as_deref(), Some("token_expires_in"));
    }
    for expiry in [3600, 86_459] {
        check_token_lifetime(Duration::from_secs(expiry)).unwrap();
    }
}

#[test]
fn an_id_that_cannot_be_one_segment_is_refused() {
    for id in ["", ".", "..", "a\nb", "a\r\nHost: x", "\0", "\u{85}"] {
        let user = CommunicationUserIdentifier::new(id);
        refused(
            prepare_issue_token(&endpoint(), &user, &[Scope::Chat], None, V),
            "user",
        );
        refused(prepare_revoke_tokens(&endpoint(), &user, V), "user");
        refused(prepare_delete_user(&endpoint(), &user, V), "user");
    }
}

#[test]
fn an_odd_id_stays_one_segment() {
    for (id, segment) in [
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("...", "..."),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b+c", "a%20b%2Bc"),
        ("a\\b", "a%5Cb"),
        ("é~'()!*", "%C3%A9~%27%28%29%21%2A"),
    ] {
        let request = prepare_delete_user(&endpoint(), &CommunicationUserIdentifier::new(id), V).unwrap();
        assert_eq!(
            request.url,
            format!("{BASE}/identities/{segment}?api-version={V}")
        );
    }
}

#[test]
fn an_api_version_that_is_more_than_a_value_is_refused() {
    let long = "1".repeat(65);
    for version in ["", "2023-10-01&x=y", "a b", "a%20b", "a#b", "é", "1\n", &long] {
        let e = endpoint();
        refused(prepare_create_user(&e, version), "api_version");
        refused(
            prepare_create_user_and_token(&e, &[Scope::Chat], None, version),
            "api_version",
        );
        refused(
            prepare_issue_token(&e, &user(), &[Scope::Chat], None, version),
            "api_version",
        );
        refused(prepare_revoke_tokens(&e, &user(), version), "api_version");
        refused(prepare_delete_user(&e, &user(), version), "api_version");
        refused(
            prepare_exchange_teams_user(&e, "t", "a", "u", version),
            "api_version",
        );
        refused(prepare_exchange_teams_extension(&e, "t", version), "api_version");
    }
}

#[test]
fn any_api_version_may_be_chosen() {
    let request = prepare_create_user(&endpoint(), "2025-03-02-preview").unwrap();
    assert!(
        request
            .url
            .ends_with("/identities?api-version=2025-03-02-preview")
    );
}

#[test]
fn the_port_of_the_endpoint_is_kept() {
    let endpoint = Endpoint::parse("https://localhost:8443").unwrap();
    let request = prepare_create_user(&endpoint, V).unwrap();
    assert_eq!(
        request.url,
        "https://localhost:8443/identities?api-version=2023-10-01"
    );
}

#[test]
fn a_request_is_printed_without_its_secrets() {
    let request = prepare_exchange_teams_user(&endpoint(), "eyJ-secret", "app", "user", V).unwrap();
    assert!(!format!("{request:?}").contains("eyJ-secret"));
    let request = prepare_exchange_teams_extension(&endpoint(), "eyJ-secret", V).unwrap();
    assert!(!format!("{request:?}").contains("eyJ-secret"));
}
