//! The log: what each record contains, what it never contains, and that a slow reader delays no request.

use std::process::Stdio;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use crate::server::{API, Answer, Control, Mint, Program, Served, TEAMS, refusal};

const ID: &str = "4bf92f3577b34da6";

/// Makes two exchanges that succeed and one that is rejected, with the same correlation id; returns all
/// tokens.
async fn exchanges(served: &Served) -> Vec<String> {
    let attack = Mint {
        attack: Some("expired"),
        ..API
    };
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    let refused = served.emulator.mint(attack).await;
    let mut tokens = vec![bearer.clone(), teams.clone(), refused.clone()];
    for (bearer, status) in [(&bearer, 201), (&bearer, 201), (&refused, 401)] {
        let answer = Answer::of(served.exchange(bearer, &teams).header("x-correlation-id", ID)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        tokens.extend(answer.body["token"].as_str().map(str::to_owned));
    }
    tokens
}

/// Fails if the log contains 24 consecutive characters of a token.
fn holds_no_token(log: &[String], tokens: &[String]) {
    for token in tokens {
        for part in token.split('.') {
            for piece in part.as_bytes().chunks(24).filter(|piece| piece.len() == 24) {
                let piece = std::str::from_utf8(piece).unwrap();
                let found = log.iter().find(|line| line.contains(piece));
                assert!(found.is_none(), "{piece} in {found:?}");
            }
        }
    }
}

#[tokio::test]
async fn each_record_of_a_request_has_time_level_target_id_and_route() {
    let mut served = Served::of(Program::serve(&["--log", "trace"], &[]).await);
    let mut tokens = exchanges(&served).await;
    let http2 = reqwest::Client::builder().no_proxy().http2_prior_knowledge();
    served.http = http2.build().unwrap();
    tokens.extend(exchanges(&served).await);
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    for (method, path) in [(Method::POST, "/api/user"), (Method::GET, "/api/token")] {
        let request = served
            .request(method, path)
            .header("authorization", format!("Bearer {bearer}"))
            .header(crate::server::TEAMS_TOKEN, &teams);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        tokens.extend(answer.body["token"].as_str().map(str::to_owned));
    }
    tokens.extend([bearer, teams]);
    let access = served
        .program
        .logged(&["request_completed", "acs_auth::handler::access", "status=201"])
        .await;
    let refusal = served.program.logged(&["bearer_rejected", "WARN"]).await;
    for record in [access, refusal] {
        for part in [ID, "route=\"/api/token/teams\"", "acs_auth::handler"] {
            assert!(record.contains(part), "{part}: {record}");
        }
        let (time, rest) = record.split_once(' ').unwrap();
        assert!(
            time.parse::<jiff::Timestamp>().is_ok() && time.ends_with('Z'),
            "{record}"
        );
        let level = rest.split_whitespace().next().unwrap();
        assert!(["INFO", "WARN"].contains(&level), "{record}");
    }
    holds_no_token(&served.program.log(), &tokens);
}

#[tokio::test]
async fn records_are_json_if_that_is_asked_for() {
    let served = Served::with(&[("ACS_AUTH_LOG_FORMAT", "json")]).await;
    let tokens = exchanges(&served).await;
    served
        .program
        .logged(&["request_completed", "\"status\":401"])
        .await;
    let log = served.program.log();
    let records: Vec<Value> = log
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for record in &records {
        let time = record["timestamp"].as_str().unwrap();
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{record}");
        assert!(
            record["level"].is_string() && record["target"].is_string(),
            "{record}"
        );
    }
    let access: Vec<&Value> = records
        .iter()
        .filter(|record| record["event"] == "request_completed")
        .collect();
    assert_eq!(access.len(), 3, "one for each request");
    for record in access {
        let span = &record["spans"][0];
        assert_eq!(
            (&span["correlation_id"], &span["route"]),
            (&ID.into(), &"/api/token/teams".into())
        );
        for field in ["method", "status", "total_ms", "verify_ms"] {
            assert!(!record[field].is_null(), "{field}: {record}");
        }
    }
    holds_no_token(&log, &tokens);
}

#[tokio::test]
async fn a_filter_keeps_the_fields_of_the_records_that_it_lets_through() {
    for filter in [
        "warn",
        "error,acs_auth::handler::access=info",
        "off,acs_auth::handler=warn",
    ] {
        let served = Served::with(&[("RUST_LOG", filter)]).await;
        exchanges(&served).await;
        let event = if filter.contains("info") {
            "request_completed"
        } else {
            "bearer_rejected"
        };
        let record = served.program.logged(&[event]).await;
        assert!(record.contains(ID), "{filter}: {record}");
        assert!(record.contains("route="), "{filter}: {record}");
        let informed = served.program.log().iter().any(|line| line.contains("serving"));
        assert!(!informed, "{filter} lets through what it should not");
    }
}

#[tokio::test]
async fn an_empty_variable_counts_as_not_set() {
    let empty = [
        ("RUST_LOG", ""),
        ("ACS_AUTH_LOG_FORMAT", ""),
        ("ACS_AUTH_SERVE_GRACE_PERIOD", ""),
    ];
    let served = Served::with(&empty).await;
    served.program.logged(&["INFO", "serving"]).await;
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_named_at_the_start() {
    let said = refusal::<&str>(&["--log", "acs_auth=loud"], &[]).await;
    assert!(said.contains("--log"), "{said}");
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_up_no_request() {
    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_acs-auth"))
        .args(["serve", "--emulator", "--listen", "127.0.0.1:0", "--log", "trace"])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = stdout.next_line().await.unwrap().unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let url = format!("{}/healthz", said["url"].as_str().unwrap());
    let http = crate::server::http();
    // Far more records than the pipe and the queue can hold.
    for _ in 0..120 {
        let probes = (0..50).map(|_| tokio::spawn(Answer::of(http.request(Method::GET, &url))));
        for probe in probes.collect::<Vec<_>>() {
            assert_eq!(probe.await.unwrap().status, 200);
        }
    }
    let control = Control::new(said["emulator"].clone());
    assert!(!control.mint(TEAMS).await.is_empty());
    // The reader continues.
    let mut stderr = child.stderr.take().unwrap();
    let mut log = Vec::new();
    let found = async {
        let mut part = [0; 65536];
        while !String::from_utf8_lossy(&log).contains("records_dropped") {
            let length = stderr.read(&mut part).await.unwrap();
            log.extend_from_slice(&part[..length]);
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(20), found).await.is_ok(),
        "what was dropped is not logged"
    );
}
