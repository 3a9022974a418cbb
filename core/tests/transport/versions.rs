//! What HTTP/1.1 and HTTP/2 cost when a connection freezes and under bursts: why HTTP/1.1 is the default.

use std::time::{Duration, Instant};

use acs_auth::{CommunicationIdentityClient, CommunicationUserIdentifier, RetryPolicy};

use crate::http2_server::{Does, Http2Server};
use crate::server::quick;

/// Longer than a busy machine delays a call.
const LIMIT: Duration = Duration::from_secs(6);

async fn server(steps: Vec<Does>, http2: bool) -> (Http2Server, CommunicationIdentityClient) {
    let server = Http2Server::speaking(steps, &[b"h2", b"http/1.1"]).await;
    let policy = RetryPolicy {
        attempt_timeout: LIMIT,
        ..quick()
    };
    let client = server
        .builder()
        .http2(http2)
        .retry_policy(policy)
        .timeout(10 * LIMIT)
        .build()
        .unwrap();
    (server, client)
}

/// Makes this many concurrent calls. Returns how many took as long as an attempt that times out.
async fn delayed(client: &CommunicationIdentityClient, count: usize) -> usize {
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let began = Instant::now();
                let user = CommunicationUserIdentifier::new("8:acs:a_b");
                client.delete_user(&user).await.unwrap();
                began.elapsed() >= LIMIT
            })
        })
        .collect();
    let mut delayed = 0;
    for call in calls {
        delayed += usize::from(call.await.unwrap());
    }
    delayed
}

#[tokio::test]
async fn a_connection_that_freezes_delays_one_call_by_http1_and_all_by_http2() {
    for (http2, expected) in [(false, 1), (true, 20)] {
        let (_server, client) = server(vec![Does::Answers(204), Does::Freezes], http2).await;
        assert_eq!(delayed(&client, 1).await, 0);
        assert_eq!(delayed(&client, 20).await, expected, "http2: {http2}");
    }
}

#[tokio::test]
async fn a_burst_takes_a_connection_a_call_by_http1_once_and_keeps_them() {
    for http2 in [false, true] {
        let (server, client) = server(Vec::new(), http2).await;
        delayed(&client, 1).await;
        delayed(&client, 40).await;
        let first = server.protocols().len();
        for _ in 0..3 {
            delayed(&client, 40).await;
        }
        let later = server.protocols().len() - first;
        let most = if http2 { 1 } else { 41 };
        assert!(first <= most, "http2: {http2}, {first} connections");
        assert!(http2 || later < 40, "{later} more for three bursts");
    }
}
