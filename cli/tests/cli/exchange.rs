//! `acs-auth exchange` against the emulator, over TLS.

use acs_emulator::entra::{Attack, MintKind, MintRequest};
use acs_emulator::{Emulator, Fault, Filter, RetryAfter};
use jiff::Timestamp;

use crate::run::{CONNECTION_STRING, Ran, Run, Teams, acs_auth, emulator, file, teams};

fn exchange(emulator: &Emulator, teams: &Teams, more: &[&str]) -> Run {
    let args = [
        "exchange",
        "--token-file",
        "-",
        "--client-id",
        &teams.client_id,
        "--user-id",
        &teams.user_id,
        "--endpoint-ca",
        &teams.ca,
    ];
    acs_auth(&[&args[..], more].concat())
        .at(emulator)
        .stdin(format!("{}\n", teams.token))
        .secret(&teams.token)
}

async fn fails(run: Run, code: i32, kind: &str) -> Ran {
    let ran = run.ran().await.exits(code);
    assert_eq!(ran.error()["kind"], kind);
    ran
}

#[tokio::test]
async fn the_token_alone_is_on_standard_output() {
    let emulator = emulator().await;
    let teams = teams(&emulator, MintRequest::default());
    let ran = exchange(&emulator, &teams, &[]).ran().await.exits(0);
    assert_eq!(ran.line().split('.').count(), 3);
    assert!(!ran.stderr.contains(ran.line()));
    assert!(ran.stderr.contains("expires 20"), "{}", ran.stderr);

    let records = emulator.requests(&Filter {
        operation: Some("exchange_teams_user".into()),
        ..Filter::default()
    });
    assert_eq!(records.len(), 1);
    assert!(records[0].request.tls);
    assert!(records[0].checks.0.iter().all(|check| check.ok));
}

#[tokio::test]
async fn as_json_with_both_forms_of_the_expiry() {
    let emulator = emulator().await;
    let teams = teams(&emulator, MintRequest::default());
    let on_disk = file(teams.token.as_bytes());
    let args = [
        "exchange",
        "--token-file",
        on_disk.path().to_str().unwrap(),
        "--client-id",
        &teams.client_id,
        "--user-id",
        &teams.user_id,
        "--endpoint-ca",
        &teams.ca,
        "--json",
    ];
    // The second variable is used, since an empty one counts as not set.
    let ran = acs_auth(&args)
        .env(CONNECTION_STRING, "")
        .env(
            "AZURE_COMMUNICATION_CONNECTION_STRING",
            &emulator.info().connection_string.0,
        )
        .ran()
        .await
        .exits(0);
    let json = ran.json();
    assert_eq!(json.as_object().unwrap().len(), 3);
    let text: Timestamp = json["expires_on"].as_str().unwrap().parse().unwrap();
    assert!(json["expires_on"].as_str().unwrap().ends_with('Z'));
    assert_eq!(json["expires_on_unix"], text.as_second());
    assert!(!ran.stderr.contains(json["token"].as_str().unwrap()));
}

#[tokio::test]
async fn the_teams_extension() {
    let emulator = emulator().await;
    let request = MintRequest {
        kind: MintKind::TeamsExtension,
        ..MintRequest::default()
    };
    let teams = teams(&emulator, request);
    let args = [
        "exchange",
        "--teams-extension",
        "--token-file",
        "-",
        "--endpoint-ca",
        &teams.ca,
        "--json",
    ];
    let ran = acs_auth(&args)
        .at(&emulator)
        .stdin(teams.token.clone())
        .secret(&teams.token)
        .ran()
        .await
        .exits(0);
    let json = ran.json();
    assert!(json["id"].as_str().unwrap().starts_with("8:acs:"));
    assert!(json["token"].as_str().unwrap().len() > 40);
}

#[tokio::test]
async fn an_entra_user() {
    let emulator = emulator().await;
    let request = MintRequest {
        kind: MintKind::EntraUser,
        ..MintRequest::default()
    };
    let teams = teams(&emulator, request);
    let args = [
        "exchange",
        "--entra-user",
        "--preview",
        "2025-03-02-preview",
        "--token-file",
        "-",
        "--token-check",
        "enforce",
        "--endpoint-ca",
        &teams.ca,
        "--json",
    ];
    let ran = acs_auth(&args)
        .at(&emulator)
        .stdin(teams.token.clone())
        .secret(&teams.token)
        .ran()
        .await
        .exits(0);
    let json = ran.json();
    assert!(json["id"].as_str().unwrap().ends_with(&teams.user_id));
    assert!(json["token"].as_str().unwrap().len() > 40);
}

