//! Every call ends in time, whatever the server does.

use std::time::{Duration, Instant};

use acs_auth::{
    CallOptions, CommunicationIdentityClient, CommunicationUserIdentifier, ErrorKind, RetryPolicy,
};

use crate::server::{Server, Step, failing, one, quick};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

/// Long enough for a busy machine to send a request. Where that matters, the call has a single attempt, which
/// gets all this time.
const DEADLINE: Duration = Duration::from_millis(3900);
/// Far longer than any call here may take, and shorter than the default deadline.
const PATIENCE: Duration = Duration::from_secs(9);

fn with_one_attempt(server: &Server) -> CommunicationIdentityClient {
    let policy = RetryPolicy {
        max_attempts: 1,
        ..quick()
    };
    let builder = server.builder().timeout(DEADLINE).retry_policy(policy);
    builder.build().unwrap()
}

#[tokio::test]
async fn a_silent_server_ends_at_the_clients_deadline() {
    let server = one(Step::Silence).await;
    let client = with_one_attempt(&server);
    let started = Instant::now();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(error.client_request_id.is_some());
    assert!(error.reason.contains("3.9s"), "{error}");
    assert!((DEADLINE..PATIENCE).contains(&started.elapsed()));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_calls_own_deadline_goes_before_the_clients() {
    let server = one(Step::Silence).await;
    let client = server.client().with_options(CallOptions {
        timeout: Some(DEADLINE),
        max_attempts: Some(1),
        client_request_id: Some("my-id".into()),
        ..CallOptions::default()
    });
    let started = Instant::now();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.client_request_id.as_deref()),
        (ErrorKind::Timeout, Some("my-id"))
    );
    assert!(started.elapsed() < PATIENCE);
    assert_eq!(
        server.requests()[0].header("x-ms-client-request-id"),
        Some("my-id")
    );
}

#[tokio::test]
async fn a_dripping_answer_ends_at_the_deadline() {
    let drip =
        b"HTTP/1.1 204 No Content\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n";
    let server = one(Step::Drip(drip.to_vec(), DEADLINE / 3)).await;
    let client = with_one_attempt(&server);
    let started = Instant::now();
    assert_eq!(
        client.delete_user(&user()).await.unwrap_err().kind,
        ErrorKind::Timeout
    );
    assert!(started.elapsed() < PATIENCE);
}

#[tokio::test]
async fn the_deadline_covers_all_attempts_and_tells_the_last_failure() {
    let server = Server::start(vec![failing(502), Step::Silence]).await;
    // The first attempt gets half of the time, and the second one what is left.
    let policy = RetryPolicy {
        max_attempts: 2,
        attempt_timeout: DEADLINE,
        ..quick()
    };
    let client = server
        .builder()
        .timeout(2 * DEADLINE)
        .retry_policy(policy)
        .build()
        .unwrap();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(
        error.reason.contains("status 502") && error.reason.contains("tried 2 times"),
        "{error}"
    );
}

#[tokio::test]
async fn a_create_that_timed_out_may_have_created() {
    let server = one(Step::Silence).await;
    let error = server
        .client()
        .with_timeout(DEADLINE)
        .create_user()
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(error.reason.contains("may have been created"), "{error}");
}

#[tokio::test]
async fn an_address_that_does_not_answer_ends_at_the_connect_timeout() {
    // With a full accept queue, the kernel drops further connections: connecting hangs, even on loopback.
    let full = socket_with_full_queue();
    let client = acs_auth::CommunicationIdentityClient::builder()
        .connection_string(&format!(
            "endpoint=http://{};accesskey={}",
            full.address,
            crate::server::KEY
        ))
        .connect_timeout(Duration::from_millis(200))
        .retry_policy(quick())
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TransportError, "{error}");
    assert!(error.reason.contains("tried 3 times"), "{error}");
    assert!((Duration::from_millis(600)..PATIENCE).contains(&started.elapsed()));
}

struct FullQueue {
    address: std::net::SocketAddr,
    _listener: socket2::Socket,
    _waiting: Vec<std::net::TcpStream>,
}

fn socket_with_full_queue() -> FullQueue {
    let listener = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    listener
        .bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into())
        .unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(150)) {
        waiting.push(stream);
        assert!(waiting.len() < 64, "the accept queue does not fill");
    }
    FullQueue {
        address,
        _listener: listener,
        _waiting: waiting,
    }
}

#[tokio::test]
async fn dropping_the_call_gives_up() {
    let server = one(Step::Silence).await;
    let client = server.client();
    let call = tokio::spawn(async move { client.delete_user(&user()).await });
    while server.received().is_empty() {
        assert!(!call.is_finished(), "no request arrived");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // `abort` drops the call.
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(server.requests().len(), 1);
}
