//! Every call ends in time, whatever the server does.

use std::time::{Duration, Instant};

use acs_auth::{CallOptions, CommunicationUserIdentifier, ErrorKind};

use crate::server::{Server, Step, failing, one};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

/// Long enough for a busy machine to send a request, and shorter than the 1 s that the first attempt gets at
/// least.
const DEADLINE: Duration = Duration::from_millis(900);
/// Far longer than any call here may take.
const PATIENCE: Duration = Duration::from_secs(8);

#[tokio::test]
async fn a_silent_server_ends_at_the_clients_deadline() {
    let server = one(Step::Silence).await;
    let client = server.builder().timeout(DEADLINE).build().unwrap();
    let started = Instant::now();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(error.client_request_id.is_some());
    assert!(error.reason.contains("900ms"), "{error}");
    assert!((DEADLINE..PATIENCE).contains(&started.elapsed()));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_calls_own_deadline_goes_before_the_clients() {
    let server = one(Step::Silence).await;
    let client = server.client().with_options(CallOptions {
        timeout: Some(DEADLINE),
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
    let client = server.builder().timeout(DEADLINE).build().unwrap();
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
    let client = server.builder().timeout(DEADLINE).build().unwrap();
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
        .retry_policy(crate::server::quick())
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
    let user = user();
    // `timeout` drops the call.
    assert!(
        tokio::time::timeout(Duration::from_millis(300), client.delete_user(&user))
            .await
            .is_err()
    );
    assert_eq!(server.requests().len(), 1);
}
