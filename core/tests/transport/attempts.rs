//! The timeout of an attempt, and connections that have gone silent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use acs_auth::transport::{Attempt, BoxFuture, Transport, TransportFailure};
use acs_auth::{
    CommunicationIdentityClient, CommunicationIdentityClientBuilder, CommunicationUserIdentifier, ErrorKind,
    RetryPolicy,
};
use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::http2_server::{Does, Http2Server};
use crate::server::{KEY, Server, Step, created, failing, one, quick, read_request};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

/// Long enough for a busy machine to send a request and to receive its response.
const ATTEMPT: Duration = Duration::from_secs(4);
/// A call's timeout of which [`ATTEMPT`] is less than a third, so that it is the timeout of each attempt.
const CALL: Duration = Duration::from_secs(60);

fn attempts() -> RetryPolicy {
    attempts_of(ATTEMPT)
}

fn client_of(builder: CommunicationIdentityClientBuilder) -> CommunicationIdentityClient {
    builder.retry_policy(attempts()).timeout(CALL).build().unwrap()
}

fn attempts_of(time: Duration) -> RetryPolicy {
    RetryPolicy {
        attempt_timeout: time,
        ..quick()
    }
}

#[tokio::test]
async fn an_attempt_that_hangs_leaves_time_for_the_others() {
    let server = Server::start(vec![Step::Silence, Step::Silence, failing(204)]).await;
    let client = client_of(server.builder());
    client.delete_user(&user()).await.unwrap();
    assert_eq!((server.requests().len(), server.connections()), (3, 3));
}

#[tokio::test]
async fn the_default_attempt_takes_three_seconds_of_a_deadline_of_ten() {
    let server = Server::start(vec![Step::Silence, failing(204)]).await;
    let started = Instant::now();
    server.client().delete_user(&user()).await.unwrap();
    // Without an attempt timeout, the call would take all its 10 s.
    assert!((Duration::from_secs(3)..Duration::from_secs(8)).contains(&started.elapsed()));
}