#[tokio::test]
async fn refusals_have_their_kind_and_fields() {
    let emulator = emulator().await;
    let good = teams(&emulator, MintRequest::default());
    let forged = Attack::AttackerKeyMatchingKid;
    let forged = teams(
        &emulator,
        MintRequest {
            attack: Some(forged),
            ..MintRequest::default()
        },
    );

    let ran = fails(exchange(&emulator, &forged, &["--json"]), 4, "EntraTokenRejected").await;
    let error = ran.error();
    assert_eq!(
        (&error["status"], &error["code"]),
        (&401.into(), &"InvalidAccessToken".into())
    );
    assert_eq!(error["retry_after_ms"], serde_json::Value::Null);
    assert!(error["client_request_id"].as_str().is_some() && error["ms_cv"].as_str().is_some());
    let ran = exchange(&emulator, &forged, &[]).ran().await.exits(4);
    assert_eq!(ran.stdout, "");
    assert!(
        ran.stderr
            .contains("error: EntraTokenRejected (401 InvalidAccessToken)"),
        "{}",
        ran.stderr
    );

    let wrong_app = Teams {
        client_id: emulator.info().tenant_id.clone(),
        ..teams(&emulator, MintRequest::default())
    };
    let ran = fails(
        exchange(&emulator, &wrong_app, &["--json"]),
        5,
        "ValidationFailed",
    )
    .await;
    assert_eq!(ran.error()["target"], "appId");

    let key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
    let wrong_key = format!("endpoint={}/;accesskey={key}", emulator.info().https_url);
    let run = exchange(&emulator, &good, &["--json"])
        .env(CONNECTION_STRING, &wrong_key)
        .secret(key);
    fails(run, 6, "CredentialDenied").await;
}

#[tokio::test]
async fn faults_of_the_way_have_their_kind() {
    let emulator = emulator().await;
    let teams = teams(&emulator, MintRequest::default());
    let wait = Fault {
        status: Some(429),
        retry_after: Some(RetryAfter::Seconds(60)),
        count: 9,
        ..Fault::default()
    };
    let late = Fault {
        latency_ms: 30_000,
        count: 9,
        ..Fault::default()
    };
    let page = Fault {
        non_json: true,
        status: Some(200),
        count: 9,
        ..Fault::default()
    };
    let broken = Fault {
        status: Some(404),
        count: 9,
        ..Fault::default()
    };
    for (fault, more, code, kind) in [
        (wait, &["--json"][..], 8, "Throttled"),
        (late, &["--json", "--timeout", "1"], 11, "Timeout"),
        (page, &["--json"], 13, "UnexpectedResponse"),
        (broken, &["--json"], 7, "NotFound"),
    ] {
        emulator.faults().clear();
        emulator.faults().add(fault).unwrap();
        let ran = fails(exchange(&emulator, &teams, more), code, kind).await;
        let waits = ran.error()["retry_after_ms"].clone();
        assert_eq!(
            waits,
            if code == 8 {
                60_000.into()
            } else {
                serde_json::Value::Null
            }
        );
    }
    emulator.faults().clear();
    let untrusted = [
        "exchange",
        "--token-file",
        "-",
        "--client-id",
        "c",
        "--user-id",
        "u",
        "--json",
    ];
    let run = acs_auth(&untrusted)
        .at(&emulator)
        .stdin("t")
        .env("SSL_CERT_FILE", "/dev/null");
    fails(run, 10, "TransportError").await;
}

#[tokio::test]
async fn the_token_check_is_off_warns_or_enforces() {
    let emulator = emulator().await;
    let expired = teams(
        &emulator,
        MintRequest {
            attack: Some(Attack::Expired),
            ..MintRequest::default()
        },
    );
    let ran = fails(
        exchange(&emulator, &expired, &["--json", "--token-check", "enforce"]),
        3,
        "EntraTokenInvalid",
    )
    .await;
    assert_eq!(ran.error()["code"], "expiry");
    assert!(emulator.requests(&Filter::default()).is_empty());

    let ran = fails(
        exchange(&emulator, &expired, &["--json"]),
        4,
        "EntraTokenRejected",
    )
    .await;
    assert_eq!(ran.stderr.matches("warning: ").count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: expiry: "), "{}", ran.stderr);
    assert!(ran.error()["reason"].as_str().unwrap().contains("token check"));

    let ran = fails(
        exchange(&emulator, &expired, &["--json", "--token-check", "off"]),
        4,
        "EntraTokenRejected",
    )
    .await;
    assert!(!ran.stderr.contains("warning: "), "{}", ran.stderr);

    let ending = teams(
        &emulator,
        MintRequest {
            lifetime: Some(300),
            ..MintRequest::default()
        },
    );
    let ran = exchange(&emulator, &ending, &[]).ran().await.exits(0);
    assert!(ran.stderr.contains("warning: expiry: "), "{}", ran.stderr);

    // The transport's warnings are printed, too.
    emulator.clock().set_offset(3_600);
    let good = teams(&emulator, MintRequest::default());
    let ran = exchange(&emulator, &good, &["--token-check", "off"])
        .ran()
        .await
        .exits(0);
    assert!(
        ran.stderr.contains("warning: this machine's clock differs"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
async fn a_reader_that_is_gone_is_no_panic() {
    let emulator = emulator().await;
    let teams = teams(&emulator, MintRequest::default());
    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_acs-auth"))
        .args([
            "exchange",
            "--token-file",
            "-",
            "--client-id",
            &teams.client_id,
            "--user-id",
            &teams.user_id,
        ])
        .args(["--endpoint-ca", &teams.ca])
        .env_clear()
        .env(CONNECTION_STRING, &emulator.info().connection_string.0)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    let mut stdin = child.stdin.take().unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stdin, teams.token.as_bytes())
        .await
        .unwrap();
    drop(stdin);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}
