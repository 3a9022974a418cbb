//! Certificates, settings and secrets that change while the server runs.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::certificates::Certificates;
use crate::server::{API, Answer, Control, Program, Served, TEAMS, TEAMS_TOKEN, refusal};

const SOON: [&str; 2] = ["--reload-interval", "0.1"];
const NEVER: [&str; 2] = ["--reload-interval", "0"];

/// Writes a file in one step, so that no reload sees a part of it.
fn replace(path: &std::path::Path, text: &str) {
    let whole = path.with_extension("new");
    std::fs::write(&whole, text).unwrap();
    std::fs::rename(whole, path).unwrap();
}

async fn allows(program: &Program, origin: &str) -> bool {
    let preflight = crate::server::http()
        .request(
            Method::OPTIONS,
            format!("{}/api/token/teams", program.text("/url")),
        )
        .header("origin", origin)
        .header("access-control-request-method", "POST");
    Answer::of(preflight).await.status == 204
}

#[tokio::test]
async fn a_renewed_certificate_is_served_and_a_broken_one_is_not() {
    let mut certificates = Certificates::new();
    let program = Program::serve(&[&certificates.options()[..], &SOON].concat(), &[]).await;
    let url = format!("{}/healthz", certificates.url(&program));
    let living = certificates.client();
    assert_eq!(Answer::of(living.get(&url)).await.status, 200);
    certificates.renew();
    program.logged(&["reloaded", "certificate"]).await;
    let renewed = certificates.client();
    assert_eq!(Answer::of(renewed.get(&url)).await.status, 200);
    // Existing connections continue.
    assert_eq!(Answer::of(living.get(&url)).await.status, 200);
    std::fs::write(certificates.path("cert.pem"), "-----BEGIN").unwrap();
    let record = program
        .logged(&["reload_failed", "certificate", "tls_cert"])
        .await;
    assert!(record.contains("ERROR"), "{record}");
    assert_eq!(Answer::of(certificates.client().get(&url)).await.status, 200);
    std::fs::remove_file(certificates.path("key.pem")).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(Answer::of(certificates.client().get(&url)).await.status, 200);
    certificates.renew();
    let begun = Instant::now();
    while certificates.client().get(&url).send().await.is_err() {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "the new one is not served"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn sighup_reloads_and_ends_nothing() {
    let mut certificates = Certificates::new();
    let config = certificates.path("serve.toml");
    replace(&config, "cors_origins = [\"https://one.example\"]");
    let options = [
        &certificates.options()[..],
        &NEVER,
        &["--config", config.to_str().unwrap()],
    ]
    .concat();
    let program = Program::serve(&options, &[]).await;
    let url = certificates.url(&program);
    certificates.renew();
    let http = certificates.client();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(http.get(format!("{url}/healthz")).send().await.is_err());
    replace(&config, "cors_origins = [\"https://two.example\"]");
    program.signal("HUP").await;
    program.logged(&["reloaded", "certificate"]).await;
    program.logged(&["reloaded", "settings"]).await;
    let preflight = http
        .request(Method::OPTIONS, format!("{url}/api/token/teams"))
        .header("origin", "https://two.example")
        .header("access-control-request-method", "POST");
    assert_eq!(Answer::of(preflight).await.status, 204);
    // A second signal, without a change.
    program.signal("HUP").await;
    program.logged(&["unchanged"]).await;
}

#[tokio::test]
async fn settings_that_cannot_be_used_leave_the_former_ones_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("serve.toml");
    replace(&config, "cors_origins = [\"https://one.example\"]");
    let options = [&SOON[..], &["--config", config.to_str().unwrap()]].concat();
    let program = Program::serve(&options, &[]).await;
    assert!(allows(&program, "https://one.example").await);
    replace(&config, "cors_origins = [\"not an origin\"]");
    let record = program.logged(&["reload_failed", "settings"]).await;
    assert!(record.contains("cors_origins"), "{record}");
    assert!(allows(&program, "https://one.example").await);
    replace(&config, "cors_origins = [\"https://two.example\"]");
    program.logged(&["reloaded", "settings"]).await;
    assert!(allows(&program, "https://two.example").await);
    assert!(!allows(&program, "https://one.example").await);
}

#[tokio::test]
async fn a_reload_while_entra_cannot_be_reached_keeps_the_keys_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("serve.toml");
    replace(&config, "cors_origins = [\"https://one.example\"]");
    let options = [&SOON[..], &["--config", config.to_str().unwrap()]].concat();
    let served = Served::of(Program::serve(&options, &[]).await);
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    assert_eq!(Answer::of(served.exchange(&bearer, &teams)).await.status, 201);
    let away = "authority = \"https://localhost:1\"\ncors_origins = [\"https://two.example\"]";
    replace(&config, away);
    served
        .program
        .logged(&["reload_failed", "settings", "keys"])
        .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(Answer::of(served.exchange(&bearer, &teams)).await.status, 201);
    let said = |line: &String| line.contains("reload_failed");
    assert_eq!(served.program.log().iter().filter(|line| said(line)).count(), 1);
    replace(&config, "cors_origins = [\"https://two.example\"]");
    served.program.logged(&["reloaded", "settings"]).await;
    assert!(allows(&served.program, "https://two.example").await);
}

