//! `acs-auth users` and `acs-auth tokens` against the emulator.

use acs_emulator::{Emulator, Filter};
use serde_json::json;

use crate::run::{Run, acs_auth, emulator};

fn at(emulator: &Emulator, args: &[&str]) -> Run {
    let ca = emulator.info().ca_file.to_str().unwrap();
    acs_auth(&[args, &["--endpoint-ca", ca]].concat()).at(emulator)
}

#[tokio::test]
async fn the_life_of_an_identity() {
    let emulator = emulator().await;
    let id = at(&emulator, &["users", "create"])
        .ran()
        .await
        .exits(0)
        .line()
        .to_owned();
    assert!(id.starts_with("8:acs:"), "{id}");

    let issue = [
        "tokens",
        "issue",
        &id,
        "--scope",
        "chat",
        "--scope",
        "voip",
        "--expires-in-minutes",
        "60",
    ];
    let ran = at(&emulator, &issue).ran().await.exits(0);
    assert_eq!(ran.line().split('.').count(), 3);
    assert!(!ran.stderr.contains(ran.line()));
    let json = at(&emulator, &[&issue[..], &["--json"]].concat())
        .ran()
        .await
        .exits(0)
        .json();
    assert_eq!(json.as_object().unwrap().len(), 3);
    assert!(json["expires_on_unix"].is_i64());

    let ran = at(&emulator, &["tokens", "revoke", &id]).ran().await.exits(0);
    assert_eq!(ran.stdout, "");
    let ran = at(&emulator, &["tokens", "revoke", &id, "--json"])
        .ran()
        .await
        .exits(0);
    assert_eq!(ran.json(), json!({}));

    assert_eq!(
        at(&emulator, &["users", "delete", &id, "--json"])
            .ran()
            .await
            .exits(0)
            .json(),
        json!({})
    );
    let ran = at(&emulator, &["tokens", "issue", &id, "--scope", "chat", "--json"])
        .ran()
        .await
        .exits(7);
    assert_eq!(ran.error()["status"], 404);
    let ran = at(&emulator, &["users", "delete", &id]).ran().await;
    assert_eq!(ran.stdout, "");
}

#[tokio::test]
async fn an_identity_with_a_token() {
    let emulator = emulator().await;
    let create = ["users", "create", "--scope", "chat", "--expires-in-minutes", "90"];
    let ran = at(&emulator, &create).ran().await.exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    assert!(lines[0].starts_with("8:acs:"));
    assert!(!ran.stderr.contains(lines[1]));

    let json = at(&emulator, &[&create[..], &["--json"]].concat())
        .ran()
        .await
        .exits(0)
        .json();
    assert_eq!(json.as_object().unwrap().len(), 3);
    for member in ["id", "token", "expires_on"] {
        assert!(json[member].is_string(), "{member}");
    }
    let json = at(&emulator, &["users", "create", "--json"])
        .ran()
        .await
        .exits(0)
        .json();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
}

#[tokio::test]
async fn what_the_library_refuses_is_not_sent() {
    let emulator = emulator().await;
    let id = "8:acs:a_b";
    for args in [
        &[
            "users",
            "create",
            "--scope",
            "chat",
            "--expires-in-minutes",
            "59",
            "--json",
        ][..],
        &[
            "tokens",
            "issue",
            id,
            "--scope",
            "chat",
            "--expires-in-minutes",
            "1441",
            "--json",
        ],
        &["users", "delete", "", "--json"],
        &["tokens", "revoke", "..", "--json"],
        &["tokens", "revoke", id, "--endpoint-ca", "/no/such/file", "--json"],
    ] {
        let run = if args.contains(&"--endpoint-ca") {
            acs_auth(args).at(&emulator)
        } else {
            at(&emulator, args)
        };
        let ran = run.ran().await.exits(1);
        assert_eq!(ran.error()["kind"], "InvalidArgument", "{args:?}");
    }
    assert!(emulator.requests(&Filter::default()).is_empty());
}
