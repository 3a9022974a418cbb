//! The control API.

use acs_emulator::entra::MintKind;
use serde_json::{Value, json};

use crate::support::{CREATE, EXCHANGE, World, world};

fn get(world: &World, path: &str) -> Value {
    let answer = world.plain("GET", &format!("/_emulator/{path}"), "");
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

fn post(world: &World, path: &str, body: Value) -> u16 {
    world
        .plain("POST", &format!("/_emulator/{path}"), &body.to_string())
        .status
}

#[test]
fn health_and_info() {
    let world = world();
    assert_eq!(get(&world, "health")["status"], "ok");
    let info = get(&world, "info");
    assert_eq!(info.to_string(), world.emulator.info().line());
}

#[test]
fn the_clock() {
    let world = world();
    assert_eq!(
        post(&world, "clock", json!({"stop_at": "2024-11-05T09:08:07Z"})),
        200
    );
    assert_eq!(
        get(&world, "clock"),
        json!({"now": "2024-11-05T09:08:07.000Z", "unix": 1_730_797_687})
    );
    assert_eq!(post(&world, "clock", json!({"advance_seconds": 60})), 200);
    assert_eq!(get(&world, "clock")["unix"], 1_730_797_747);
    let answer = world.plain("GET", "/_emulator/health", "");
    assert_eq!(answer.header("date"), Some("Tue, 05 Nov 2024 09:09:07 GMT"));
    assert_eq!(post(&world, "clock", json!({"offset_seconds": -3600})), 200);
    let unix = || {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs()
    };
    // The machine's clock is read before and after, since a second may end in between.
    let behind = |seconds: u64| {
        let before = unix();
        let emulator = get(&world, "clock")["unix"].as_u64().unwrap();
        (before..=unix()).contains(&(emulator + seconds))
    };
    assert!(behind(3600));
    assert_eq!(world.plain("DELETE", "/_emulator/clock", "").status, 200);
    assert!(behind(0));
    for wrong in [
        json!({}),
        json!({"offset_seconds": i64::MAX}),
        json!({"advance_seconds": i64::MIN}),
        json!({"stop_at": "1969-12-31T00:00:00Z"}),
        json!({"stop_at": "soon"}),
        json!({"offset_seconds": 1, "advance_seconds": 1}),
    ] {
        assert_eq!(post(&world, "clock", wrong.clone()), 400, "{wrong}");
    }
}

#[test]
fn tokens_are_minted() {
    let world = world();
    let users = &world.emulator.info().users;
    let mint = |query: &str| world.plain("GET", &format!("/_emulator/mint?{query}"), "");
    let good = format!("user={}&client_id={}&kind=teams", users[0].username, world.spa());
    let token = mint(&good).json()["token"].as_str().unwrap().to_owned();
    let body = json!({"token": token, "appId": world.spa(), "userId": world.user(0)}).to_string();
    assert_eq!(world.call("POST", EXCHANGE, &body).status, 200);
    let token = mint(&format!("{good}&attack=alg_none")).json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"token": token, "appId": world.spa(), "userId": world.user(0)}).to_string();
    assert_eq!(world.call("POST", EXCHANGE, &body).status, 401);
    for query in [
        "user=nobody@contoso.example",
        "kind=gold",
        "attack=none",
        "colour=blue",
    ] {
        assert_eq!(mint(query).code(), (400, "Invalid".into()), "{query}");
    }
}

#[test]
fn keys_roll_over() {
    let world = world();
    let before = world.exchange_body(0);
    let kid = |body: &str| {
        use base64::Engine;
        let token = serde_json::from_str::<Value>(body).unwrap()["token"]
            .as_str()
            .unwrap()
            .to_owned();
        let header = token.split('.').next().unwrap().to_owned();
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(header)
            .unwrap();
        serde_json::from_slice::<Value>(&header).unwrap()["kid"].clone()
    };
    assert_eq!(post(&world, "keys/rollover", json!(null)), 204);
    let after = world.exchange_body(0);
    assert_ne!(kid(&before), kid(&after));
    assert_eq!(world.call("POST", EXCHANGE, &before).status, 200);
    assert_eq!(world.call("POST", EXCHANGE, &after).status, 200);
}