/// A secret as Kubernetes mounts it: a link through a folder that is itself a link, which is replaced.
#[cfg(unix)]
#[tokio::test]
async fn a_rotated_access_key_in_a_mounted_file_is_used_without_a_restart() {
    let emulator = Program::start(&["emulator", "--http-port", "0", "--https-port", "0"], &[]).await;
    let control = Control::new(emulator.said.clone());
    let right = control.text("/connection_string").to_owned();
    let (before, key) = right.split_once("accesskey=").unwrap();
    let wrong: String = key.chars().rev().filter(|sign| *sign != '=').collect();
    let wrong = format!("{before}accesskey={}", &wrong[..wrong.len() / 4 * 4]);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (version, text) in [("v1", &wrong), ("v2", &right)] {
        std::fs::create_dir(at(version)).unwrap();
        std::fs::write(at(version).join("secret"), format!("{text}\n")).unwrap();
    }
    std::os::unix::fs::symlink("v1", at("data")).unwrap();
    std::os::unix::fs::symlink("data/secret", at("secret")).unwrap();
    let mut env = control.settings();
    let secret = at("secret").to_str().unwrap().to_owned();
    env.retain(|(name, _)| *name != "ACS_AUTH_CONNECTION_STRING");
    env.push(("ACS_AUTH_CONNECTION_STRING_FILE", &secret));
    let options = [
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--endpoint-ca",
            control.text("/ca_file"),
        ],
        &SOON[..],
    ]
    .concat();
    let program = Program::start(&options, &env).await;
    let (bearer, teams) = (control.mint(API).await, control.mint(TEAMS).await);
    let exchange = || {
        crate::server::http()
            .post(format!("{}/api/token/teams", program.text("/url")))
            .header("authorization", format!("Bearer {bearer}"))
            .header(TEAMS_TOKEN, &teams)
    };
    assert_eq!(Answer::of(exchange()).await.code(), "acs_credential");
    std::os::unix::fs::symlink("v2", at("next")).unwrap();
    std::fs::rename(at("next"), at("data")).unwrap();
    program.logged(&["reloaded", "access_keys"]).await;
    let answer = Answer::of(exchange()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let log = program.log().join("\n");
    assert!(!log.contains(key) && !log.contains(&wrong), "{log}");
}

