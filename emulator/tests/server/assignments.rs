//! Assignments of Teams Phone extensibility.

use acs_emulator::entra::MintKind;
use acs_emulator::{AssignmentRule, Behaviour};
use serde_json::{Value, json};

use crate::access::{bearing, introspected};
use crate::exchange::{ALICE, CAROL};
use crate::support::{Answer, World, world};

const EXTENSION: &str = "/access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30";

fn target(world: &World, user: usize, version: &str) -> String {
    format!(
        "/access/teamsExtension/tenants/{}/assignments/{}?api-version={version}",
        world.emulator.info().tenant_id,
        world.user(user)
    )
}

fn call(world: &World, method: &str, body: &Value) -> Answer {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    world.call(method, &target(world, ALICE, "2026-09-23"), &body)
}

#[test]
fn an_assignment_is_put_read_replaced_and_deleted() {
    let world = world();
    let none = json!(null);
    assert_eq!(call(&world, "GET", &none).code(), (404, "NotFound".into()));
    let body = json!({"principalType": "user", "clientIds": [world.spa()]});
    let expected = json!({
        "objectId": world.user(ALICE),
        "tenantId": world.emulator.info().tenant_id,
        "principalType": "user",
        "clientIds": [world.spa()],
    });
    let put = call(&world, "PUT", &body);
    assert_eq!((put.status, put.json()), (201, expected.clone()));
    let got = call(&world, "GET", &none);
    assert_eq!((got.status, got.json()), (200, expected));
    let account = json!({"principalType": "resourceAccount"});
    let replaced = call(&world, "PUT", &account);
    assert_eq!((replaced.status, replaced.json().get("clientIds")), (200, None));
    for _ in 0..2 {
        let deleted = call(&world, "DELETE", &none);
        assert_eq!((deleted.status, deleted.body), (204, Vec::new()));
    }
    assert_eq!(call(&world, "GET", &none).status, 404);
    assert_eq!(world.last().operation, "get_teams_extension_assignment");
}

#[test]
fn every_way_to_write_a_principal_type_is_accepted() {
    let world = world();
    for name in [
        "user",
        "User",
        "resourceAccount",
        "teamsResourceAccount",
        "TEAMSRESOURCEACCOUNT",
    ] {
        let answer = call(&world, "PUT", &json!({"principalType": name}));
        assert!(matches!(answer.status, 200 | 201), "{name}: {}", answer.text());
        assert_eq!(answer.json()["principalType"], name);
    }
}

#[test]
fn what_is_wrong_with_an_assignment_is_named() {
    let world = world();
    for (body, target) in [
        (json!({}), "principalType"),
        (json!({"principalType": "group"}), "principalType"),
        (json!({"principalType": "user", "clientIds": "x"}), "clientIds"),
        (json!({"principalType": "user", "clientIds": ["x"]}), "clientIds"),
    ] {
        let answer = call(&world, "PUT", &body);
        assert_eq!(answer.code(), (400, "ValidationError".into()), "{body}");
        assert_eq!(answer.error().3.as_deref(), Some(target), "{body}");
    }
    let malformed = target(&world, ALICE, "2025-06-30").replace(world.user(ALICE), "x");
    assert_eq!(
        world.call("GET", &malformed, "").error().3.as_deref(),
        Some("objectId")
    );
    let older = target(&world, ALICE, "2023-10-01");
    assert_eq!(
        world.call("GET", &older, "").code(),
        (400, "UnsupportedApiVersion".into())
    );
    let post = world.call("POST", &target(&world, ALICE, "2025-06-30"), "{}");
    assert_eq!(
        (post.status, post.header("allow")),
        (405, Some("PUT, GET, DELETE"))
    );
    let draft = world.draft("GET", &target(&world, ALICE, "2025-06-30"), "");
    assert_eq!(
        world.send(&draft.signed("x")).unwrap().code(),
        (401, "Denied".into())
    );
}

#[test]
fn the_exchange_needs_an_assignment_where_the_rule_says_so() {
    let world = world();
    world
        .emulator
        .set_behaviour(Behaviour {
            assignment: AssignmentRule::Forbidden,
            ..Behaviour::default()
        })
        .unwrap();
    let token = world.mint(ALICE, MintKind::TeamsExtension);
    let exchange = || bearing(&world, &token, EXTENSION, "{}");
    let forbidden = (403, "Forbidden".to_owned());
    assert_eq!(exchange().code(), forbidden);
    let other = "11111111-0000-4000-8000-000000000000";
    call(
        &world,
        "PUT",
        &json!({"principalType": "user", "clientIds": [other]}),
    );
    assert_eq!(exchange().code(), forbidden);
    assert_eq!(world.failed(), ["assignment"]);
    let listed = world.spa().to_ascii_uppercase();
    call(
        &world,
        "PUT",
        &json!({"principalType": "user", "clientIds": [other, listed]}),
    );
    assert_eq!(exchange().status, 200);
    call(&world, "PUT", &json!({"principalType": "teamsResourceAccount"}));
    assert_eq!(exchange().status, 200);
    world
        .emulator
        .set_behaviour(Behaviour {
            assignment: AssignmentRule::Denied,
            ..Behaviour::default()
        })
        .unwrap();
    call(&world, "DELETE", &json!(null));
    assert_eq!(exchange().code(), (401, "Denied".into()));
}

#[test]
fn deleting_an_assignment_ends_the_tokens_that_were_issued() {
    let world = world();
    call(&world, "PUT", &json!({"principalType": "resourceAccount"}));
    let token = world.mint(ALICE, MintKind::TeamsExtension);
    let exchanged = || bearing(&world, &token, EXTENSION, "{}").json()["accessToken"]["token"].clone();
    let before = exchanged();
    call(&world, "DELETE", &json!(null));
    let found = introspected(&world, &before);
    assert_eq!(
        (&found["active"], &found["reason"]),
        (&json!(false), &json!("assignment deleted"))
    );
    assert_eq!(introspected(&world, &exchanged())["active"], true);
    // Another user's is untouched.
    world.call("DELETE", &target(&world, CAROL, "2025-06-30"), "");
    assert_eq!(introspected(&world, &exchanged())["active"], true);
}
