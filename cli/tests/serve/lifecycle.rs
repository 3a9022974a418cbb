//! Start and shutdown: settings, CORS, and requests in flight.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::server::{API, Answer, Served, TEAMS, refusal};

#[tokio::test]
async fn what_is_in_flight_is_finished_at_the_end() {
    let mut served = Served::start().await;
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    served
        .emulator
        .fault(json!({"operation": "exchange_teams_user", "latency_ms": 1000}))
        .await;
    let call = tokio::spawn(Answer::of(served.exchange(&bearer, &teams)));
    while served.emulator.exchanges().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served.program.signal("TERM").await;
    let answer = call.await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(served.program.child.wait().await.unwrap().success());
}

#[tokio::test]
async fn the_emulators_page_may_call_unless_settings_name_another() {
    let allowed = async |env: &[(&str, &str)], origin: &str| {
        let served = Served::with(env).await;
        let preflight = served
            .request(Method::OPTIONS, "/api/token/teams")
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        Answer::of(preflight)
            .await
            .header("access-control-allow-origin")
            .to_owned()
    };
    let other = [("ACS_AUTH_CORS_ORIGINS", "https://calls.contoso.example")];
    assert_eq!(
        allowed(&[], "http://localhost:3000").await,
        "http://localhost:3000"
    );
    assert_eq!(allowed(&[], "http://localhost:3001").await, "");
    assert_eq!(allowed(&other, "http://localhost:3000").await, "");
    assert_eq!(allowed(&other, other[0].1).await, other[0].1);
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_is_named_at_the_start() {
    for (name, value) in [
        ("ACS_AUTH_CORS_ORIGINS", "not an origin"),
        ("ACS_AUTH_TENANT_IDS", "contoso"),
        (
            "ACS_AUTH_CONNECTION_STRING",
            "endpoint=https://a.communication.azure.com",
        ),
    ] {
        let said = refusal(&[], &[(name, value)]).await;
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_that_is_not_utf_8_is_named_at_the_start() {
    use std::os::unix::ffi::OsStrExt as _;

    let origins = std::ffi::OsStr::from_bytes(b"https://\xff.example");
    let said = refusal(&[], &[("ACS_AUTH_CORS_ORIGINS", origins)]).await;
    assert!(
        said.contains("ACS_AUTH_CORS_ORIGINS") && said.contains("UTF-8"),
        "{said}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_signal_ends_a_start_that_waits_for_its_configuration() {
    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_acs-auth"))
        .args(["serve", "--config", "-", "--listen", "127.0.0.1:0"])
        .env_clear()
        .stdin(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // Taken, because `wait` would close standard input, which would end the start.
    let _input = child.stdin.take();
    let pid = child.id().unwrap();
    let handled = async {
        while !handles_term(pid) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), handled)
        .await
        .expect("it handles SIGTERM");
    let sent = tokio::process::Command::new("kill")
        .arg(pid.to_string())
        .status()
        .await;
    assert!(sent.unwrap().success());
    let ended = tokio::time::timeout(Duration::from_secs(20), child.wait()).await;
    assert!(ended.expect("it ends").unwrap().success());
}

/// Whether a process handles SIGTERM by now.
#[cfg(target_os = "linux")]
fn handles_term(pid: u32) -> bool {
    const TERM: u32 = 15;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let handled = status
        .lines()
        .find_map(|line| line.strip_prefix("SigCgt:"))
        .unwrap();
    u64::from_str_radix(handled.trim(), 16).unwrap() & 1 << (TERM - 1) != 0
}
