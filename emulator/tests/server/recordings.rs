//! Responses have the status, the body's shape and exactly the headers of the recordings.

use std::collections::BTreeSet;

use acs_emulator::entra::MintKind;
use serde_json::{Value, json};

use crate::support::{Answer, Draft, World, world};

/// Headers that the emulator adds and the recordings do not have.
const OWN: [&str; 1] = ["content-length"];

fn recording(name: &str) -> Value {
    let path = format!("{}/../tests/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn send(world: &World, recording: &Value, body: &Value) -> Answer {
    let request = &recording["request"];
    let created = world
        .call("POST", "/identities?api-version=2023-10-01", "")
        .json();
    let id = created["identity"]["id"].as_str().unwrap();
    let target = request["target"].as_str().unwrap().replace("{id}", id);
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let draft = world.draft(request["method"].as_str().unwrap(), &target, &body);
    let draft = Draft {
        more: vec![("x-ms-client-request-id".into(), "0b1c".into())],
        ..draft
    };
    world.send(&draft.signed(&draft.text())).unwrap()
}

fn same(world: &World, name: &str, body: &Value) {
    let recording = recording(name);
    assert_eq!(recording["kind"], "recording", "{name}");
    let answer = send(world, &recording, body);
    assert_eq!(
        answer.status,
        recording["status"].as_u64().unwrap() as u16,
        "{name}: {}",
        answer.text()
    );
    let recorded = recording["response_headers"].as_object().unwrap();
    let expected: BTreeSet<String> = recorded.keys().map(|name| name.to_ascii_lowercase()).collect();
    let found: BTreeSet<String> = answer
        .headers
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| !OWN.contains(&name.as_str()))
        .collect();
    assert_eq!(found, expected, "{name}");
    for fixed in [
        "Content-Type",
        "Transfer-Encoding",
        "Request-Context",
        "Strict-Transport-Security",
        "X-Cache",
    ] {
        let found = answer.header(&fixed.to_ascii_lowercase());
        assert_eq!(
            found,
            recorded.get(fixed).and_then(Value::as_str),
            "{name}: {fixed}"
        );
    }
    assert_eq!(answer.header("x-ms-client-request-id"), Some("0b1c"), "{name}");
    let time = answer
        .header("x-processing-time")
        .and_then(|time| time.strip_suffix("ms"));
    assert!(time.is_some_and(|time| time.parse::<u32>().is_ok()), "{name}");
    match &recording["response_body"] {
        Value::Null => assert!(answer.body.is_empty(), "{name}"),
        error @ Value::Object(members) if members.contains_key("error") => {
            assert_eq!(&answer.json(), error, "{name}");
        }
        recorded => assert_eq!(shape(&answer.json()), shape(recorded), "{name}"),
    }
}

/// The members, without their values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        _ => Value::Null,
    }
}

#[test]
fn the_identities() {
    let world = world();
    for name in [
        "create_user_201",
        "create_user_and_token_201",
        "issue_token_200",
        "issue_token_400_expiry",
    ] {
        same(&world, name, &recording(name)["request"]["body"]);
    }
    same(&world, "revoke_204", &Value::Null);
    same(&world, "delete_204", &Value::Null);
}

#[test]
fn the_exchange() {
    let world = world();
    let (token, app, user) = (world.mint(0, MintKind::Teams), world.spa(), world.user(0));
    let other = "81e78ca8-ade5-4998-9c05-1e17f850fcfe";
    for (name, token, app, user) in [
        ("teams_exchange_200", token.as_str(), app, user),
        ("teams_exchange_400_empty_app_id", &token, "", user),
        ("teams_exchange_400_invalid_user_id", &token, app, "invalid"),
        ("teams_exchange_400_wrong_app_id", &token, other, user),
        ("teams_exchange_400_wrong_user_id", &token, app, other),
        ("teams_exchange_401_empty_token", "", app, ""),
        ("teams_exchange_401_invalid_token", "invalid", app, user),
    ] {
        same(
            &world,
            name,
            &json!({"token": token, "appId": app, "userId": user}),
        );
    }
}
