//! `acs-auth inspect`: offline, without a connection string.

use acs_emulator::entra::{Attack, MintKind, MintRequest};

use crate::run::{acs_auth, emulator, file, teams};

const NAMES: [&str; 7] = ["shape", "audience", "scopes", "app", "user", "tenant", "expiry"];

#[tokio::test]
async fn a_good_token_passes_every_check() {
    let emulator = emulator().await;
    let teams = teams(&emulator, MintRequest::default());
    let on_disk = file(format!("{}\r\n", teams.token).as_bytes());
    let path = on_disk.path().to_str().unwrap();
    let tenant_id = &emulator.info().tenant_id;
    let ids = [
        "--client-id",
        &teams.client_id,
        "--user-id",
        &teams.user_id,
        "--tenant-id",
        tenant_id,
    ];
    let args = [&["inspect", "--token-file", path][..], &ids].concat();
    let ran = acs_auth(&args).secret(&teams.token).ran().await.exits(0);
    for name in NAMES {
        assert!(ran.stdout.contains(&format!("✓ {name} ")), "{}", ran.stdout);
    }
    for value in [&teams.user_id, &teams.client_id, tenant_id] {
        assert!(ran.stdout.contains(value.as_str()), "{}", ran.stdout);
    }
    assert!(!ran.stdout.contains(&teams.token));
    assert_eq!(ran.stderr, "");

    let args = [&["inspect", "--json", "--token-file", "-"][..], &ids].concat();
    let ran = acs_auth(&args)
        .stdin(format!("{}\n", teams.token))
        .ran()
        .await
        .exits(0);
    let json = ran.json();
    assert_eq!(json["ok"], true);
    let found: Vec<&str> = json["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(found, NAMES);
    assert_eq!(json["token"]["object_id"], teams.user_id);
    assert!(!ran.stdout.contains(&teams.token));
}

#[tokio::test]
async fn without_ids_there_is_nothing_to_compare() {
    let emulator = emulator().await;
    let teams = teams(&emulator, MintRequest::default());
    let ran = acs_auth(&["inspect", "--token-file", "-"])
        .stdin(teams.token)
        .env("LC_ALL", "C")
        .ran()
        .await
        .exits(0);
    assert!(ran.stdout.contains("- user "), "{}", ran.stdout);
    assert!(ran.stdout.contains("+ scopes "), "{}", ran.stdout);
}

#[tokio::test]
async fn a_failed_check_exits_3_and_is_explained() {
    let emulator = emulator().await;
    let other_user = emulator.info().users[1].object_id.clone();
    let good = teams(&emulator, MintRequest::default());
    let expired = teams(
        &emulator,
        MintRequest {
            attack: Some(Attack::Expired),
            ..MintRequest::default()
        },
    );
    let graph = teams(
        &emulator,
        MintRequest {
            kind: MintKind::Graph,
            ..MintRequest::default()
        },
    );
    let cases = [
        ("nonsense", "user", "shape"),
        (&good.token, &*other_user, "user"),
        (&expired.token, &*good.user_id, "expiry"),
        (&graph.token, &*good.user_id, "audience"),
    ];
    for (token, user_id, check) in cases {
        let args = ["inspect", "--token-file", "-", "--user-id", user_id];
        let ran = acs_auth(&args).stdin(token).ran().await.exits(3);
        assert!(ran.stdout.contains(&format!("✗ {check} ")), "{}", ran.stdout);
        let ran = acs_auth(&[&args[..], &["--json"]].concat())
            .stdin(token)
            .ran()
            .await
            .exits(3);
        let json = ran.json();
        assert_eq!(json["ok"], false);
        let found = json["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["name"] == check)
            .unwrap();
        assert_eq!(found["outcome"], "failed");
        assert!(found["explanation"].as_str().unwrap().len() > 20);
    }
}

#[tokio::test]
async fn the_teams_extension_wants_its_own_permission() {
    let emulator = emulator().await;
    let request = MintRequest {
        kind: MintKind::TeamsExtension,
        ..MintRequest::default()
    };
    let teams = teams(&emulator, request);
    let args = ["inspect", "--token-file", "-"];
    acs_auth(&args).stdin(teams.token.clone()).ran().await.exits(3);
    let args = ["inspect", "--token-file", "-", "--teams-extension"];
    acs_auth(&args).stdin(teams.token).ran().await.exits(0);
}

#[tokio::test]
async fn an_entra_users_token_has_an_audience_of_its_own() {
    let emulator = emulator().await;
    let request = MintRequest {
        kind: MintKind::EntraUser,
        ..MintRequest::default()
    };
    let teams = teams(&emulator, request);
    let args = ["inspect", "--token-file", "-"];
    acs_auth(&args).stdin(teams.token.clone()).ran().await.exits(3);
    let args = ["inspect", "--token-file", "-", "--entra-user"];
    acs_auth(&args).stdin(teams.token).ran().await.exits(0);
}

#[tokio::test]
async fn an_opaque_token_has_no_failed_check() {
    let args = ["inspect", "--token-file", "-", "--json"];
    let ran = acs_auth(&args)
        .stdin("0123456789abcdef0123456789abcdef")
        .ran()
        .await
        .exits(0);
    let json = ran.json();
    assert_eq!(json["ok"], true);
    let checks = json["checks"].as_array().unwrap();
    assert!(
        checks.iter().all(|check| check["outcome"] == "not_checked"),
        "{json}"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_an_invalid_argument() {
    let ran = acs_auth(&["inspect", "--json", "--token-file", "/no/such/file"])
        .ran()
        .await
        .exits(1);
    assert_eq!(ran.error()["target"], "--token-file");
    assert!(ran.error()["reason"].as_str().unwrap().contains("/no/such/file"));
    acs_auth(&["inspect", "--token-file", "-"])
        .stdin([0xFF, 0xFE])
        .ran()
        .await
        .exits(1);
}
