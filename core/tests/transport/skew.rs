//! A wrong clock is detected by a rejected signature, and corrected.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use acs_auth::{CommunicationUserIdentifier, ErrorKind};

use crate::server::{Server, Step, answer, failing};

const DENIED: &str = r#"{"error":{"code":"Denied","message":"Denied by the resource provider."}}"#;
const INVALID: &str =
    r#"{"error":{"code":"InvalidAccessToken","message":"Provided access token is not valid."}}"#;

fn ours() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_730_797_687)
}

fn date(offset: i64) -> String {
    let by = Duration::from_secs(offset.unsigned_abs());
    httpdate::fmt_http_date(if offset < 0 { ours() - by } else { ours() + by })
}

fn refused(offset: i64, body: &str) -> Step {
    answer(401, &format!("date: {}\r\n", date(offset)), body)
}

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

#[tokio::test]
async fn one_retry_is_signed_with_the_services_clock_and_the_skew_is_kept() {
    for offset in [400, -400] {
        let server = Server::start(vec![refused(offset, DENIED), failing(204), failing(204)]).await;
        let client = server.builder().clock(ours).build().unwrap();
        assert_eq!(client.clock_skew_seconds(), 0);
        client.delete_user(&user()).await.unwrap();
        assert_eq!(client.clock_skew_seconds(), offset);
        client.delete_user(&user()).await.unwrap();
        let requests = server.requests();
        let dates: Vec<_> = requests
            .iter()
            .map(|r| r.header("x-ms-date").unwrap().to_owned())
            .collect();
        assert_eq!(dates, [date(0), date(offset), date(offset)]);
    }
}

#[tokio::test]
async fn a_second_refusal_is_final_and_tells_the_skew() {
    let server = Server::start(vec![refused(400, DENIED), refused(900, DENIED)]).await;
    let client = server.builder().clock(ours).build().unwrap();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::CredentialDenied, Some("Denied"))
    );
    assert!(error.reason.contains("400 s ahead"), "{error}");
}

#[tokio::test]
async fn a_clock_within_a_minute_is_not_the_reason() {
    for step in [
        refused(60, DENIED),
        refused(-60, DENIED),
        answer(401, "", DENIED),
        answer(401, "date: soon\r\n", DENIED),
    ] {
        let server = Server::start(vec![step]).await;
        let client = server.builder().clock(ours).build().unwrap();
        let error = client.delete_user(&user()).await.unwrap_err();
        assert_eq!(
            (server.requests().len(), error.kind),
            (1, ErrorKind::CredentialDenied)
        );
        assert_eq!(client.clock_skew_seconds(), 0);
    }
}

#[tokio::test]
async fn a_refused_user_token_is_not_a_matter_of_the_clock() {
    let server = Server::start(vec![refused(400, INVALID)]).await;
    let client = server.builder().clock(ours).build().unwrap();
    let error = client
        .get_token_for_teams_user("eyJ.e30.x", "a", "b")
        .await
        .unwrap_err();
    assert_eq!(
        (server.requests().len(), error.kind),
        (1, ErrorKind::EntraTokenRejected)
    );
}

#[tokio::test]
async fn an_identity_of_another_resource_is_not_a_matter_of_the_clock() {
    const NOT_OWNED: &str = r#"{"error":{"code":"IdentityNotOwned","message":"Provided identity doesn't belong to the resource."}}"#;
    let server = Server::start(vec![refused(400, NOT_OWNED)]).await;
    let client = server.builder().clock(ours).build().unwrap();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    assert_eq!(client.clock_skew_seconds(), 0);
    assert!(error.reason.contains("created in another resource"), "{error}");
}

#[tokio::test]
async fn a_create_may_be_signed_again_since_it_was_refused() {
    let server = Server::start(vec![refused(400, DENIED), crate::server::created()]).await;
    let client = server.builder().clock(ours).build().unwrap();
    client.create_user().await.unwrap();
    assert_eq!(server.requests().len(), 2);
}
