//! Identities: create, issue, revoke, delete, details.

use acs_emulator::{Behaviour, Options, UnknownIdentity};
use serde_json::{Value, json};

use crate::support::{CREATE, World, world, world_with};

fn created(world: &World) -> String {
    let answer = world.call("POST", CREATE, "");
    assert_eq!(answer.status, 201);
    let answer = answer.json();
    assert!(answer.get("accessToken").is_none());
    answer["identity"]["id"].as_str().unwrap().to_owned()
}

fn on(id: &str, action: &str) -> String {
    format!(
        "/identities/{}{action}?api-version=2023-10-01",
        id.replace(':', "%3A")
    )
}

fn issue(world: &World, id: &str) -> String {
    let answer = world.call("POST", &on(id, "/:issueAccessToken"), "{\"scopes\":[\"voip\"]}");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// Whether a token is active, and if not, why.
fn state(world: &World, token: &str) -> Value {
    let body = json!({"token": token}).to_string();
    let answer = world.plain("POST", "/_emulator/introspect", &body).json();
    json!([answer["active"], answer["reason"]])
}

#[test]
fn an_identity_names_its_resource() {
    let world = world();
    let id = created(&world);
    let rest = id
        .strip_prefix(&format!("8:acs:{}_", world.emulator.info().resource_id))
        .unwrap();
    assert!(uuid::Uuid::try_parse(rest).is_ok(), "{id}");
}

#[test]
fn bodies_of_a_creation() {
    let world = world();
    for (body, token) in [
        ("{}", false),
        (
            "{\"createTokenWithScopes\":null,\"expiresInMinutes\":null}",
            false,
        ),
        ("{\"createTokenWithScopes\":[]}", false),
        ("{\"createTokenWithScopes\":[\"chat\",\"voip\"]}", true),
        (
            "{\"createTokenWithScopes\":[\"chat.join\"],\"expiresInMinutes\":60}",
            true,
        ),
    ] {
        let answer = world.call("POST", CREATE, body);
        assert_eq!(
            (answer.status, answer.json().get("accessToken").is_some()),
            (201, token),
            "{body}"
        );
    }
    assert_eq!(
        world.call("POST", CREATE, "{").code(),
        (400, "ValidationError".into())
    );
}

#[test]
fn the_lifetime_is_in_its_range() {
    let world = world();
    let target = on(&created(&world), "/:issueAccessToken");
    for minutes in ["59", "1441", "0", "-60", "90.5"] {
        let answer = world.call(
            "POST",
            &target,
            &format!("{{\"scopes\":[\"chat\"],\"expiresInMinutes\":{minutes}}}"),
        );
        let message = format!(
            "ExpiresInMinutes value {minutes} is invalid. Value must be within the [60, 1440] interval."
        );
        let expected = (
            400,
            "ValidationError".into(),
            message,
            Some("ExpiresInMinutes".into()),
        );
        assert_eq!(answer.error(), expected);
    }
    let now = world.emulator.clock().now();
    world.emulator.clock().stop_at(now);
    let unix = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    for (minutes, lasts) in [("60", 60), ("1440", 1440), ("null", 1440)] {
        let body = format!("{{\"scopes\":[\"chat\"],\"expiresInMinutes\":{minutes}}}");
        let answer = world.call("POST", &target, &body).json();
        let body = json!({"token": answer["token"]}).to_string();
        let claims = world.plain("POST", "/_emulator/introspect", &body).json()["claims"].clone();
        assert_eq!(claims["exp"].as_u64(), Some(unix + lasts * 60), "{minutes}");
    }
}

#[test]
fn scopes_are_required_to_issue() {
    let world = world();
    let target = on(&created(&world), "/:issueAccessToken");
    for body in ["", "{}", "{\"scopes\":null}", "{\"scopes\":[]}"] {
        let answer = world.call("POST", &target, body);
        let message = "Scopes: The Scopes field is required.".to_owned();
        assert_eq!(
            answer.error(),
            (400, "ValidationError".into(), message, Some("Scopes".into()))
        );
        assert_eq!(answer.header("api-supported-versions"), None);
    }
}

#[test]
fn revoked_and_deleted_are_told_apart_and_new_tokens_are_good() {
    let world = world();
    let id = created(&world);
    let old = issue(&world, &id);
    assert_eq!(state(&world, &old), json!([true, null]));
    let answer = world.call("POST", &on(&id, "/:revokeAccessTokens"), "");
    assert_eq!(
        (answer.status, answer.body.len(), answer.header("content-type")),
        (204, 0, None)
    );
    let new = issue(&world, &id);
    assert_eq!(state(&world, &old), json!([false, "revoked"]));
    assert_eq!(state(&world, &new), json!([true, null]));
    assert_eq!(world.call("DELETE", &on(&id, ""), "").status, 204);
    assert_eq!(state(&world, &new), json!([false, "identity deleted"]));
    world.emulator.clock().advance(25 * 60 * 60);
    assert_eq!(state(&world, &new), json!([false, "expired"]));
}

#[test]
fn an_identity_that_does_not_exist() {
    let world = world();
    let id = created(&world);
    assert_eq!(world.call("DELETE", &on(&id, ""), "").status, 204);
    let answers = |rule| {
        world
            .emulator
            .set_behaviour(Behaviour {
                unknown_identity: rule,
                ..Behaviour::default()
            })
            .unwrap();
        [
            world
                .call("POST", &on(&id, "/:issueAccessToken"), "{\"scopes\":[\"chat\"]}")
                .status,
            world.call("POST", &on(&id, "/:revokeAccessTokens"), "").status,
            world.call("DELETE", &on(&id, ""), "").status,
        ]
    };
    assert_eq!(answers(UnknownIdentity::NotFound), [404; 3]);
    assert_eq!(answers(UnknownIdentity::NotOwned), [401; 3]);
    assert_eq!(answers(UnknownIdentity::Accepted), [200, 204, 204]);
}

#[test]
fn an_identity_of_another_resource() {
    let world = world();
    for id in ["8:acs:81e78ca8-ade5-4998-9c05-1e17f850fcfe_1", "8:orgid:1", "x"] {
        let answer = world.call("DELETE", &on(id, ""), "");
        let message = "Provided identity doesn't belong to the resource.".to_owned();
        assert_eq!(answer.error(), (401, "IdentityNotOwned".into(), message, None));
        assert!(answer.header("api-supported-versions").is_some());
    }
}

#[test]
fn paths_and_methods_that_do_not_exist() {
    let world = world();
    assert_eq!(
        world.call("POST", "/nothing?api-version=2023-10-01", "").status,
        404
    );
    let answer = world.call("GET", CREATE, "");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    // The credential is checked first.
    assert_eq!(world.plain("POST", "/nothing", "").status, 401);
}

#[test]
fn a_seed_for_randomness_repeats_the_ids() {
    let options = || Options {
        rng_seed: Some(7),
        resource_id: Some(uuid::Uuid::nil().into()),
        ..Options::default()
    };
    let world = world_with(options());
    let first = created(&world);
    assert_ne!(created(&world), first);
    world.emulator.reset();
    assert_eq!(created(&world), first);
    assert_eq!(created(&world_with(options())), first);
}

const PREVIEW: &str = "/identities?api-version=2025-03-02-preview";

fn detail(world: &World, id: &str, version: &str) -> crate::support::Answer {
    let target = format!("/identities/{}?api-version={version}", id.replace(':', "%3A"));
    world.call("GET", &target, "")
}

#[test]
fn a_custom_id_names_one_identity() {
    let world = world();
    let create = |body: &str| {
        let answer = world.call("POST", PREVIEW, body);
        (answer.status, answer.json())
    };
    let (status, first) = create("{\"customId\":\"customer-42\"}");
    assert_eq!(
        (status, &first["identity"]["customId"]),
        (201, &json!("customer-42"))
    );
    assert_eq!(first["identity"].get("lastTokenIssuedAt"), None);
    let (status, second) = create("{\"customId\":\"customer-42\",\"createTokenWithScopes\":[\"voip\"]}");
    assert_eq!(
        (status, &second["identity"]["id"]),
        (201, &first["identity"]["id"])
    );
    assert!(second["identity"]["lastTokenIssuedAt"].is_string() && second["accessToken"].is_object());
    let (_, other) = create("{\"customId\":\"customer-43\"}");
    assert_ne!(other["identity"]["id"], first["identity"]["id"]);
    let (_, unnamed) = create("{}");
    assert_eq!(unnamed["identity"].get("customId"), None);
    world
        .emulator
        .set_behaviour(Behaviour {
            existing_custom_id: 200,
            ..Behaviour::default()
        })
        .unwrap();
    assert_eq!(create("{\"customId\":\"customer-42\"}").0, 200);
    for body in ["{\"customId\":\"\"}", "{\"customId\":42}"] {
        let answer = world.call("POST", PREVIEW, body);
        assert_eq!(answer.error().3.as_deref(), Some("customId"), "{body}");
    }
}

#[test]
fn a_custom_id_is_ignored_in_a_stable_version_and_noted() {
    let world = world();
    let answer = world.call("POST", CREATE, "{\"customId\":\"customer-42\"}");
    assert_eq!(
        (answer.status, answer.json()["identity"].get("customId")),
        (201, None)
    );
    assert_eq!(world.failed(), ["body_members"]);
}

#[test]
fn the_details_of_an_identity() {
    let world = world();
    let answer = world
        .call("POST", PREVIEW, "{\"customId\":\"customer-42\"}")
        .json();
    let id = answer["identity"]["id"].as_str().unwrap();
    let found = detail(&world, id, "2025-03-02-preview");
    let expected = json!({"id": id, "customId": "customer-42"});
    assert_eq!((found.status, found.json()), (200, expected));
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_767_225_600);
    world.emulator.clock().stop_at(at);
    issue(&world, id);
    let issued = detail(&world, id, "2025-03-02-preview").json();
    assert_eq!(issued["lastTokenIssuedAt"], "2026-01-01T00:00:00+00:00");
    assert_eq!(
        detail(&world, id, "2026-09-23").code(),
        (400, "UnsupportedApiVersion".into())
    );
    let unknown = format!("8:acs:{}_x", world.emulator.info().resource_id);
    assert_eq!(detail(&world, &unknown, "2025-03-02-preview").status, 404);
}