#[test]
fn behaviour_is_shown_and_changed() {
    let world = world();
    let expected = json!({
        "date_window_seconds": 300, "licence": "forbidden", "missing_scope": "invalid_token",
        "unknown_identity": "not_found", "assignment": "ignored",
        "access_rejection": "denied", "unrecorded_errors": "code", "unknown_member": "noted",
        "existing_custom_id": 201, "exchange_limit": null, "extension_conflict": 409,
    });
    assert_eq!(get(&world, "behaviour"), expected);
    let put = |body: Value| world.plain("PUT", "/_emulator/behaviour", &body.to_string());
    let answer = put(json!({"licence": "ignored", "exchange_limit": {"count": 5}})).json();
    assert_eq!(answer["exchange_limit"], json!({"count": 5, "per_seconds": 30}));
    assert_eq!(
        (&answer["licence"], &answer["date_window_seconds"]),
        (&json!("ignored"), &json!(300))
    );
    assert_eq!(put(json!({"licence": "maybe"})).status, 400);
    assert_eq!(put(json!({"colour": 1})).status, 400);
    for impossible in [
        json!({"existing_custom_id": 202}),
        json!({"existing_custom_id": 99}),
        json!({"extension_conflict": 200}),
        json!({"extension_conflict": 500}),
        json!({"exchange_limit": {"per_seconds": 0}}),
        json!({"exchange_limit": {"per_seconds": u64::MAX}}),
    ] {
        let answer = put(impossible.clone());
        let member = impossible.as_object().unwrap().keys().next().unwrap();
        assert_eq!(answer.status, 400, "{impossible}");
        assert!(answer.text().contains(member.as_str()), "{}", answer.text());
    }
    assert_eq!(get(&world, "behaviour")["licence"], "ignored");
}

#[test]
fn a_reset_undoes_everything() {
    let world = world();
    world.call("POST", CREATE, "");
    let assignment = format!(
        "/access/teamsExtension/tenants/{}/assignments/{}?api-version=2026-09-23",
        world.emulator.info().tenant_id,
        world.user(0)
    );
    world.call("PUT", &assignment, "{\"principalType\":\"user\"}");
    post(&world, "faults", json!({"status": 500, "count": 9}));
    post(&world, "clock", json!({"offset_seconds": 9999}));
    world.plain("PUT", "/_emulator/behaviour", "{\"licence\":\"ignored\"}");
    let token = world.mint(0, MintKind::Teams);
    assert_eq!(post(&world, "reset", json!(null)), 204);
    assert_eq!(get(&world, "requests"), json!({"requests": []}));
    assert_eq!(get(&world, "faults"), json!({"faults": []}));
    assert_eq!(get(&world, "identities"), json!({"identities": []}));
    assert_eq!(world.call("GET", &assignment, "").status, 404);
    assert_eq!(get(&world, "behaviour")["licence"], "forbidden");
    assert_eq!(world.call("POST", CREATE, "").status, 201);
    // The clock was reset, so the token is from the future.
    let body = json!({"token": token, "appId": world.spa(), "userId": world.user(0)}).to_string();
    assert_eq!(world.call("POST", EXCHANGE, &body).status, 401);
}

#[test]
fn unknown_paths_and_methods() {
    let world = world();
    for (method, path, status) in [
        ("GET", "nothing", 404),
        ("GET", "reset", 405),
        ("POST", "health", 405),
        ("POST", "requests", 405),
        ("PATCH", "faults", 405),
        ("PATCH", "clock", 405),
        ("GET", "seed", 404),
        ("GET", "introspect", 405),
        ("POST", "", 405),
    ] {
        assert_eq!(
            world.plain(method, &format!("/_emulator/{path}"), "").status,
            status,
            "{method} {path}"
        );
    }
    assert_eq!(
        world
            .plain("POST", "/_emulator/introspect", "{\"token\":\"x\"}")
            .status,
        400
    );
    // Control requests are not recorded.
    assert_eq!(get(&world, "requests"), json!({"requests": []}));
}
