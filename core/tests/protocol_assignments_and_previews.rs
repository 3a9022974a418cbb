//! The requests and responses of assignments, and of operations that only a preview has.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use acs_auth::protocol::*;
use acs_auth::{
    ApiVersion, CommunicationTokenScope as Scope, Error, ErrorKind, PreviewApiVersion,
    TeamsExtensionAssignment, TeamsExtensionPrincipalType as Principal,
};
use common::{ID, answer, body, endpoint, headers, user};

const NEWEST: &str = ApiVersion::V2026_09_23.as_str();
const PREVIEW: &str = PreviewApiVersion::V2025_03_02Preview.as_str();
const BASE: &str = "https://contoso.unitedstates.communication.azure.com";
const TENANT: &str = "c70d068c-2f32-484d-9455-73070cd5aadd";
const OBJECT: &str = "b27b64b9-39d2-44a3-869d-67700b74e805";
const CLIENT: &str = "1fec8e78-bce4-4aaf-ab1b-5451cc387264";
const ACCEPT: (&str, &str) = ("accept", "application/json");
const JSON: (&str, &str) = ("content-type", "application/json");

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, target: &str) {
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind, error.target.as_deref()),
        (ErrorKind::InvalidArgument, Some(target))
    );
}

fn put(tenant: &str, object: &str, kind: &Principal, clients: &[&str]) -> Result<PreparedRequest, Error> {
    let clients: Vec<String> = clients.iter().map(ToString::to_string).collect();
    prepare_put_teams_extension_assignment(&endpoint(), tenant, object, kind, &clients, NEWEST)
}

fn assignment_url() -> String {
    format!("{BASE}/access/teamsExtension/tenants/{TENANT}/assignments/{OBJECT}?api-version=2026-09-23")
}

#[test]
fn an_assignment_is_put_with_its_principal_type_and_client_ids() {
    let request = put(TENANT, OBJECT, &Principal::User, &[CLIENT]).unwrap();
    assert_eq!(
        (request.method, request.url.as_str()),
        (Method::Put, assignment_url().as_str())
    );
    assert_eq!(headers(&request), [ACCEPT, JSON]);
    assert_eq!(
        body(&request),
        format!(r#"{{"principalType":"user","clientIds":["{CLIENT}"]}}"#)
    );
    assert_eq!(request.authentication, Authentication::Credential);
    assert_eq!(request.retryable, Retryable::Always);
    let request = put(TENANT, OBJECT, &Principal::ResourceAccount, &[]).unwrap();
    assert_eq!(body(&request), r#"{"principalType":"resourceAccount"}"#);
}

#[test]
fn an_assignment_is_read_and_deleted_without_a_body() {
    for (request, method) in [
        (
            prepare_get_teams_extension_assignment(&endpoint(), TENANT, OBJECT, NEWEST),
            Method::Get,
        ),
        (
            prepare_delete_teams_extension_assignment(&endpoint(), TENANT, OBJECT, NEWEST),
            Method::Delete,
        ),
    ] {
        let request = request.unwrap();
        assert_eq!(
            (request.method, request.url.as_str()),
            (method, assignment_url().as_str())
        );
        assert_eq!(headers(&request), [ACCEPT]);
        assert!(request.body.is_empty());
        assert_eq!(request.retryable, Retryable::Always);
    }
}

#[test]
fn ids_of_an_assignment_must_be_guids() {
    for bad in [
        "",
        "x",
        "..",
        "a/b",
        &format!("{TENANT}/"),
        &TENANT.replace('-', ""),
    ] {
        let of = |tenant, object, client| put(tenant, object, &Principal::User, &[client]);
        refused(of(bad, OBJECT, CLIENT), "tenant_id");
        refused(of(TENANT, bad, CLIENT), "object_id");
        refused(of(TENANT, OBJECT, bad), "client_ids");
        let e = endpoint();
        refused(
            prepare_get_teams_extension_assignment(&e, bad, OBJECT, NEWEST),
            "tenant_id",
        );
        refused(
            prepare_delete_teams_extension_assignment(&e, TENANT, bad, NEWEST),
            "object_id",
        );
    }
    let unnamed = Principal::Other(String::new());
    refused(put(TENANT, OBJECT, &unnamed, &[CLIENT]), "principal_type");
}

#[test]
fn an_assignment_is_read_whatever_the_case_of_its_type() {
    for (principal, expected) in [
        ("user", Principal::User),
        ("User", Principal::User),
        ("teamsResourceAccount", Principal::ResourceAccount),
        ("robot", Principal::Other("robot".into())),
    ] {
        let text = format!(
            r#"{{"objectId":"{OBJECT}","tenantId":"{TENANT}","principalType":"{principal}","clientIds":["{CLIENT}"],"new":1}}"#
        );
        for status in [200, 201] {
            let read = parse_put_teams_extension_assignment(&answer(status, &[], &text)).unwrap();
            assert_eq!(
                read,
                TeamsExtensionAssignment {
                    tenant_id: TENANT.into(),
                    object_id: OBJECT.into(),
                    principal_type: expected.clone(),
                    client_ids: vec![CLIENT.into()],
                }
            );
        }
        assert!(parse_get_teams_extension_assignment(&answer(200, &[], &text)).is_ok());
    }
}

#[test]
fn an_assignment_that_is_no_assignment_is_unexpected() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"objectId":"o","tenantId":"t"}"#,
        r#"{"objectId":"","tenantId":"t","principalType":"user"}"#,
        r#"{"objectId":"o","tenantId":"t","principalType":"user","clientIds":"x"}"#,
        r#"{"objectId":"o","tenantId":"t","principalType":"user","clientIds":[1]}"#,
    ] {
        let error = parse_get_teams_extension_assignment(&answer(200, &[], text)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnexpectedResponse, "{text}");
    }
    let error = parse_get_teams_extension_assignment(&answer(404, &[], "")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.reason.contains("no assignment"), "{}", error.reason);
    for status in [200, 204] {
        parse_delete_teams_extension_assignment(&answer(status, &[], "{}")).unwrap();
    }
    let denied = parse_delete_teams_extension_assignment(&answer(401, &[], "")).unwrap_err();
    assert_eq!(denied.kind, ErrorKind::CredentialDenied);
}

