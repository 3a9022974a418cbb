//! The limits for peers: half-sent requests, silence, idle connections, and exhausted descriptors.

use std::time::{Duration, Instant};

use hyper_util::rt::{TokioExecutor, TokioIo};
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::certificates::Certificates;
use crate::peers::{
    Endless, HALF_BODY, HALF_H2_HEADERS, HALF_HANDSHAKE, HALF_HEADERS, PREFACE, WHOLE, connection, end_of,
    has_read,
};
use crate::server::{API, Answer, Program, Served, TEAMS};

const PATIENT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn half_sent_requests_on_all_descriptors_leave_the_health_probe_answering() {
    for (held, sent) in [
        ("nothing sent", &b""[..]),
        ("half the headers", HALF_HEADERS),
        ("half a body", HALF_BODY),
        ("idle", WHOLE),
        ("HTTP/2 preface", PREFACE),
        ("half the HTTP/2 headers", HALF_H2_HEADERS),
    ] {
        let served = Served::of(Program::serve_with_descriptors(256, &[]).await);
        let limited = ["connections_limited", "max_connections=192", "wanted=4096"];
        served.program.logged(&limited).await;
        let address = served.program.address();
        let mut connections = Vec::new();
        for _ in 0..300 {
            // It doesn't matter if the server closes it at once.
            let mut stream = TcpStream::connect(&address).await.unwrap();
            let _ = stream.write_all(sent).await;
            connections.push(stream);
        }
        // Each on a new connection.
        for _ in 0..3 {
            let http = crate::server::http();
            let probe = http.get(format!("{}/healthz", served.url)).timeout(PATIENT);
            assert_eq!(Answer::of(probe).await.status, 200, "{held}");
        }
        let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
        let answer = Answer::of(served.exchange(&bearer, &teams).timeout(PATIENT)).await;
        assert_eq!(answer.status, 201, "{held}: {}", answer.body);
        served
            .program
            .logged(&["connections_closed", "evicted=", "WARN"])
            .await;
        drop(connections);
    }
}

#[tokio::test]
async fn half_made_handshakes_leave_the_health_probe_answering() {
    let certificates = Certificates::new();
    let program = Program::serve_with_descriptors(256, &certificates.options()).await;
    let (url, address) = (certificates.url(&program), program.address());
    let mut connections = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let _ = stream.write_all(HALF_HANDSHAKE).await;
        connections.push(stream);
    }
    let probe = certificates
        .client()
        .get(format!("{url}/healthz"))
        .timeout(PATIENT);
    assert_eq!(Answer::of(probe).await.status, 200);
}

#[tokio::test]
async fn a_connection_with_a_request_in_work_is_not_closed_for_another() {
    let served = Served::of(Program::serve(&["--max-connections", "2"], &[]).await);
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    let fault = serde_json::json!({"operation": "exchange_teams_user", "latency_ms": 1500});
    served.emulator.fault(fault).await;
    let call = tokio::spawn(Answer::of(served.exchange(&bearer, &teams)));
    while served.emulator.exchanges().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let address = served.program.address();
    let mut others = Vec::new();
    for _ in 0..20 {
        others.push(connection(&address, HALF_HEADERS).await);
    }
    assert_eq!(call.await.unwrap().status, 201);
    let (answer, _) = end_of(&mut others[0]).await;
    assert_eq!(answer, "", "the oldest half-sent request makes room");
}

