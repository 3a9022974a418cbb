//! How error bodies of any shape are parsed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use acs_auth::protocol::*;
use acs_auth::{Error, ErrorKind};
use common::answer;

fn issue(status: u16, body: &str) -> Error {
    parse_issue_token(&answer(status, &[], body)).unwrap_err()
}

fn says(code: &str, message: &str) -> String {
    format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#)
}

#[test]
fn the_deepest_inner_error_and_the_details_are_told() {
    let body = r#"{"error":{"code":"A","message":"Outer","target":"t",
        "details":[{"code":"D1","message":"First."},{"code":"D2"},{"message":null},7],
        "innererror":{"code":"B","innererror":{"code":"C","message":"deep","innererror":{"message":"no code"}}}}}"#;
    let error = issue(409, body);
    assert_eq!(
        (error.code.as_deref(), error.target.as_deref()),
        (Some("A"), Some("t"))
    );
    assert_eq!(error.reason, "Outer. First. D2. Inner error: C.");
}

#[test]
fn other_shapes_of_errors_are_understood() {
    for (body, code, message) in [
        (
            r#"{"error":{"code":"A","message":"M.","innererror":null,"details":null}}"#,
            Some("A"),
            "M.",
        ),
        (
            r#"{"error":{"code":"A","message":"M.","innerError":null,"target":null}}"#,
            Some("A"),
            "M.",
        ),
        (r#"{"Error":{"Code":"A","Message":"M."}}"#, Some("A"), "M."),
        (
            r#"{"CommunicationError":{"Code":"A","Message":"M."}}"#,
            Some("A"),
            "M.",
        ),
        (r#"{"error":{"code":7509,"message":"M."}}"#, Some("7509"), "M."),
        (r#"{"code":"A","message":"M."}"#, Some("A"), "M."),
        (r#"{"errorCode":"A","message":"M."}"#, Some("A"), "M."),
        (
            r#"{"error":"invalid_request","error_description":"M."}"#,
            Some("invalid_request"),
            "M.",
        ),
        (
            r#"{"type":"about:blank","title":"T","status":409,"detail":"M."}"#,
            None,
            "M.",
        ),
        (r#""M.""#, None, "M."),
    ] {
        let error = issue(409, body);
        assert_eq!(
            (error.code.as_deref(), error.reason.as_str()),
            (code, message),
            "{body}"
        );
    }
}

#[test]
fn bodies_that_say_nothing_are_survived() {
    let nested = format!(
        "{}{}",
        r#"{"error":{"innererror":"#.repeat(100),
        "1".to_owned() + &"}}".repeat(100)
    );
    let deep = "[".repeat(100_000);
    let huge = says("A", &"x ".repeat(200_000));
    for body in [
        "null",
        "7",
        "[]",
        "{",
        r#"{"error":null}"#,
        r#"{"error":[]}"#,
        r#"{"error":{}}"#,
        r#"{"error":{"code":{},"message":[],"target":7.5,"details":{},"innererror":"x"}}"#,
        r#"{"error":{"code":"","message":" \n"}}"#,
        &nested,
        &deep,
        &huge,
    ] {
        let error = issue(409, body);
        assert!(
            error
                .reason
                .starts_with("The service could not issue the token: it returned 409."),
            "{error}"
        );
    }
    let response = RawResponse {
        status: 409,
        headers: &[],
        body: b"\xff\xfe\0",
        received_at: common::received_at(),
    };
    assert_eq!(
        parse_issue_token(&response).unwrap_err().kind,
        ErrorKind::ServiceError
    );
}

#[test]
fn long_words_are_cut_and_control_characters_taken_out() {
    let body = serde_json::json!({"error": {
        "code": "C".repeat(200), "message": "word ".repeat(1000), "target": "a\r\n\u{1b}[31mb",
    }});
    let error = issue(409, &body.to_string());
    assert!(error.reason.chars().count() < 1100);
    assert!(error.code.as_ref().unwrap().chars().count() <= 129);
    assert_eq!(error.target.as_deref(), Some("a [31mb"));
}

#[test]
fn an_echoed_token_or_key_is_taken_out_of_every_field() {
    let secret = format!("eyJhbGciOiJSUzI1NiJ9.{}.{}", "aB3_".repeat(20), "x9Z-".repeat(20));
    let key = "Qk9+".repeat(21) + "QQ==";
    for secret in [&secret, &key] {
        let body = serde_json::json!({"error": {
            "code": secret, "message": format!("the value '{secret}' is bad"), "target": secret,
            "details": [{"message": secret}], "innererror": {"code": secret},
        }});
        let headers = [
            ("ms-cv", secret.as_str()),
            ("x-ms-client-request-id", secret.as_str()),
        ];
        let body = body.to_string();
        let error = parse_issue_token(&answer(409, &headers, &body)).unwrap_err();
        assert!(
            !format!("{error:?}{error}").contains(&secret[..secret.len() - 2]),
            "{error}"
        );
        assert!(error.reason.starts_with("the value '[redacted]' is bad"));
    }
}