#[tokio::test]
async fn a_rotated_access_key_leaves_all_else_as_it_is_also_while_entra_is_away() {
    let emulator = Program::start(&["emulator", "--http-port", "0", "--https-port", "0"], &[]).await;
    let control = Control::new(emulator.said.clone());
    let former = control.text("/connection_string").to_owned();
    let (before, _) = former.split_once("accesskey=").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    replace(&secret, &former);
    let mut env = control.settings();
    env.retain(|(name, _)| *name != "ACS_AUTH_CONNECTION_STRING");
    env.push(("ACS_AUTH_CONNECTION_STRING_FILE", secret.to_str().unwrap()));
    env.push(("ACS_AUTH_LIMIT_PER_USER", "2"));
    let options = [
        "--listen",
        "127.0.0.1:0",
        "--endpoint-ca",
        control.text("/ca_file"),
    ];
    let program = Program::start(&[&["serve"], &options[..], &SOON[..]].concat(), &env).await;
    let bearer = control.mint(API).await;
    let teams = [control.mint(TEAMS).await, control.mint(TEAMS).await];
    let exchange = |teams: &str| {
        crate::server::http()
            .post(format!("{}/api/token/teams", program.text("/url")))
            .header("authorization", format!("Bearer {bearer}"))
            .header(TEAMS_TOKEN, teams)
    };
    let fetches = async || {
        let answer = control
            .call(Method::GET, "/requests?operation=openid_configuration", None)
            .await;
        answer["requests"].as_array().unwrap().len()
    };
    assert_eq!(Answer::of(exchange(&teams[0])).await.status, 201);
    let fetched = fetches().await;
    for operation in ["openid_configuration", "keys"] {
        control
            .fault(json!({"operation": operation, "status": 500, "count": 1000}))
            .await;
    }
    let regenerate = json!({"regenerate": "primary"});
    let keys = control.call(Method::POST, "/access-keys", Some(regenerate)).await;
    let new = keys["primary"].as_str().unwrap();
    replace(&secret, &format!("{before}accesskey={new}"));
    let record = program.logged(&["reloaded", "access_keys"]).await;
    assert!(!record.contains(new), "{record}");
    // A token of the former key is not returned, and Entra's keys are still there.
    let answer = Answer::of(exchange(&teams[0])).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(control.exchanges().await.len(), 2);
    assert_eq!(fetches().await, fetched);
    // The user's limit is used up: the limiter was not reset.
    let answer = Answer::of(exchange(&teams[1])).await;
    assert_eq!((answer.status, answer.code()), (429, "throttled"));
    assert_eq!(
        Answer::of(exchange(&teams[0])).await.status,
        201,
        "the cache is in use"
    );
    assert_eq!(control.exchanges().await.len(), 2);
    assert!(!program.log().iter().any(|line| line.contains("reload_failed")));
}

#[tokio::test]
async fn a_request_in_flight_ends_with_the_settings_that_it_began_with() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("serve.toml");
    replace(&config, "cors_origins = [\"https://one.example\"]");
    let options = [&SOON[..], &["--config", config.to_str().unwrap()]].concat();
    let served = Served::of(Program::serve(&options, &[]).await);
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    let fault = json!({"operation": "exchange_teams_user", "latency_ms": 1000});
    served.emulator.fault(fault).await;
    let exchange = served
        .exchange(&bearer, &teams)
        .header("origin", "https://one.example");
    let call = tokio::spawn(Answer::of(exchange));
    while served.emulator.exchanges().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    replace(&config, "cors_origins = [\"https://two.example\"]");
    served.program.logged(&["reloaded", "settings"]).await;
    let answer = call.await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://one.example"
    );
}

#[tokio::test]
async fn a_value_and_a_file_for_one_setting_are_refused_at_the_start() {
    let both = [
        ("ACS_AUTH_TENANT_IDS", "a"),
        ("ACS_AUTH_TENANT_IDS_FILE", "/nowhere"),
    ];
    let said = refusal(&[], &both).await;
    assert!(said.contains("ACS_AUTH_TENANT_IDS_FILE"), "{said}");
}
