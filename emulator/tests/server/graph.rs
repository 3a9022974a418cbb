//! Microsoft Graph: tokens, permissions, and the data of the signed-in user.

use acs_emulator::entra::{Attack, MintKind, MintRequest};
use acs_emulator::seed::Seed;
use acs_emulator::{Fault, Filter, Options, Service};
use serde_json::{Value, json};

use crate::support::{Answer, Draft, World, world, world_with};

pub(crate) const READ: &[&str] = &["User.Read"];
pub(crate) const WRITE: &[&str] = &["User.Read", "User.ReadWrite"];

/// A token for Graph for the user at this index.
pub(crate) fn token(world: &World, user: usize, scopes: &[&str]) -> String {
    mint(world, user, |request| {
        request.scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
    })
}

fn mint(world: &World, user: usize, change: impl FnOnce(&mut MintRequest)) -> String {
    let mut request = MintRequest {
        user: Some(world.user(user).into()),
        kind: MintKind::Graph,
        ..MintRequest::default()
    };
    change(&mut request);
    world.emulator.mint(&request).unwrap()
}

pub(crate) fn call(world: &World, token: &str, method: &str, target: &str, body: &str) -> Answer {
    let mut draft = Draft {
        date: String::new(),
        hash: String::new(),
        ..world.draft(method, target, body)
    };
    if !body.is_empty() {
        draft
            .more
            .push(("Content-Type".into(), "application/json".into()));
    }
    let authorization = if token.is_empty() {
        String::new()
    } else {
        format!("Bearer {token}")
    };
    world.send(&draft.authorized(&authorization)).unwrap()
}

#[test]
fn me_is_the_user_of_the_token() {
    let world = world();
    for user in [0, 1, 3] {
        let answer = call(&world, &token(&world, user, READ), "GET", "/v1.0/me", "");
        let me = answer.json();
        assert_eq!((answer.status, me["id"].as_str()), (200, Some(world.user(user))));
        assert_eq!(
            me["userPrincipalName"],
            world.emulator.info().users[user].username.as_str()
        );
        assert!(me.get("extensions").is_none());
    }
}

#[test]
fn what_is_selected_is_all_there_is() {
    let world = world();
    let token = token(&world, 0, READ);
    for query in [
        "$expand=extensions&$select=id",
        "%24select=id&%24expand=extensions",
    ] {
        let answer = call(&world, &token, "GET", &format!("/v1.0/me?{query}"), "");
        let me = answer.json();
        let members: Vec<&String> = me.as_object().unwrap().keys().collect();
        assert_eq!(members, ["@odata.context", "id", "extensions"]);
        assert_eq!(me["extensions"], json!([]));
    }
    let answer = call(&world, &token, "GET", "/v1.0/me?$select=id,nothing", "");
    assert_eq!(answer.code(), (400, "Request_BadRequest".into()));
    assert_eq!(world.failed(), ["$select"]);
}

#[test]
fn tokens_that_are_not_for_graph_are_refused() {
    let world = world();
    for kind in [MintKind::Teams, MintKind::Api, MintKind::Acs, MintKind::IdToken] {
        let foreign = mint(&world, 0, |request| request.kind = kind);
        let answer = call(&world, &foreign, "GET", "/v1.0/me", "");
        assert_eq!(
            answer.code(),
            (401, "InvalidAuthenticationToken".into()),
            "{}",
            kind.name()
        );
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Bearer realm=\"\"")
        );
    }
    for attack in [Attack::from_name("alg_none"), Attack::from_name("expired")] {
        let forged = mint(&world, 0, |request| request.attack = attack);
        let answer = call(&world, &forged, "GET", "/v1.0/me", "");
        assert_eq!(answer.status, 401, "{attack:?}");
    }
    assert_eq!(call(&world, "", "GET", "/v1.0/me", "").status, 401);
    assert_eq!(world.failed(), ["bearer"]);
}

#[test]
fn permissions_are_looked_at() {
    let world = world();
    let answer = call(
        &world,
        &token(&world, 0, &["User.ReadBasic.All"]),
        "GET",
        "/v1.0/me",
        "",
    );
    assert_eq!(answer.code(), (403, "Authorization_RequestDenied".into()));
    assert_eq!(world.failed(), ["permission"]);
    let body = r#"{"@odata.type":"microsoft.graph.openTypeExtension","extensionName":"a.b"}"#;
    let target = "/v1.0/me/extensions";
    let read_only = token(&world, 0, READ);
    assert_eq!(call(&world, &read_only, "POST", target, body).status, 403);
    assert_eq!(
        call(&world, &read_only, "DELETE", "/v1.0/me/extensions/a.b", "").status,
        403
    );
    assert_eq!(
        call(&world, &token(&world, 0, WRITE), "POST", target, body).status,
        201
    );
}

