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

#[tokio::test]
async fn a_custom_id_leads_to_one_identity_whose_details_are_printed() {
    let emulator = emulator().await;
    let preview = ["--preview", "2025-03-02-preview"];
    let create = [&["users", "create", "--custom-id", "customer-42"][..], &preview].concat();
    let id = at(&emulator, &create).ran().await.exits(0).line().to_owned();
    let get = [&["users", "get", &id][..], &preview].concat();
    let json = [&get[..], &["--json"]].concat();
    assert_eq!(
        at(&emulator, &json).ran().await.exits(0).json(),
        json!({"id": id, "custom_id": "customer-42", "last_token_issued_at": null})
    );

    let with_token = [&create[..], &["--scope", "voip", "--json"]].concat();
    let created = at(&emulator, &with_token).ran().await.exits(0).json();
    assert_eq!(created["id"], id);
    assert!(created["token"].is_string());
    let detail = at(&emulator, &json).ran().await.exits(0).json();
    assert!(detail["last_token_issued_at"].as_str().unwrap().ends_with('Z'));
    let ran = at(&emulator, &get).ran().await.exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[..2], [id.as_str(), "custom id: customer-42"]);
    assert!(lines[2].starts_with("last token: 20"), "{lines:?}");
}

#[tokio::test]
async fn the_details_of_an_identity_need_the_preview() {
    let emulator = emulator().await;
    let ran = at(&emulator, &["users", "get", "8:acs:a_b", "--json"])
        .ran()
        .await
        .exits(1);
    assert_eq!(ran.error()["target"], "preview");
    assert!(emulator.requests(&Filter::default()).is_empty());
}

#[tokio::test]
async fn the_api_version_is_the_one_of_the_command_line() {
    let emulator = emulator().await;
    let create = ["users", "create", "--api-version", "2026-09-23"];
    at(&emulator, &create).ran().await.exits(0);
    let records = emulator.requests(&Filter::default());
    assert_eq!(records[0].request.target, "/identities?api-version=2026-09-23");
}
