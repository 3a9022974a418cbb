//! On behalf of: an API exchanges its caller's token.

use super::client_credentials::daemon;
use crate::support::*;
use acs_emulator::entra::EntraOptions;
use acs_emulator::http::Reply;
use acs_emulator::seed::{ACS_TEAMS_URI, AppKind, GRAPH_URI, Resource, Seed};
use serde_json::Value;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

fn on_behalf_of(world: &World, assertion: &str, scope: &str) -> Reply {
    let fields = [
        ("grant_type", JWT_BEARER),
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("client_secret", world.secret(AppKind::Api)),
        ("assertion", assertion),
        ("requested_token_use", "on_behalf_of"),
        ("scope", scope),
    ];
    world.post(&world.token_path(), &[], &fields)
}

#[test]
fn an_api_calls_graph_on_behalf_of_its_caller() {
    let world = world();
    let reply = on_behalf_of(
        &world,
        &world.mint("kind=api&user=bob@contoso.example"),
        &format!("User.Read {OIDC}"),
    );
    let body = json(&reply);
    let claims = world.verify(&string(&body, "access_token"), GRAPH_URI).unwrap();
    assert_eq!(claims.oid, world.user("bob").object_id);
    assert_eq!(claims.client_id, world.app(AppKind::Api).client_id);
    assert_eq!(claims.scopes, ["User.Read", "User.ReadWrite"]);
    assert_eq!(body["scope"], "User.Read User.ReadWrite openid profile");
    assert!(body["refresh_token"].is_string() && body["id_token"].is_string());
}

#[test]
fn default_means_what_was_consented_to() {
    let world = world();
    let token = world.mint("kind=api");
    let body = json(&on_behalf_of(
        &world,
        &token,
        "https://graph.microsoft.com/.default",
    ));
    assert_eq!(body["scope"], "User.Read User.ReadWrite");
}

#[test]
fn an_assertion_must_be_for_the_api() {
    let world = world();
    for kind in ["teams", "graph"] {
        let reply = on_behalf_of(&world, &world.mint(&format!("kind={kind}")), "User.Read");
        assert_eq!(refusal(&reply), ("invalid_grant".into(), 500_131), "{kind}");
    }
}

#[test]
fn an_assertion_must_be_believable() {
    let world = world();
    let refused = |attack: &str| {
        let token = world.mint(&format!("kind=api&attack={attack}"));
        refusal(&on_behalf_of(&world, &token, "User.Read"))
    };
    for attack in [
        "alg_none",
        "attacker_key_matching_kid",
        "iss_suffix",
        "id_token_as_access_token",
    ] {
        assert_eq!(refused(attack), ("invalid_grant".into(), 50013), "{attack}");
    }
    assert_eq!(refused("expired"), ("invalid_grant".into(), 500_133));
    assert_eq!(refusal(&on_behalf_of(&world, "garbage", "User.Read")).1, 50013);
}

#[test]
fn nobody_is_represented_by_an_apps_own_token() {
    let world = world();
    let api = &world.app(AppKind::Api).client_id;
    let own = json(&daemon(&world, &[("scope", &format!("{api}/.default"))]));
    let reply = on_behalf_of(&world, &string(&own, "access_token"), "User.Read");
    assert_eq!(refusal(&reply), ("invalid_grant".into(), 50013));
}

#[test]
fn representing_needs_consent() {
    let world = world();
    let reply = on_behalf_of(&world, &world.mint("kind=api"), "User.ReadWrite.All");
    assert_eq!(refusal(&reply), ("invalid_grant".into(), 65001));
    assert_eq!(json(&reply)["suberror"], "consent_required");
    let teams = on_behalf_of(
        &world,
        &world.mint("kind=api"),
        &format!("{ACS_TEAMS_URI}/.default"),
    );
    assert_eq!(refusal(&teams).1, 65001);
}

#[test]
fn representing_needs_a_secret_and_to_be_said() {
    let world = world();
    let token = world.mint("kind=api");
    let fields = [
        ("grant_type", JWT_BEARER),
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("assertion", token.as_str()),
        ("scope", "User.Read"),
    ];
    let reply = world.post(&world.token_path(), &[], &fields);
    assert_eq!(refusal(&reply), ("invalid_client".into(), 7_000_218));
    let secret = [
        fields[0],
        fields[1],
        fields[2],
        fields[3],
        ("client_secret", world.secret(AppKind::Api)),
    ];
    assert_eq!(refusal(&world.post(&world.token_path(), &[], &secret)).1, 900_144);
}

#[test]
fn a_claims_challenge_reaches_the_api() {
    let mut seed = Seed::generate();
    let graph = |resource: &&mut Resource| resource.name == "Microsoft Graph";
    seed.resources.iter_mut().find(graph).unwrap().requires_mfa = true;
    seed.users
        .iter_mut()
        .find(|user| user.username.starts_with("carol"))
        .unwrap()
        .mfa_registered = false;
    let world = world_of(seed, EntraOptions::default());
    let reply = on_behalf_of(
        &world,
        &world.mint("kind=api&user=bob@contoso.example"),
        "User.Read",
    );
    assert_eq!(refusal(&reply), ("interaction_required".into(), 50076));
    let claims: Value = serde_json::from_str(&string(&json(&reply), "claims")).unwrap();
    assert_eq!(claims["access_token"]["capolids"]["essential"], true);
    let reply = on_behalf_of(
        &world,
        &world.mint("kind=api&user=carol@contoso.example"),
        "User.Read",
    );
    assert_eq!(refusal(&reply).1, 50079);

    let challenge = claims.to_string();
    let code = world.code("bob", &[("claims", &challenge), ("mfa", "approve")]);
    let token = json(&world.redeem(&code, &[], &[("scope", API_SCOPE)]));
    let reply = on_behalf_of(&world, &string(&token, "access_token"), "User.Read");
    assert_eq!(reply.status, 200, "{}", text(&reply));
}
