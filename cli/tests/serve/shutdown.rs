//! Shutdown: requests in flight are finished, and no peer can delay it beyond the grace period.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::peers::{HALF_BODY, HALF_HEADERS, PREFACE, WHOLE, connection, end_of, has_read};
use crate::server::{API, Answer, Program, Served, TEAMS};

#[tokio::test]
async fn idle_connections_do_not_hold_up_the_end() {
    let mut program = Program::serve(&["--grace-period", "20"], &[]).await;
    let address = program.address();
    let mut held = vec![
        connection(&address, b"").await,
        connection(&address, PREFACE).await,
    ];
    let mut idle = connection(&address, WHOLE).await;
    assert_ne!(idle.read(&mut [0; 4096]).await.unwrap(), 0);
    held.push(idle);
    has_read(&address, 3).await;
    let begun = Instant::now();
    program.signal("TERM").await;
    // An HTTP/2 peer is sent GOAWAY and closes the connection, as this one does.
    for mut stream in held {
        end_of_or_goaway(&mut stream).await;
    }
    assert!(program.child.wait().await.unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

/// Waits for the end of a connection, or for the frame that announces it (GOAWAY).
async fn end_of_or_goaway(stream: &mut tokio::net::TcpStream) {
    let mut seen = Vec::new();
    let mut part = [0; 4096];
    let ended = async {
        loop {
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => break,
                Ok(length) => seen.extend_from_slice(&part[..length]),
            }
            // Length 8 or more, type 7, no flags, stream 0.
            if seen.windows(6).any(|frame| frame == [7, 0, 0, 0, 0, 0]) {
                break;
            }
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(10), ended).await.is_ok(),
        "{seen:?}"
    );
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_outlast_the_grace() {
    for sent in [HALF_HEADERS, HALF_BODY] {
        let mut program = Program::serve(&["--grace-period", "0.5"], &[]).await;
        let mut stream = connection(&program.address(), sent).await;
        has_read(&program.address(), 1).await;
        let begun = Instant::now();
        program.signal("TERM").await;
        assert!(program.child.wait().await.unwrap().success());
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        end_of(&mut stream).await;
        program.logged(&["grace_period_over", "connections=1"]).await;
    }
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    // The request is in flight far longer than the end may take.
    let long = [
        ("ACS_AUTH_TIMEOUT_MS", "60000"),
        ("ACS_AUTH_SERVICE_TIMEOUT_MS", "60000"),
        ("ACS_AUTH_ATTEMPT_TIMEOUT_MS", "60000"),
    ];
    let mut served = Served::of(Program::serve(&["--grace-period", "60"], &long).await);
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    let fault = json!({"operation": "exchange_teams_user", "latency_ms": 18_000});
    served.emulator.fault(fault).await;
    let call = tokio::spawn(served.exchange(&bearer, &teams).send());
    while served.emulator.exchanges().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served.program.signal("TERM").await;
    served.program.logged(&["\"ending\""]).await;
    let begun = Instant::now();
    served.program.signal("INT").await;
    let status = served.program.child.wait().await.unwrap();
    assert_eq!(status.code(), Some(12), "Cancelled");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert!(call.await.unwrap().is_err());
}

#[tokio::test]
async fn a_new_connection_is_refused_while_requests_are_finished() {
    for builder in [
        reqwest::Client::builder().http1_only(),
        reqwest::Client::builder().http2_prior_knowledge(),
    ] {
        let mut served = Served::start().await;
        served.http = builder.no_proxy().build().unwrap();
        finishes_alone(served).await;
    }
}

/// A request in flight is answered after the signal, and no other connection is accepted.
async fn finishes_alone(mut served: Served) {
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    let fault = json!({"operation": "exchange_teams_user", "latency_ms": 1500});
    served.emulator.fault(fault).await;
    let call = tokio::spawn(Answer::of(served.exchange(&bearer, &teams)));
    while served.emulator.exchanges().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served.program.signal("TERM").await;
    served.program.logged(&["\"ending\""]).await;
    let another = tokio::net::TcpStream::connect(served.program.address()).await;
    assert!(another.is_err());
    assert_eq!(call.await.unwrap().status, 201);
    // The server closes the connection although the client keeps it open.
    let end = tokio::time::timeout(Duration::from_secs(10), served.program.child.wait()).await;
    assert!(end.unwrap().unwrap().success());
}
