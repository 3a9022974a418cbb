//! Long tokens and other large requests: the server accepts what the handler accepts, in both HTTP versions,
//! and rejects the rest with CORS headers and a code.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode, Version};

use crate::certificates::Certificates;
use crate::server::{Program, Served, TEAMS_TOKEN};

const PAGE: &str = "http://localhost:3000";

struct Seen {
    status: StatusCode,
    code: String,
    cors: bool,
}

async fn request(http: &reqwest::Client, url: &str, length: usize, more: usize, body: usize) -> Seen {
    let mut request = http
        .request(Method::POST, format!("{url}/api/token/teams"))
        .header("origin", PAGE)
        .header("authorization", format!("Bearer {}", "a".repeat(length)))
        .header(TEAMS_TOKEN, "b".repeat(length))
        .body("c".repeat(body));
    for at in 0..more {
        request = request.header(format!("x-{at}"), "1");
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let cors = answer
        .headers()
        .get("access-control-allow-origin")
        .is_some_and(|origin| origin == PAGE);
    let text = answer.text().await.unwrap();
    let body: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    Seen {
        status,
        code: body["code"].as_str().unwrap_or_default().to_owned(),
        cors,
    }
}

#[tokio::test]
async fn what_the_handler_accepts_and_refuses_is_the_same_in_both_versions() {
    let certificates = Certificates::new();
    let plain = Served::start().await;
    let tls = Program::serve(&certificates.options(), &[]).await;
    let _ = crate::server::http();
    let cleartext = |builder: reqwest::ClientBuilder| builder.no_proxy().build().unwrap();
    let clients = [
        (
            "HTTP/1.1",
            plain.url.clone(),
            cleartext(reqwest::Client::builder().http1_only()),
        ),
        (
            "HTTP/2",
            plain.url.clone(),
            cleartext(reqwest::Client::builder().http2_prior_knowledge()),
        ),
        (
            "HTTP/1.1 over TLS",
            certificates.url(&tls),
            certificates.builder().http1_only().build().unwrap(),
        ),
        ("HTTP/2 over TLS", certificates.url(&tls), certificates.client()),
    ];
    for (version, url, http) in clients {
        if version == "HTTP/2 over TLS" {
            let answer = http.get(format!("{url}/healthz")).send().await.unwrap();
            assert_eq!(answer.version(), Version::HTTP_2);
        }
        for (what, length, more, body, status, code) in [
            ("8 KB", 8 << 10, 0, 0, 401, "unauthorized"),
            ("16 KB", 16 << 10, 0, 0, 401, "unauthorized"),
            ("30 KB", 30 << 10, 100, 0, 401, "unauthorized"),
            ("40 KB", 40 << 10, 0, 0, 431, "headers_too_large"),
            ("100 KB", 100 << 10, 0, 0, 431, "headers_too_large"),
            ("250 KB", 250 << 10, 0, 0, 431, "headers_too_large"),
            ("200 headers", 10, 200, 0, 431, "headers_too_large"),
            ("900 headers", 10, 900, 0, 431, "headers_too_large"),
            ("a body", 10, 0, 16 << 10, 401, "unauthorized"),
            ("a long body", 10, 0, (16 << 10) + 1, 413, "body_too_large"),
        ] {
            let seen = request(&http, &url, length, more, body).await;
            assert_eq!(
                (seen.status.as_u16(), seen.code.as_str()),
                (status, code),
                "{version}, {what}"
            );
            assert!(seen.cors, "{version}, {what}: no CORS");
        }
    }
    for program in [&plain.program, &tls] {
        for code in ["headers_too_large", "body_too_large"] {
            program
                .logged(&["request_completed", code, "correlation_id="])
                .await;
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_logged_with_its_peer() {
    let served = Served::start().await;
    let address = served.program.address();
    let is_logged = async |stream: &tokio::net::TcpStream, status: &str| {
        let peer = format!("peer={}", stream.local_addr().unwrap());
        served.program.logged(&["request_rejected", status, &peer]).await;
    };
    let mut stream = crate::peers::connection(&address, b"GARBAGE\r\n\r\n").await;
    let (answer, _) = crate::peers::end_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    is_logged(&stream, "status=400").await;
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000));
    let mut stream = crate::peers::connection(&address, long.as_bytes()).await;
    let (answer, _) = crate::peers::end_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 414 "), "{answer}");
    is_logged(&stream, "status=414").await;
    let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(1200 << 10));
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    // The write fails, because the server stops reading at its limit.
    let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, long.as_bytes()).await;
    is_logged(&stream, "status=431").await;
}

#[tokio::test]
async fn a_flood_of_what_cannot_be_read_is_logged_in_part_and_counted() {
    const FLOOD: usize = 60;
    let served = Served::start().await;
    let begun = Instant::now();
    for _ in 0..FLOOD {
        let mut stream = crate::peers::connection(&served.program.address(), b"GARBAGE\r\n\r\n").await;
        crate::peers::end_of(&mut stream).await;
    }
    loop {
        let log = served.program.log();
        let single = log
            .iter()
            .filter(|line| line.contains("request_rejected"))
            .count();
        let counts = log.iter().filter_map(|line| {
            let (_, count) = line.split_once("event=\"requests_rejected\" count=")?;
            count.split(' ').next()?.parse::<usize>().ok()
        });
        let windows = 1 + begun.elapsed().as_secs() / 5;
        assert!(single as u64 <= 10 * windows, "{single} in {windows} windows");
        if single + counts.sum::<usize>() == FLOOD {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{log:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
