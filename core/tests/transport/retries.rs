//! What is retried, how often, and when not.

use std::time::{Duration, Instant};

use acs_auth::transport::{FailureKind, TransportFailure};
use acs_auth::{CommunicationUserIdentifier, ErrorKind, Note, RetryPolicy};

use crate::server::{Server, Step, answer, created, failing, one};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

/// Calls an idempotent operation of a server with this script. Returns the server and the result.
async fn delete(steps: Vec<Step>) -> (Server, Result<(), acs_auth::Error>) {
    let server = Server::start(steps).await;
    let result = server.client().delete_user(&user()).await;
    (server, result)
}

#[tokio::test]
async fn these_statuses_are_tried_three_times() {
    for status in [408, 429, 500, 502, 503, 504] {
        let (server, result) = delete(vec![failing(status), failing(status), failing(status)]).await;
        let error = result.unwrap_err();
        assert_eq!(server.requests().len(), 3, "{status}");
        assert_eq!(error.status, Some(status));
        let kind = if status == 429 {
            ErrorKind::Throttled
        } else {
            ErrorKind::ServiceError
        };
        assert_eq!(error.kind, kind);

        let (server, result) = delete(vec![failing(status), failing(status), failing(204)]).await;
        assert_eq!((server.requests().len(), result), (3, Ok(())), "{status}");
    }
}