#[tokio::test]
async fn while_all_connections_are_busy_health_probes_are_answered_and_others_are_told() {
    // An attempt gets a third of the time, which exceeds the latency below.
    let one_attempt = [
        ("ACS_AUTH_TIMEOUT_MS", "60000"),
        ("ACS_AUTH_SERVICE_TIMEOUT_MS", "60000"),
        ("ACS_AUTH_ATTEMPT_TIMEOUT_MS", "60000"),
    ];
    let served = Served::of(Program::serve(&["--max-connections", "2"], &one_attempt).await);
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    let exchange = |teams: &str| {
        let url = format!("{}/api/token/teams", served.url);
        let request = crate::server::http()
            .post(url)
            .header("origin", "http://localhost:3000");
        request
            .header("authorization", format!("Bearer {bearer}"))
            .header(crate::server::TEAMS_TOKEN, teams)
    };
    let fault = serde_json::json!({"operation": "exchange_teams_user", "latency_ms": 8000, "count": 1});
    served.emulator.fault(fault).await;
    let calls: Vec<_> = (0..2)
        .map(|_| tokio::spawn(Answer::of(exchange(&teams))))
        .collect();
    while served.emulator.exchanges().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The second call waits for the first one's exchange.
    has_read(&served.program.address(), 2).await;
    for _ in 0..3 {
        let probe = crate::server::http().get(format!("{}/healthz", served.url));
        assert_eq!(Answer::of(probe.timeout(PATIENT)).await.status, 200);
        let refused = Answer::of(exchange(&teams)).await;
        assert_eq!((refused.status, refused.code()), (503, "overloaded"));
        assert_eq!(
            refused.header("access-control-allow-origin"),
            "http://localhost:3000"
        );
        assert_eq!(refused.header("retry-after"), "1");
    }
    served.program.logged(&["request_completed", "overloaded"]).await;
    for call in calls {
        assert_eq!(call.await.unwrap().status, 201);
    }
    assert_eq!(Answer::of(exchange(&teams)).await.status, 201);
}

