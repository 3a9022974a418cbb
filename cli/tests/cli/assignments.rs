//! `acs-auth assignments` against the emulator.

use acs_emulator::Emulator;
use serde_json::json;

use crate::run::{Run, acs_auth, emulator};

fn at(emulator: &Emulator, action: &str, more: &[&str]) -> Run {
    let info = emulator.info();
    let of = [
        "assignments",
        action,
        "--tenant-id",
        &info.tenant_id,
        "--object-id",
        &info.users[0].object_id,
        "--endpoint-ca",
        info.ca_file.to_str().unwrap(),
    ];
    acs_auth(&[&of[..], more].concat()).at(emulator)
}

#[tokio::test]
async fn the_life_of_an_assignment() {
    let emulator = emulator().await;
    let spa = emulator.info().spa.as_ref().unwrap().client_id.clone();
    let missing = at(&emulator, "get", &["--json"]).ran().await.exits(7);
    assert_eq!(missing.error()["status"], 404);
    let put = at(&emulator, "put", &["--client-id", &spa]).ran().await.exits(0);
    assert_eq!(put.stdout, format!("user\n{spa}\n"));
    let info = emulator.info();
    let expected = json!({
        "tenant_id": info.tenant_id,
        "object_id": info.users[0].object_id,
        "principal_type": "user",
        "client_ids": [spa],
    });
    assert_eq!(
        at(&emulator, "get", &["--json"]).ran().await.exits(0).json(),
        expected
    );
    let account = ["--principal-type", "teamsResourceAccount"];
    let put = at(&emulator, "put", &account).ran().await.exits(0);
    assert_eq!(put.line(), "resourceAccount");
    let deleted = at(&emulator, "delete", &[]).ran().await.exits(0);
    assert_eq!(deleted.stdout, "");
    assert_eq!(
        at(&emulator, "delete", &["--json"]).ran().await.exits(0).json(),
        json!({})
    );
    at(&emulator, "get", &[]).ran().await.exits(7);
}

#[tokio::test]
async fn an_id_that_is_no_guid_is_named() {
    let emulator = emulator().await;
    let ran = at(&emulator, "put", &["--client-id", "x", "--json"])
        .ran()
        .await
        .exits(1);
    assert_eq!(ran.error()["target"], "client_ids");
}