#[tokio::test]
async fn no_other_status_is_tried_again() {
    for status in [
        400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 451, 501, 505, 507, 599,
    ] {
        let (server, result) = delete(vec![failing(status)]).await;
        assert_eq!(result.unwrap_err().status, Some(status));
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_tried_again() {
    for lost in [
        || Step::Close,
        || Step::Reset,
        || Step::WriteAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"tok".to_vec()),
    ] {
        let (server, result) = delete(vec![lost(), lost(), failing(204)]).await;
        assert_eq!((server.requests().len(), result), (3, Ok(())));
        let (server, result) = delete(vec![lost(), lost(), lost()]).await;
        assert_eq!(server.requests().len(), 3);
        let error = result.unwrap_err();
        assert_eq!(error.kind, ErrorKind::TransportError);
        assert!(error.reason.contains("tried 3 times"), "{error}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_even_for_a_create() {
    // A port that was free a moment ago: nothing listens there.
    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let server = one(failing(204)).await;
    let client = server.builder().build().unwrap();
    drop(client);
    let client = acs_auth::CommunicationIdentityClient::builder()
        .connection_string(&format!(
            "endpoint=http://{unused};accesskey={}",
            crate::server::KEY
        ))
        .retry_policy(crate::server::quick())
        .build()
        .unwrap();
    let error = client.create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TransportError);
    assert!(error.reason.contains("tried 3 times"), "{error}");
    assert!(!error.reason.contains("may have been created"), "{error}");
    assert_eq!(error.notes(), []);
    let source = std::error::Error::source(&error).unwrap();
    let failure = source.downcast_ref::<TransportFailure>().unwrap();
    assert_eq!(failure.kind, FailureKind::NotSent);
}

#[tokio::test]
async fn a_create_is_tried_again_only_where_it_was_not_processed() {
    for status in [429, 503] {
        let server = Server::start(vec![failing(status), failing(status), created()]).await;
        server.client().create_user().await.unwrap();
        assert_eq!(server.requests().len(), 3);
    }
    for status in [408, 500, 502, 504] {
        let server = one(failing(status)).await;
        let error = server.client().create_user().await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{status}");
        assert!(error.reason.contains("may have been created"), "{error}");
    }
    for lost in [Step::Close, Step::Reset] {
        let server = one(lost).await;
        let error = server.client().create_user().await.unwrap_err();
        assert_eq!(
            (server.requests().len(), error.kind),
            (1, ErrorKind::TransportError)
        );
        assert!(error.reason.contains("may have been created"), "{error}");
        assert_eq!(error.notes(), [Note::IdentityMaybeCreated]);
    }
    let server = one(failing(400)).await;
    let error = server.client().create_user().await.unwrap_err();
    assert!(!error.reason.contains("may have been created"), "{error}");
}

#[tokio::test]
async fn a_success_that_cannot_be_read_says_that_an_identity_may_exist() {
    for body in ["", "{}", "[]", "{\"identity\":{\"id\":\"\"}}", "<html>"] {
        let server = one(answer(201, "", body)).await;
        let error = server.client().create_user().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnexpectedResponse);
        assert_eq!(
            error.reason.matches("may have been created").count(),
            1,
            "{error}"
        );
        assert_eq!(error.notes(), [Note::IdentityMaybeCreated]);
    }
}

#[tokio::test]
async fn the_wait_that_the_service_asks_for_is_kept() {
    for (header, least_ms) in [
        ("retry-after-ms: 120", 120),
        ("x-ms-retry-after-ms: 120", 120),
        ("Retry-After: 1", 1000),
    ] {
        let server = Server::start(vec![answer(503, &format!("{header}\r\n"), ""), failing(204)]).await;
        let started = Instant::now();
        server.client().delete_user(&user()).await.unwrap();
        assert!(started.elapsed() >= Duration::from_millis(least_ms), "{header}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let at = std::time::SystemTime::now() + Duration::from_secs(2);
    let headers = format!("retry-after: {}\r\n", httpdate::fmt_http_date(at));
    let server = Server::start(vec![answer(429, &headers, ""), failing(204)]).await;
    server.client().delete_user(&user()).await.unwrap();
    assert!(
        std::time::SystemTime::now() >= at - Duration::from_secs(1),
        "an HTTP date has whole seconds"
    );
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_fails_at_once_and_is_told() {
    let server = one(answer(429, "retry-after: 30\r\n", "")).await;
    let started = Instant::now();
    let error = server.client().delete_user(&user()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.retry_after),
        (ErrorKind::Throttled, Some(Duration::from_secs(30)))
    );
    assert_eq!(server.requests().len(), 1);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "it must not wait for the deadline"
    );
}

#[tokio::test]
async fn the_budget_ends_retries_for_a_service_that_is_down() {
    let server = Server::start((0..1000).map(|_| failing(500)).collect()).await;
    let client = server.client();
    let mut sent = Vec::new();
    for _ in 0..30 {
        let before = server.received().len();
        client.delete_user(&user()).await.unwrap_err();
        sent.push(server.received().len() - before);
    }
    // 500 tokens are 35 retries at 14: 17 calls with two retries, one with one, and then none.
    assert_eq!(sent.iter().sum::<usize>(), 30 + 35);
    assert_eq!(sent[..17], [3; 17]);
    assert_eq!(sent[17], 2);
    assert_eq!(sent[18..], [1; 12]);
}

#[tokio::test]
async fn attempts_can_be_limited_to_one() {
    let server = one(failing(503)).await;
    let policy = RetryPolicy {
        max_attempts: 1,
        ..crate::server::quick()
    };
    let client = server.builder().retry_policy(policy).build().unwrap();
    assert_eq!(client.delete_user(&user()).await.unwrap_err().status, Some(503));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn every_attempt_is_signed_afresh_under_one_request_id() {
    let start = std::time::UNIX_EPOCH + Duration::from_secs(1_730_797_687);
    let asked = std::sync::atomic::AtomicU64::new(0);
    let server = Server::start(vec![failing(500), failing(500), failing(204)]).await;
    let client = server
        .builder()
        // Each reading of the clock is 10 s later.
        .clock(move || {
            start + Duration::from_secs(10 * asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
        })
        .build()
        .unwrap();
    client.delete_user(&user()).await.unwrap();
    let requests = server.requests();
    let dates: Vec<&str> = requests.iter().map(|r| r.header("x-ms-date").unwrap()).collect();
    // Each attempt reads the clock twice: to sign, and when the response arrives.
    assert_eq!(
        dates,
        [
            "Tue, 05 Nov 2024 09:08:07 GMT",
            "Tue, 05 Nov 2024 09:08:27 GMT",
            "Tue, 05 Nov 2024 09:08:47 GMT"
        ]
    );
    let signatures: std::collections::BTreeSet<_> =
        requests.iter().map(|r| r.header("authorization")).collect();
    assert_eq!(signatures.len(), 3);
    let ids: std::collections::BTreeSet<_> = requests
        .iter()
        .map(|r| r.header("x-ms-client-request-id"))
        .collect();
    assert_eq!(ids.len(), 1);
}