#[tokio::test]
async fn each_wait_for_a_peer_ends() {
    let options = [
        ["--first-request-timeout", "0.4"],
        ["--header-timeout", "0.4"],
        ["--body-timeout", "0.4"],
        ["--idle-timeout", "1.2"],
    ]
    .concat();
    let served = Served::of(Program::serve(&options, &[]).await);
    let address = served.program.address();
    for (held, sent, least, answered) in [
        ("nothing sent", &b""[..], 0.3, ""),
        ("half the headers", HALF_HEADERS, 0.3, ""),
        ("half a body", HALF_BODY, 0.3, "HTTP/1.1 408 "),
        ("idle", WHOLE, 1.0, "HTTP/1.1 200 "),
        ("HTTP/2 preface", PREFACE, 0.3, ""),
        ("half the HTTP/2 headers", HALF_H2_HEADERS, 0.3, ""),
    ] {
        // From before the connection, since its timeout begins before it can be measured here.
        let begun = Instant::now();
        let mut stream = connection(&address, sent).await;
        let (answer, _) = end_of(&mut stream).await;
        assert!(answer.contains(answered), "{held}: {answer}");
        let took = begun.elapsed().as_secs_f64();
        assert!((least..6.0).contains(&took), "{held}: {took} s");
    }
    // A byte now and then does not extend the timeout.
    let mut slow = connection(&address, HALF_HEADERS).await;
    let begun = Instant::now();
    while slow.write_all(b"x").await.is_ok() {
        assert!(begun.elapsed() < PATIENT, "slow headers are waited for");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    served
        .program
        .logged(&["connections_closed", "unfinished="])
        .await;
}

#[tokio::test]
async fn a_second_request_may_come_late_and_its_headers_may_not_be_slow() {
    let options = ["--header-timeout", "0.3", "--idle-timeout", "10"];
    let served = Served::of(Program::serve(&options, &[]).await);
    let mut stream = connection(&served.program.address(), WHOLE).await;
    let mut answer = [0; 4096];
    for _ in 0..2 {
        let length = stream.read(&mut answer).await.unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200 "));
        tokio::time::sleep(Duration::from_millis(800)).await;
        stream.write_all(WHOLE).await.unwrap();
    }
    let _ = stream.read(&mut answer).await.unwrap();
    stream.write_all(HALF_HEADERS).await.unwrap();
    let (_, took) = end_of(&mut stream).await;
    assert!(took < PATIENT, "{took:?}");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_answered_with_cors_and_logged() {
    let served = Served::of(Program::serve(&["--body-timeout", "0.3"], &[]).await);
    let address = served.program.address();
    let (answer, _) = end_of(&mut connection(&address, HALF_BODY).await).await;
    for part in [
        "HTTP/1.1 408 ",
        "access-control-allow-origin: http://localhost:3000",
        "application/problem+json",
        "\"code\":\"request_timeout\"",
        "x-correlation-id: ",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    let stream = TokioIo::new(TcpStream::connect(&address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = hyper::Request::post(format!("{}/api/token/teams", served.url))
        .header("origin", "http://localhost:3000")
        .body(Endless)
        .unwrap();
    let answer = tokio::time::timeout(PATIENT, sender.send_request(request)).await;
    let answer = answer.unwrap().unwrap();
    assert_eq!(answer.status(), 408);
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "http://localhost:3000"
    );
    let record = served.program.logged(&["request_completed", "408"]).await;
    assert!(record.contains("correlation_id="), "{record}");
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_given_up() {
    let certificates = Certificates::new();
    let options = [&certificates.options()[..], &["--handshake-timeout", "0.3"]].concat();
    let program = Program::serve(&options, &[]).await;
    for sent in [&b""[..], HALF_HANDSHAKE] {
        let (_, took) = end_of(&mut connection(&program.address(), sent).await).await;
        assert!(took < PATIENT, "{took:?}");
    }
}

/// The processor time that a process has used, in hundredths of a second.
fn processor_time(program: &Program) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", program.pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// The number of the next descriptor that a program opens. It may have inherited higher ones.
fn lowest_free(program: &Program) -> usize {
    let open = std::fs::read_dir(format!("/proc/{}/fd", program.pid())).unwrap();
    let taken: Vec<usize> = open
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap())
        .collect();
    (0..).find(|number| !taken.contains(number)).unwrap()
}

/// Sets the descriptor limit of a program.
async fn limit(program: &Program, descriptors: usize) {
    let status = tokio::process::Command::new("prlimit")
        .args(["--pid", &program.pid(), &format!("--nofile={descriptors}:4096")])
        .status()
        .await;
    assert!(status.unwrap().success());
}

#[tokio::test]
async fn without_a_descriptor_connections_that_wait_give_way() {
    let served = Served::start().await;
    let probe = || async {
        let probe = crate::server::http().get(format!("{}/healthz", served.url));
        Answer::of(probe.timeout(Duration::from_secs(10))).await.status
    };
    assert_eq!(probe().await, 200);
    limit(&served.program, lowest_free(&served.program) + 1).await;
    // The connections use the only free descriptor in turn. If each kept it for 100 ms, the probe would wait
    // for 20 s.
    for sent in [HALF_HEADERS, b""] {
        let mut held = Vec::new();
        for _ in 0..200 {
            held.push(connection(&served.program.address(), sent).await);
        }
        assert_eq!(probe().await, 200);
        assert_eq!(end_of(&mut held[0]).await.0, "");
    }
}

#[tokio::test]
async fn without_a_descriptor_connections_are_refused_and_nothing_spins() {
    // The exchange keeps its connection for the whole test: a second attempt would find no descriptor.
    let long = "60000";
    let served = Served::with(&[
        ("ACS_AUTH_TIMEOUT_MS", long),
        ("ACS_AUTH_SERVICE_TIMEOUT_MS", long),
        ("ACS_AUTH_ATTEMPT_TIMEOUT_MS", long),
    ])
    .await;
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    let fault = serde_json::json!({"operation": "exchange_teams_user", "latency_ms": 10_000});
    served.emulator.fault(fault).await;
    let call = tokio::spawn(Answer::of(served.exchange(&bearer, &teams)));
    while served.emulator.exchanges().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Only the connection of the exchange is open, and no other can be accepted.
    limit(&served.program, lowest_free(&served.program)).await;
    let before = processor_time(&served.program);
    let begun = Instant::now();
    for _ in 0..3 {
        let mut stream = connection(&served.program.address(), b"").await;
        let (answer, took) = end_of(&mut stream).await;
        assert!(answer.is_empty() && took < PATIENT, "{took:?}");
    }
    let left = Duration::from_secs(1).saturating_sub(begun.elapsed());
    tokio::time::sleep(left).await;
    let (used, passed) = (processor_time(&served.program) - before, begun.elapsed());
    assert!(
        u128::from(used) * 10 < passed.as_millis() / 2,
        "{used} in {passed:?}"
    );
    assert_eq!(call.await.unwrap().status, 201);
    limit(&served.program, 1024).await;
    let probe = served.request(Method::GET, "/healthz").timeout(PATIENT);
    assert_eq!(Answer::of(probe).await.status, 200);
    served.program.logged(&["connections_closed", "refused="]).await;
}
