//! How successful responses are parsed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use acs_auth::protocol::*;
use acs_auth::{AccessToken, Error, ErrorKind};
use common::{ID, answer};

fn issued(expires_on: &str) -> Result<AccessToken, Error> {
    let body = format!(r#"{{"token":"t","expiresOn":"{expires_on}"}}"#);
    parse_issue_token(&answer(200, &[], &body))
}

#[track_caller]
fn unexpected<T: std::fmt::Debug>(result: Result<T, Error>) -> Error {
    let error = result.unwrap_err();
    assert_eq!(error.kind, ErrorKind::UnexpectedResponse, "{error}");
    error
}

#[test]
fn a_created_user_is_read_from_200_and_201() {
    let body = format!(r#"{{"identity":{{"id":"{ID}"}},"new":1}}"#);
    for status in [200, 201] {
        assert_eq!(parse_create_user(&answer(status, &[], &body)).unwrap().id, ID);
    }
}

#[test]
fn a_created_user_with_a_token_is_read() {
    let body = format!(
        r#"{{"identity":{{"id":"{ID}"}},"accessToken":{{"token":"t","expiresOn":"2023-06-28T07:30:12.7039383+00:00"}}}}"#
    );
    let created = parse_create_user_and_token(&answer(201, &[], &body)).unwrap();
    assert_eq!(created.user.id, ID);
    assert_eq!(created.token.token.expose(), "t");
    assert_eq!(created.token.expires_on_unix(), 1_687_937_412);
}

#[test]
fn a_user_created_without_its_token_is_not_lost() {
    for rest in [
        "",
        r#","accessToken":null"#,
        r#","accessToken":{}"#,
        r#","accessToken":{"token":"","expiresOn":"2023-06-28T07:30:12Z"}"#,
        r#","accessToken":{"token":"t","expiresOn":"soon"}"#,
    ] {
        let body = format!(r#"{{"identity":{{"id":"{ID}"}}{rest}}}"#);
        let error = unexpected(parse_create_user_and_token(&answer(201, &[], &body)));
        assert!(error.reason.contains(ID), "{error}");
        assert_eq!(error.status, Some(201));
    }
}

#[test]
fn the_teams_extension_answer_is_wrapped() {
    let body = format!(
        r#"{{"identity":{{"id":"{ID}"}},"accessToken":{{"token":"t","expiresOn":"2025-04-10T21:39:39Z"}}}}"#
    );
    let exchanged = parse_exchange_teams_extension(&answer(200, &[], &body)).unwrap();
    assert_eq!(
        (exchanged.user.id.as_str(), exchanged.token.token.expose()),
        (ID, "t")
    );
}

#[test]
fn expires_on_is_read_in_every_form_and_rounded_down() {
    for (text, seconds) in [
        ("2022-11-16T09:47:55Z", 1_668_592_075),
        ("2022-11-16T09:47:55+00:00", 1_668_592_075),
        ("2022-11-16T09:47:55.688402+00:00", 1_668_592_075),
        ("2022-11-16T09:47:55.9999999+00:00", 1_668_592_075),
        ("2022-11-16T09:47:55.999999999Z", 1_668_592_075),
        ("2022-11-16t09:47:55.1z", 1_668_592_075),
        ("2022-11-16T11:47:55.0+02:00", 1_668_592_075),
        ("2022-11-16T04:17:55-05:30", 1_668_592_075),
        ("2022-11-16T09:47:55-00:00", 1_668_592_075),
        ("2024-02-29T23:59:59.5Z", 1_709_251_199),
        ("9999-12-30T00:00:00Z", 253_402_128_000),
    ] {
        let token = issued(text).unwrap();
        assert_eq!(
            token.expires_on,
            UNIX_EPOCH + Duration::from_secs(seconds),
            "{text}"
        );
    }
}

#[test]
fn every_number_of_fractional_digits_up_to_nine_is_read() {
    for digits in 1..=9 {
        let text = format!("2022-11-16T09:47:55.{}Z", "9".repeat(digits));
        assert_eq!(issued(&text).unwrap().expires_on_unix(), 1_668_592_075, "{text}");
    }
}

#[test]
fn an_expires_on_that_is_no_time_is_unexpected() {
    for text in [
        "",
        "soon",
        "2022-11-16T09:47:55",
        "2022-11-16",
        "2022-13-16T09:47:55Z",
        "2022-02-29T09:47:55Z",
        "2022-11-16T25:47:55Z",
        "2022-11-16T09:47:55.Z",
        "2022-11-16T09:47:55.1234567890Z",
        "2022-11-16T09:47:55Z ",
        "2022-11-16T09:47:55+99:00",
        "0001-01-01T00:00:00+00:00",
        "1969-12-31T23:59:59Z",
        "99999-01-01T00:00:00Z",
        "1668592075",
    ] {
        unexpected(issued(text));
    }
    for body in [
        r#"{"token":"t"}"#,
        r#"{"token":"t","expiresOn":1668592075}"#,
        r#"{"token":"t","expiresOn":null}"#,
    ] {
        unexpected(parse_issue_token(&answer(200, &[], body)));
    }
}

#[test]
fn a_missing_or_unusable_token_is_unexpected() {
    for token in [
        "",
        r#""token":"","#,
        r#""token":null,"#,
        r#""token":7,"#,
        r#""token":"a\r\nb","#,
    ] {
        let body = format!(r#"{{{token}"expiresOn":"2022-11-16T09:47:55Z"}}"#);
        unexpected(parse_issue_token(&answer(200, &[], &body)));
        unexpected(parse_exchange_teams_user(&answer(200, &[], &body)));
    }
}

#[test]
fn a_missing_identity_is_unexpected() {
    for body in [
        r#"{}"#,
        r#"{"identity":null}"#,
        r#"{"identity":{"id":""}}"#,
        r#"{"identity":{"id":"a\nb"}}"#,
    ] {
        unexpected(parse_create_user(&answer(201, &[], body)));
        unexpected(parse_create_user_and_token(&answer(201, &[], body)));
        unexpected(parse_exchange_teams_extension(&answer(200, &[], body)));
    }
}

#[test]
fn a_success_that_is_no_json_object_is_unexpected() {
    for body in ["", "<html>", "[]", "null", "\"t\"", "{\"token\":", "\u{feff}{}"] {
        unexpected(parse_create_user(&answer(201, &[], body)));
        unexpected(parse_issue_token(&answer(200, &[], body)));
        unexpected(parse_exchange_teams_user(&answer(200, &[], body)));
    }
}

#[test]
fn an_unexpected_answer_never_shows_the_token_in_it() {
    let body = r#"{"token":"top-secret-token","expiresOn":"bad"}"#;
    let error = unexpected(parse_exchange_teams_user(&answer(200, &[], body)));
    assert!(!format!("{error:?}").contains("top-secret"));
}

#[test]
fn other_successes_are_unexpected() {
    let body = format!(
        r#"{{"identity":{{"id":"{ID}"}},"token":"t","expiresOn":"2022-11-16T09:47:55Z","accessToken":{{"token":"t","expiresOn":"2022-11-16T09:47:55Z"}}}}"#
    );
    let given = |status| answer(status, &[], &body);
    for status in [202, 203, 204, 206, 299] {
        unexpected(parse_create_user(&given(status)));
        unexpected(parse_create_user_and_token(&given(status)));
    }
    for status in [201, 202, 204] {
        unexpected(parse_issue_token(&given(status)));
        unexpected(parse_exchange_teams_user(&given(status)));
        unexpected(parse_exchange_teams_extension(&given(status)));
    }
    for status in [200, 201, 202, 205] {
        unexpected(parse_revoke_tokens(&given(status)));
        unexpected(parse_delete_user(&given(status)));
    }
}

#[test]
fn revoke_and_delete_need_nothing_but_204() {
    parse_revoke_tokens(&answer(204, &[], "")).unwrap();
    parse_delete_user(&answer(204, &[], "")).unwrap();
}
