//! Every recorded response is parsed into the right value or kind of error, and the recorded requests of the
//! library's own operations are built again. A recording without an expectation fails the test.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use acs_auth::protocol::*;
use acs_auth::{
    AccessToken, ApiVersion, CommunicationTokenScope as Scope, CommunicationUserIdentifier, Error, ErrorKind,
    PreviewApiVersion, TeamsExtensionPrincipalType,
};
use common::{endpoint, received_at};
use serde_json::Value;

#[derive(Debug, PartialEq)]
enum Read {
    Done,
    User(&'static str),
    /// Expiry in seconds since 1970.
    Token(&'static str, i64),
    UserAndToken(&'static str, &'static str, i64),
    /// Tenant, object, kind of principal.
    Assignment(&'static str, &'static str, &'static str),
    /// Kind, code, target.
    Failed(ErrorKind, Option<&'static str>, Option<&'static str>),
}

use ErrorKind::{CredentialDenied, EntraTokenRejected, ServiceError, UnexpectedResponse, ValidationFailed};
use Read::{Assignment, Done, Failed, Token, User, UserAndToken};

const INVALID: Read = Failed(EntraTokenRejected, Some("InvalidAccessToken"), None);
const fn invalid(target: &'static str) -> Read {
    Failed(ValidationFailed, Some("ValidationError"), Some(target))
}

type Reader = fn(&RawResponse<'_>) -> Read;

/// Each file, its parser, and the expected result. A response of an operation that the library doesn't have
/// is parsed by the most similar one.
const EXPECTED: &[(&str, Reader, Read)] = &[
    ("create_user_201", user, User("sanitized")),
    (
        "create_user_and_token_201",
        user_and_token,
        UserAndToken("sanitized", "sanitized", 1_687_937_412),
    ),
    ("delete_204", |r| done(parse_delete_user(r)), Done),
    (
        "entra_client_credentials_token_200",
        issued,
        Failed(UnexpectedResponse, None, None),
    ),
    (
        "entra_exchange_200_spec_example",
        entra_user,
        UserAndToken(
            "8:acs:2dee53b4-368b-45b4-ab52-8493fb117652_wf_c70d068c-2f32-484d-9455-73070cd5aadd_b27b64b9-39d2-44a3-869d-67700b74e805",
            "token",
            1_744_321_179,
        ),
    ),
    (
        "hmac_401_denied",
        exchanged,
        Failed(CredentialDenied, Some("Denied"), None),
    ),
    ("issue_token_200", issued, Token("sanitized", 1_668_592_075)),
    ("issue_token_400_expiry", issued, invalid("ExpiresInMinutes")),
    ("revoke_204", |r| done(parse_revoke_tokens(r)), Done),
    ("teams_exchange_200", exchanged, Token("sanitized", 1_668_510_364)),
    ("teams_exchange_400_empty_app_id", exchanged, invalid("AppId")),
    ("teams_exchange_400_invalid_user_id", exchanged, invalid("userId")),
    ("teams_exchange_400_wrong_app_id", exchanged, invalid("appId")),
    ("teams_exchange_400_wrong_user_id", exchanged, invalid("userId")),
    ("teams_exchange_401_empty_token", exchanged, INVALID),
    ("teams_exchange_401_expired_token", exchanged, INVALID),
    ("teams_exchange_401_invalid_token", exchanged, INVALID),
    (
        "teams_extension_403_no_license",
        extension,
        Failed(ServiceError, Some("UserLicenseNotPresentForbidden"), None),
    ),
    (
        "teams_extension_assignment_put_201_spec_example",
        assignment,
        Assignment(
            "c70d068c-2f32-484d-9455-73070cd5aadd",
            "b27b64b9-39d2-44a3-869d-67700b74e805",
            "resourceAccount",
        ),
    ),
    (
        "unsupported_api_version_400",
        user,
        Failed(ValidationFailed, Some("UnsupportedApiVersion"), None),
    ),
];

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn failed(error: Error) -> Read {
    Failed(
        error.kind,
        error.code.as_deref().map(leak),
        error.target.as_deref().map(leak),
    )
}

fn done(result: Result<(), Error>) -> Read {
    result.map_or_else(failed, |()| Done)
}

fn token(result: Result<AccessToken, Error>) -> Read {
    result.map_or_else(failed, |t| Token(leak(t.token.expose()), t.expires_on_unix()))
}

fn user(response: &RawResponse<'_>) -> Read {
    parse_create_user(response).map_or_else(failed, |user| User(leak(&user.id)))
}

fn issued(response: &RawResponse<'_>) -> Read {
    token(parse_issue_token(response))
}

fn exchanged(response: &RawResponse<'_>) -> Read {
    token(parse_exchange_teams_user(response))
}

fn user_and_token(response: &RawResponse<'_>) -> Read {
    both(parse_create_user_and_token(response))
}

fn extension(response: &RawResponse<'_>) -> Read {
    both(parse_exchange_teams_extension(response))
}

fn entra_user(response: &RawResponse<'_>) -> Read {
    both(parse_exchange_entra_user(response))
}

fn assignment(response: &RawResponse<'_>) -> Read {
    parse_put_teams_extension_assignment(response).map_or_else(failed, |read| {
        assert!(read.client_ids.is_empty());
        Assignment(
            leak(&read.tenant_id),
            leak(&read.object_id),
            leak(read.principal_type.as_str()),
        )
    })
}

fn both(result: Result<acs_auth::CommunicationUserToken, Error>) -> Read {
    result.map_or_else(failed, |both| {
        UserAndToken(
            leak(&both.user.id),
            leak(both.token.token.expose()),
            both.token.expires_on_unix(),
        )
    })
}

fn recording(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/recordings"))
}

#[test]
fn every_recording_has_an_expectation() {
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let expected: BTreeSet<String> = EXPECTED.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(files, expected);
}

#[test]
fn every_recorded_answer_is_read_rightly() {
    for (name, read, expected) in EXPECTED {
        let recording = recording(name);
        let headers: Vec<(&str, &str)> = recording["response_headers"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let body = match &recording["response_body"] {
            Value::Null => Vec::new(),
            body => serde_json::to_vec(body).unwrap(),
        };
        let status = recording["status"].as_u64().unwrap().try_into().unwrap();
        let response = RawResponse {
            status,
            headers: &headers,
            body: &body,
            received_at: received_at(),
        };
        assert_eq!(&read(&response), expected, "{name}");
    }
}

/// The requests are built with a recording's placeholders for the values that were removed from it.
#[test]
fn our_requests_are_those_that_were_recorded() {
    let e = endpoint();
    let v = "2022-10-01";
    let user = CommunicationUserIdentifier::new("ID");
    for (name, request) in [
        ("create_user_201", prepare_create_user(&e, v)),
        (
            "create_user_and_token_201",
            prepare_create_user_and_token(&e, &[Scope::Voip, Scope::Chat], None, v),
        ),
        (
            "issue_token_200",
            prepare_issue_token(&e, &user, &[Scope::Chat], None, v),
        ),
        ("revoke_204", prepare_revoke_tokens(&e, &user, v)),
        ("delete_204", prepare_delete_user(&e, &user, v)),
        (
            "teams_exchange_200",
            prepare_exchange_teams_user(&e, "sanitized", "sanitized", "sanitized", v),
        ),
        (
            "teams_exchange_401_empty_token",
            prepare_exchange_teams_user(&e, "", "sanitized", "", v),
        ),
        (
            "teams_extension_403_no_license",
            prepare_exchange_teams_extension(&e, "t", TEAMS_EXTENSION_API_VERSION),
        ),
        (
            "entra_exchange_200_spec_example",
            prepare_exchange_entra_user(&e, "t", PreviewApiVersion::V2025_03_02Preview.as_str()),
        ),
        (
            "teams_extension_assignment_put_201_spec_example",
            prepare_put_teams_extension_assignment(
                &e,
                "c70d068c-2f32-484d-9455-73070cd5aadd",
                "b27b64b9-39d2-44a3-869d-67700b74e805",
                &TeamsExtensionPrincipalType::ResourceAccount,
                &[],
                ApiVersion::V2026_09_23.as_str(),
            ),
        ),
    ] {
        let request = request.unwrap();
        let mut recorded = recording(name)["request"].take();
        assert_eq!(request.method.as_str(), recorded["method"], "{name}");
        let target = recorded["target"].as_str().unwrap().replace("{id}", "ID");
        assert_eq!(request.url.strip_prefix(e.url()), Some(target.as_str()), "{name}");
        // The Python client sends null for an expiry that is not set; the service accepts both.
        if let Some(body) = recorded["body"].as_object_mut() {
            body.retain(|_, value| !value.is_null());
        }
        let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        assert_eq!(body, recorded["body"], "{name}");
    }
}