#[tokio::test]
async fn a_body_that_drips_ends_its_attempt() {
    let drip = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}".to_vec();
    let slow = || Step::Drip(drip.clone(), ATTEMPT / 20);
    let server = Server::start(vec![slow(), failing(204)]).await;
    let client = client_of(server.builder());
    client.delete_user(&user()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn the_last_attempt_has_all_the_time_left() {
    let late = b"HTTP/1.1 204 No Content\r\nx-y: zz\r\n\r\n".to_vec();
    let server = one(Step::Drip(late, Duration::from_millis(20))).await;
    let policy = RetryPolicy {
        max_attempts: 1,
        ..attempts_of(Duration::from_millis(200))
    };
    let client = server.builder().retry_policy(policy).build().unwrap();
    client.delete_user(&user()).await.unwrap();
}

#[tokio::test]
async fn a_create_that_is_written_has_all_the_time_left() {
    let slow = match created() {
        Step::Write(bytes) => Step::Drip(bytes, Duration::from_millis(6)),
        _ => unreachable!(),
    };
    let server = one(slow).await;
    let policy = attempts_of(Duration::from_millis(200));
    let client = server.builder().retry_policy(policy).build().unwrap();
    client.create_user().await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

/// A listener that never accepts: the kernel completes its connections, but no TLS handshake ends.
async fn silent_listener() -> (u16, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (listener.local_addr().unwrap().port(), listener)
}

#[tokio::test]
async fn a_create_that_was_not_written_has_created_nothing() {
    let (port, _listener) = silent_listener().await;
    for (policy, kind) in [
        (attempts_of(Duration::from_millis(100)), ErrorKind::Timeout),
        (quick(), ErrorKind::Timeout),
    ] {
        let client = CommunicationIdentityClient::builder()
            .connection_string(&format!("endpoint=https://localhost:{port};accesskey={KEY}"))
            .retry_policy(policy)
            .timeout(Duration::from_millis(500))
            .build()
            .unwrap();
        let error = client.create_user().await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(!error.reason.contains("may have been created"), "{error}");
    }
}

#[tokio::test]
async fn an_attempt_timeout_of_nothing_is_refused() {
    let policy = attempts_of(Duration::ZERO);
    let built = one(failing(204)).await.builder().retry_policy(policy).build();
    let error = built.map(drop).unwrap_err();
    assert_eq!(error.target.as_deref(), Some("retry_policy"));
}

/// Never answers. Another thread connects for it, and may have begun to write.
#[derive(Debug, Default)]
struct Elsewhere {
    writes: bool,
    /// Whether it connects again after it has begun to write.
    reconnects: bool,
    attempts: Mutex<Vec<Attempt>>,
}

impl Transport for Elsewhere {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        let attempt = request.extensions().get::<Attempt>().unwrap();
        attempt.connecting();
        assert!(!self.writes || attempt.written());
        if self.reconnects {
            attempt.connecting();
        }
        self.attempts.lock().unwrap().push(attempt.clone());
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_was_given_up_as_not_sent_is_not_written_any_more() {
    for (writes, reconnects) in [(false, false), (true, false), (true, true)] {
        let transport = Arc::new(Elsewhere {
            writes,
            reconnects,
            ..Elsewhere::default()
        });
        let client = CommunicationIdentityClient::builder()
            .connection_string(&format!("endpoint=https://resource.invalid;accesskey={KEY}"))
            .transport(transport.clone())
            .build()
            .unwrap();
        let error = client.create_user().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Timeout);
        assert_eq!(error.reason.contains("may have been created"), writes, "{error}");
        let attempts = transport.attempts.lock().unwrap();
        assert_eq!(attempts.len(), if writes { 1 } else { 3 });
        for attempt in attempts.iter() {
            let may_write_on = writes && !reconnects;
            assert_eq!(
                (attempt.written(), attempt.may_be_written()),
                (may_write_on, writes)
            );
        }
    }
}

/// Never answers, because it waits for something other than a connection.
#[derive(Debug)]
struct Waiting;

impl Transport for Waiting {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        let attempt = request.extensions().get::<Attempt>().unwrap();
        attempt.waiting("all threads were busy");
        assert!(!attempt.may_be_written());
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_ends_while_it_waits_fails_with_what_it_waited_for() {
    // The default attempt takes 3 s of 10 s; a single one takes all the time.
    for (max_attempts, timeout, waited) in [(3, 10, "3.0 s"), (1, 2, "2.0 s")] {
        let policy = RetryPolicy {
            max_attempts,
            ..RetryPolicy::default()
        };
        let client = CommunicationIdentityClient::builder()
            .connection_string(&format!("endpoint=https://resource.invalid;accesskey={KEY}"))
            .transport(Arc::new(Waiting))
            .retry_policy(policy)
            .timeout(Duration::from_secs(timeout))
            .build()
            .unwrap();
        let error = client.create_user().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Timeout, "{error}");
        let why = format!("all threads were busy for {waited}.");
        assert!(error.reason.ends_with(&why), "{error}");
        assert!(!error.reason.contains("may have been created"), "{error}");
    }
}

/// Answers at once, and returns the response long after.
#[derive(Debug, Default)]
struct Shows {
    reports: bool,
    attempts: AtomicUsize,
}

impl Transport for Shows {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let attempt = request.extensions().get::<Attempt>().unwrap();
        attempt.connecting();
        assert!(attempt.written());
        if self.reports {
            attempt.answered();
        }
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(8)).await;
            Ok(http::Response::builder().status(204).body(Bytes::new()).unwrap())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_answered_is_not_repeated() {
    for (reports, attempts) in [(true, 1), (false, 3)] {
        let transport = Arc::new(Shows {
            reports,
            ..Shows::default()
        });
        let client = CommunicationIdentityClient::builder()
            .connection_string(&format!("endpoint=https://resource.invalid;accesskey={KEY}"))
            .transport(transport.clone())
            .build()
            .unwrap();
        assert_eq!(client.delete_user(&user()).await.is_ok(), reports);
        assert_eq!(transport.attempts.load(Ordering::Relaxed), attempts);
    }
}

#[tokio::test]
async fn calls_on_a_frozen_http2_connection_succeed_on_another() {
    let server = Http2Server::start(vec![Does::Answers(204), Does::Freezes]).await;
    let client = client_of(server.builder());
    client.delete_user(&user()).await.unwrap();
    let calls = (0..10).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.delete_user(&user()).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    // The next call uses no dead connection.
    let started = Instant::now();
    client.delete_user(&user()).await.unwrap();
    assert!(started.elapsed() < ATTEMPT);
    assert_eq!(server.requests().iter().filter(|at| **at == 1).count(), 2);
}

#[tokio::test]
async fn a_connection_on_which_an_attempt_timed_out_is_not_used_again() {
    let server = Http2Server::start(vec![Does::Answers(204), Does::NeverAnswers]).await;
    let client = client_of(server.builder());
    for _ in 0..3 {
        client.delete_user(&user()).await.unwrap();
    }
    assert_eq!(server.requests(), [1, 1, 2, 2]);
}

#[tokio::test]
async fn a_caller_that_leaves_takes_no_connection_with_it() {
    let server = Http2Server::start(vec![Does::Answers(204), Does::NeverAnswers]).await;
    let client = server
        .builder()
        .retry_policy(attempts_of(CALL))
        .timeout(CALL)
        .build()
        .unwrap();
    client.delete_user(&user()).await.unwrap();
    let leaves = {
        let client = client.clone();
        tokio::spawn(async move { client.delete_user(&user()).await })
    };
    while server.requests().len() < 2 {
        assert!(!leaves.is_finished(), "no request arrived");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    leaves.abort();
    assert!(leaves.await.unwrap_err().is_cancelled());
    client.delete_user(&user()).await.unwrap();
    assert_eq!(server.requests(), [1, 1, 1]);
}

#[tokio::test]
async fn a_create_on_a_frozen_connection_has_the_next_one_use_another() {
    let server = Http2Server::start(vec![Does::Answers(204), Does::Freezes]).await;
    let client = server.builder().build().unwrap();
    client.delete_user(&user()).await.unwrap();
    let short = client.with_timeout(ATTEMPT);
    let error = short.create_user().await.unwrap_err();
    assert!(error.reason.contains("may have been created"), "{error}");
    client.delete_user(&user()).await.unwrap();
    assert_eq!(server.requests(), [1, 1, 2]);
}

/// An HTTP/1.1 server that responds only on connections opened after the last outage.
struct Outages {
    address: std::net::SocketAddr,
    number: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Outages {
    /// After an outage, a request on an older connection gets no response or, with `resets`, a reset.
    async fn start(resets: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (number, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (outages, seen) = (Arc::clone(&number), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (outages, seen) = (Arc::clone(&outages), Arc::clone(&seen));
                let made_in = outages.load(Ordering::SeqCst);
                tokio::spawn(async move {
                    while read_request(&mut stream).await.is_some() {
                        seen.fetch_add(1, Ordering::SeqCst);
                        if outages.load(Ordering::SeqCst) != made_in {
                            if resets {
                                let _ = stream.set_zero_linger();
                                return;
                            }
                            std::future::pending::<()>().await;
                        }
                        // Slow enough that concurrent calls need a connection each.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
                        if stream.write_all(answer).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self {
            address,
            number,
            requests,
        }
    }

    fn client(&self, policy: RetryPolicy) -> CommunicationIdentityClient {
        CommunicationIdentityClient::builder()
            .connection_string(&format!("endpoint=http://{};accesskey={KEY}", self.address))
            .retry_policy(policy)
            .build()
            .unwrap()
    }

    fn happens(&self) {
        self.number.fetch_add(1, Ordering::SeqCst);
        self.requests.store(0, Ordering::SeqCst);
    }
}

async fn delete_at_once(client: &CommunicationIdentityClient, count: usize) {
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.delete_user(&user()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn idle_connections_that_died_together_cost_one_attempt() {
    let server = Outages::start(false).await;
    let client = server.client(attempts()).with_timeout(CALL);
    delete_at_once(&client, 6).await;
    server.happens();
    let started = Instant::now();
    client.delete_user(&user()).await.unwrap();
    assert!(started.elapsed() < 2 * ATTEMPT, "{:?}", started.elapsed());
    assert_eq!(server.requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_reset_of_a_reused_connection_costs_no_attempt() {
    let server = Outages::start(true).await;
    let one_attempt = RetryPolicy {
        max_attempts: 1,
        ..quick()
    };
    let client = server.client(one_attempt);
    delete_at_once(&client, 6).await;
    server.happens();
    client.delete_user(&user()).await.unwrap();
    assert_eq!(server.requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_create_on_a_connection_that_is_reset_is_not_repeated() {
    let server = Outages::start(true).await;
    let client = server.client(quick());
    delete_at_once(&client, 1).await;
    server.happens();
    let error = client.create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TransportError);
    assert!(error.reason.contains("may have been created"), "{error}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
}