#[test]
fn the_entra_user_exchange_is_vouched_for_by_the_token() {
    let request = prepare_exchange_entra_user(&endpoint(), "a.b.c", PREVIEW).unwrap();
    assert_eq!(
        request.url,
        format!("{BASE}/access/entra/:exchangeAccessToken?api-version=2025-03-02-preview")
    );
    assert_eq!(
        headers(&request),
        [ACCEPT, JSON, ("authorization", "Bearer a.b.c")]
    );
    assert_eq!(body(&request), "{}");
    assert_eq!(request.authentication, Authentication::UserToken);
    refused(
        prepare_exchange_entra_user(&endpoint(), "a b", PREVIEW),
        "aad_token",
    );
    let text = r#"{"identity":{"id":"8:acs:r_wf_t_o"},"accessToken":{"token":"t","expiresOn":"2026-01-01T00:00:00Z"}}"#;
    let read = parse_exchange_entra_user(&answer(200, &[], text)).unwrap();
    assert_eq!(read.user.id, "8:acs:r_wf_t_o");
    let error = parse_exchange_entra_user(&answer(401, &[], "")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::EntraTokenRejected);
}

#[test]
fn a_creation_with_a_custom_id_may_be_repeated() {
    let request = prepare_create_user_with_custom_id(&endpoint(), "customer \"42\"", PREVIEW).unwrap();
    assert_eq!(
        request.url,
        format!("{BASE}/identities?api-version=2025-03-02-preview")
    );
    assert_eq!(headers(&request), [ACCEPT, JSON]);
    assert_eq!(body(&request), r#"{"customId":"customer \"42\""}"#);
    assert_eq!(request.retryable, Retryable::Always);
    let request = prepare_create_user_and_token_with_custom_id(
        &endpoint(),
        "42",
        &[Scope::Voip],
        Some(Duration::from_secs(3600)),
        PREVIEW,
    )
    .unwrap();
    assert_eq!(
        body(&request),
        r#"{"createTokenWithScopes":["voip"],"expiresInMinutes":60,"customId":"42"}"#
    );
    assert_eq!(request.retryable, Retryable::Always);
}

#[test]
fn a_custom_id_has_1_to_256_characters() {
    let longest = "é".repeat(256);
    assert!(prepare_create_user_with_custom_id(&endpoint(), &longest, PREVIEW).is_ok());
    for bad in [String::new(), format!("{longest}x")] {
        refused(
            prepare_create_user_with_custom_id(&endpoint(), &bad, PREVIEW),
            "custom_id",
        );
        refused(
            prepare_create_user_and_token_with_custom_id(&endpoint(), &bad, &[Scope::Voip], None, PREVIEW),
            "custom_id",
        );
    }
    refused(
        prepare_create_user_and_token_with_custom_id(&endpoint(), "42", &[], None, PREVIEW),
        "scopes",
    );
}

#[test]
fn the_details_of_an_identity_are_read_as_far_as_they_are_there() {
    let request = prepare_get_user_detail(&endpoint(), &user(), PREVIEW).unwrap();
    assert_eq!(request.method, Method::Get);
    let encoded = ID.replace(':', "%3A");
    assert_eq!(
        request.url,
        format!("{BASE}/identities/{encoded}?api-version=2025-03-02-preview")
    );
    assert_eq!(headers(&request), [ACCEPT]);
    let whole = format!(r#"{{"id":"{ID}","customId":"42","lastTokenIssuedAt":"2026-01-01T00:00:00Z"}}"#);
    let read = parse_get_user_detail(&answer(200, &[], &whole)).unwrap();
    assert_eq!(
        (read.user.id.as_str(), read.custom_id.as_deref()),
        (ID, Some("42"))
    );
    assert_eq!(
        read.last_token_issued_at,
        Some(UNIX_EPOCH + Duration::from_secs(1_767_225_600))
    );
    for text in [
        format!(r#"{{"id":"{ID}"}}"#),
        format!(r#"{{"id":"{ID}","customId":null,"lastTokenIssuedAt":null}}"#),
    ] {
        let read = parse_get_user_detail(&answer(200, &[], &text)).unwrap();
        assert_eq!((read.custom_id, read.last_token_issued_at), (None, None));
    }
    for text in [
        "{}",
        r#"{"id":""}"#,
        r#"{"id":"a","customId":7}"#,
        r#"{"id":"a","lastTokenIssuedAt":"2026-01-01"}"#,
        r#"{"id":"a","lastTokenIssuedAt":7}"#,
    ] {
        let error = parse_get_user_detail(&answer(200, &[], text)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnexpectedResponse, "{text}");
    }
}
