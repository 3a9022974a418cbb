//! How error responses are parsed: the error's kind and its text.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::Duration;

use acs_auth::protocol::*;
use acs_auth::{Error, ErrorKind};
use common::answer;

fn issue(status: u16, body: &str) -> Error {
    parse_issue_token(&answer(status, &[], body)).unwrap_err()
}

fn exchange(status: u16, body: &str) -> Error {
    parse_exchange_teams_user(&answer(status, &[], body)).unwrap_err()
}

fn extension(status: u16, body: &str) -> Error {
    parse_exchange_teams_extension(&answer(status, &[], body)).unwrap_err()
}

fn says(code: &str, message: &str) -> String {
    format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#)
}

fn about(target: &str) -> String {
    format!(r#"{{"error":{{"code":"ValidationError","message":"No.","target":"{target}"}}}}"#)
}

#[test]
fn the_status_decides_the_kind() {
    for (status, kind) in [
        (100, ErrorKind::UnexpectedResponse),
        (199, ErrorKind::UnexpectedResponse),
        (202, ErrorKind::UnexpectedResponse),
        (301, ErrorKind::UnexpectedResponse),
        (302, ErrorKind::UnexpectedResponse),
        (304, ErrorKind::UnexpectedResponse),
        (307, ErrorKind::UnexpectedResponse),
        (308, ErrorKind::UnexpectedResponse),
        (400, ErrorKind::ValidationFailed),
        (401, ErrorKind::CredentialDenied),
        (402, ErrorKind::ServiceError),
        (403, ErrorKind::ServiceError),
        (404, ErrorKind::NotFound),
        (405, ErrorKind::ServiceError),
        (407, ErrorKind::ServiceError),
        (408, ErrorKind::ServiceError),
        (409, ErrorKind::ServiceError),
        (412, ErrorKind::ServiceError),
        (429, ErrorKind::Throttled),
        (500, ErrorKind::ServiceError),
        (501, ErrorKind::ServiceError),
        (502, ErrorKind::ServiceError),
        (503, ErrorKind::ServiceError),
        (504, ErrorKind::ServiceError),
        (599, ErrorKind::ServiceError),
        (600, ErrorKind::UnexpectedResponse),
        (999, ErrorKind::UnexpectedResponse),
        (0, ErrorKind::UnexpectedResponse),
    ] {
        for body in ["", "{}", "<html>bad gateway</html>", &says("Any", "Any.")] {
            let error = issue(status, body);
            assert_eq!((error.kind, error.status), (kind, Some(status)), "{error}");
            assert!(!error.reason.is_empty());
        }
    }
}

#[test]
fn a_401_of_the_exchange_is_the_tokens_or_ours_by_its_code() {
    let token = says("InvalidAccessToken", "Provided access token is not valid.");
    let ours = says("Denied", "Denied by the resource provider.");
    assert_eq!(exchange(401, &token).kind, ErrorKind::EntraTokenRejected);
    assert_eq!(
        exchange(401, &says("invalidaccesstoken", "No.")).kind,
        ErrorKind::EntraTokenRejected
    );
    for body in [&ours, "", "<html>", &says("Unknown", "No.")] {
        assert_eq!(exchange(401, body).kind, ErrorKind::CredentialDenied, "{body}");
    }
}

#[test]
fn a_401_of_an_identity_operation_is_always_ours() {
    for body in [&says("InvalidAccessToken", "No."), &says("Denied", "No."), ""] {
        assert_eq!(issue(401, body).kind, ErrorKind::CredentialDenied);
        let create = parse_create_user(&answer(401, &[], body)).unwrap_err();
        assert_eq!(create.kind, ErrorKind::CredentialDenied);
    }
}

#[test]
fn a_401_of_the_teams_extension_is_always_the_tokens() {
    for body in [&says("Denied", "No."), &says("InvalidAccessToken", "No."), ""] {
        assert_eq!(extension(401, body).kind, ErrorKind::EntraTokenRejected);
    }
}

#[test]
fn the_services_words_come_first() {
    let error = exchange(
        401,
        &says("InvalidAccessToken", "Provided access token is not valid."),
    );
    assert_eq!(error.code.as_deref(), Some("InvalidAccessToken"));
    assert!(
        error.reason.starts_with("Provided access token is not valid. "),
        "{error}"
    );
    assert!(error.reason.contains("forced refresh"), "{error}");
}

#[test]
fn denied_says_what_to_check() {
    let reason = issue(401, &says("Denied", "Denied by the resource provider."))
        .reason
        .clone();
    for word in ["access key", "clock", "Host", "role"] {
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn a_target_is_explained_whatever_its_case() {
    for target in ["appId", "AppId"] {
        let error = exchange(400, &about(target));
        assert_eq!(error.target.as_deref(), Some(target));
        assert!(error.reason.contains("client id"), "{error}");
    }
    for target in ["userId", "UserId"] {
        assert!(exchange(400, &about(target)).reason.contains("oid"));
    }
    assert_eq!(issue(400, &about("appId")).reason, "No.");
    assert_eq!(exchange(400, &about("other")).reason, "No.");
}

#[test]
fn an_unsupported_api_version_is_named() {
    let error = issue(400, &says("UnsupportedApiVersion", "Not supported."));
    assert_eq!(error.reason, "Not supported. Choose another API version.");
}

#[test]
fn a_missing_licence_keeps_its_code() {
    let error = extension(
        403,
        &says(
            "UserLicenseNotPresentForbidden",
            "User Login. Teams is disabled in user licenses",
        ),
    );
    assert_eq!(error.kind, ErrorKind::ServiceError);
    assert_eq!(error.code.as_deref(), Some("UserLicenseNotPresentForbidden"));
    assert_eq!(
        error.reason,
        "User Login. Teams is disabled in user licenses. Assign the user a licence that includes Teams."
    );
}

#[test]
fn an_empty_500_says_what_failed() {
    let error = exchange(500, "");
    assert_eq!(
        error.reason,
        "The service could not exchange the Teams user's token: it returned 500. The service failed: \
         try again later."
    );
    assert_eq!((error.code.as_deref(), error.target.as_deref()), (None, None));
}

#[test]
fn a_redirect_says_that_none_is_followed() {
    let headers = [("Location", "https://elsewhere.example/?token=hidden")];
    let error = parse_issue_token(&answer(307, &headers, "")).unwrap_err();
    assert!(error.reason.contains("Redirects are not followed"), "{error}");
    assert!(!error.to_string().contains("hidden"));
}

#[test]
fn what_the_answer_tells_is_kept() {
    let headers = [
        ("ms-cv", "5RxJbWZm3UiHcCbo4PlcLQ.0"),
        ("X-MS-Client-Request-Id", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("retry-after", "7"),
    ];
    let error = parse_issue_token(&answer(429, &headers, "")).unwrap_err();
    assert_eq!(error.ms_cv.as_deref(), Some("5RxJbWZm3UiHcCbo4PlcLQ.0"));
    assert_eq!(
        error.client_request_id.as_deref(),
        Some("0f8fad5b-d9cb-469f-a165-70867728950e")
    );
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    let error = parse_issue_token(&answer(200, &headers, "not JSON")).unwrap_err();
    assert_eq!(error.ms_cv.as_deref(), Some("5RxJbWZm3UiHcCbo4PlcLQ.0"));
    assert_eq!(error.status, Some(200));
}
