//! Redirects, responses that are too large, and responses that are not HTTP.

use acs_auth::{CommunicationUserIdentifier, ErrorKind};

use crate::server::{Server, Step, answer, one};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = Server::start(Vec::new()).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: http://{}/x\r\n", elsewhere.address);
        let server = one(answer(status, &location, "")).await;
        let error = server
            .client()
            .get_token_for_teams_user("the-users-token", "a", "b")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.status),
            (ErrorKind::UnexpectedResponse, Some(status))
        );
        assert_eq!(server.requests().len(), 1);
    }
    assert_eq!(elsewhere.connections(), 0, "the token must go nowhere else");
}

#[tokio::test]
async fn an_answer_of_64_kib_is_read_and_a_larger_one_is_not() {
    let pad = |length: usize| {
        format!(
            "{{\"pad\":\"{}\",{}",
            "x".repeat(length),
            &crate::server::CREATED[1..]
        )
    };
    let overhead = pad(0).len();
    let server = one(answer(201, "", &pad(64 * 1024 - overhead))).await;
    server.client().create_user().await.unwrap();

    let too_large = pad(64 * 1024 - overhead + 1);
    let server = one(answer(201, "", &too_large)).await;
    let error = server.client().create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::UnexpectedResponse);
    assert!(
        error.reason.contains("65536") && error.reason.contains("may have been created"),
        "{error}"
    );

    // Without a length, in chunks.
    let mut chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..70 {
        chunked.extend_from_slice(b"400\r\n");
        chunked.extend_from_slice(&[b'x'; 0x400]);
        chunked.extend_from_slice(b"\r\n");
    }
    let server = one(Step::Write(chunked)).await;
    let error = server
        .client()
        .get_token_for_teams_user("t", "a", "b")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, server.requests().len()),
        (ErrorKind::UnexpectedResponse, 1)
    );
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.resize(1 << 20, b'x');
    let server = one(Step::WriteAndClose(endless)).await;
    let error = server.client().delete_user(&user()).await.unwrap_err();
    assert_eq!(
        (error.kind, server.requests().len()),
        (ErrorKind::UnexpectedResponse, 1)
    );
}

#[tokio::test]
async fn what_is_not_http_is_told() {
    let garbage = || Step::WriteAndClose(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec());
    let server = Server::start(vec![garbage(), garbage(), garbage()]).await;
    let error = server.client().delete_user(&user()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TransportError);
    assert!(!error.reason.is_empty());
}

#[tokio::test]
async fn an_echoed_token_or_key_is_in_no_error() {
    let token = "opaque-users-token-0123456789";
    let echo = format!(
        "{{\"error\":{{\"code\":\"{token}\",\"message\":\"bad token {token} signed with {}\",\"target\":\"{token}\"}}}}",
        crate::server::KEY
    );
    for status in [400, 401, 403, 404, 418] {
        let server = one(answer(
            status,
            &format!("ms-cv: {token}\r\nx-ms-client-request-id: {token}\r\n"),
            &echo,
        ))
        .await;
        let error = server
            .client()
            .get_token_for_teams_user(token, "a", "b")
            .await
            .unwrap_err();
        assert!(!format!("{error:?} {error}").contains(token), "{error}");
        let details = error.into_details();
        assert!(!format!("{details:?}{:?}", details.ms_cv).contains(token));
    }
}