#[test]
fn an_error_has_graphs_form() {
    let world = world();
    let id = "6d1f9d4e-6d1a-4f3e-9a01-2f3c5b7d9e11";
    let mut draft = Draft {
        date: String::new(),
        hash: String::new(),
        ..world.draft("GET", "/v1.0/me/extensions/none", "")
    };
    draft.more.push(("client-request-id".into(), id.into()));
    let bearer = format!("Bearer {}", token(&world, 0, READ));
    let answer = world.send(&draft.authorized(&bearer)).unwrap();
    let error = &answer.json()["error"];
    assert_eq!(
        (answer.status, error["code"].as_str()),
        (404, Some("ResourceNotFound"))
    );
    let inner = &error["innerError"];
    assert_eq!(inner["client-request-id"], id);
    assert_eq!(answer.header("client-request-id"), Some(id));
    assert_eq!(inner["request-id"].as_str(), answer.header("request-id"));
    assert_eq!(
        inner["date"].as_str().map(str::len),
        Some("2025-03-13T13:15:33".len())
    );
}

#[test]
fn licences_are_the_users_service_plans() {
    let world = world();
    let plans = |user| {
        let answer = call(
            &world,
            &token(&world, user, READ),
            "GET",
            "/v1.0/me/licenseDetails",
            "",
        );
        answer.json()["value"].clone()
    };
    let plan = plans(0)[0]["servicePlans"][0].clone();
    assert_eq!(plan["servicePlanName"], "TEAMS1");
    assert_eq!(plan["servicePlanId"], "57ff2da0-773e-42df-b2af-ffb7a2317929");
    assert_eq!(plans(2), json!([]), "Carol has no licence");
}

#[test]
fn paths_and_methods_that_are_not_there() {
    let world = world();
    let token = token(&world, 0, WRITE);
    let status = |method: &str, target: &str| call(&world, &token, method, target, "").status;
    assert_eq!(status("GET", "/v1.0/users"), 400);
    assert_eq!(status("DELETE", "/v1.0/me"), 405);
    assert_eq!(status("PUT", "/v1.0/me/extensions/a"), 405);
    assert_eq!(call(&world, "", "GET", "/v1.0/users", "").status, 401);
}

#[test]
fn faults_and_records_know_graphs_operations() {
    let world = world();
    let fault = |operation: &str| Fault {
        operation: Some(operation.into()),
        status: Some(503),
        ..Fault::default()
    };
    world.emulator.faults().add(fault("create_extension")).unwrap();
    world.emulator.faults().add(fault("graph")).unwrap();
    let token = token(&world, 0, READ);
    assert_eq!(call(&world, &token, "GET", "/v1.0/me", "").status, 503);
    assert_eq!(call(&world, &token, "GET", "/v1.0/me", "").status, 200);
    assert_eq!(
        call(&world, &token, "POST", "/v1.0/me/extensions", "").status,
        503
    );
    let of_graph = Filter {
        operation: Some("graph".into()),
        ..Filter::default()
    };
    let names: Vec<_> = world
        .emulator
        .requests(&of_graph)
        .iter()
        .map(|record| (record.service, record.operation))
        .collect();
    let graph = |operation| (Service::Graph, operation);
    assert_eq!(
        names,
        [graph("get_me"), graph("get_me"), graph("create_extension")]
    );
    let shown = serde_json::to_string(&*world.last()).unwrap();
    assert!(!shown.contains(&token), "{shown}");
}

#[test]
fn a_token_ends_by_the_emulators_clock() {
    let world = world();
    let token = token(&world, 0, READ);
    world.emulator.clock().advance(3 * 3600);
    let answer = call(&world, &token, "GET", "/v1.0/me", "");
    assert_eq!(answer.code(), (401, "InvalidAuthenticationToken".into()));
}

#[test]
fn a_seed_brings_extensions_and_a_reset_brings_them_back() {
    let text = include_str!("../../seed.example.json");
    let mut seed: Value = serde_json::from_str(text).unwrap();
    seed["users"][0]["extensions"] = json!([{"name": "com.example.old", "data": {"colour": "blue"}}]);
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let world = world_with(Options {
        seed: Some(seed),
        ..Options::default()
    });
    let token = token(&world, 0, WRITE);
    let target = "/v1.0/me/extensions/com.example.old";
    assert_eq!(call(&world, &token, "GET", target, "").json()["colour"], "blue");
    assert_eq!(call(&world, &token, "DELETE", target, "").status, 204);
    assert_eq!(call(&world, &token, "GET", target, "").status, 404);
    world.emulator.reset();
    assert_eq!(call(&world, &token, "GET", target, "").status, 200);
}

#[test]
fn a_seed_names_the_app_of_an_extension_rightly() {
    let text = include_str!("../../seed.example.json");
    let mut seed: Value = serde_json::from_str(text).unwrap();
    let nobody = "7e57a000-0000-4000-8000-0000000000ff";
    seed["users"][0]["extensions"] = json!([{"name": "a", "app": nobody}]);
    let error = Seed::from_json(&seed.to_string()).unwrap_err();
    assert!(error.to_string().contains(nobody), "{error}");
}
