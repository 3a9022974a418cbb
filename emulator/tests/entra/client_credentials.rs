//! Client credentials: an app's own token, and client authentication.

use crate::support::*;
use acs_emulator::entra::EntraOptions;
use acs_emulator::http::Reply;
use acs_emulator::seed::{ACS_DATA_URI, AppKind, Seed, TENANT_FABRIKAM};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const ACS_DEFAULT: &str = "https://communication.azure.com//.default";

pub(super) fn daemon(world: &World, changes: &[(&str, &str)]) -> Reply {
    daemon_at(world, &world.token_path(), &[], changes)
}

fn daemon_at(world: &World, path: &str, headers: &[(&str, &str)], changes: &[(&str, &str)]) -> Reply {
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", world.app(AppKind::Daemon).client_id.as_str()),
        ("client_secret", world.secret(AppKind::Daemon)),
        ("scope", ACS_DEFAULT),
    ];
    for (name, value) in changes {
        fields.retain(|(n, _)| n != name);
        fields.push((name, value));
    }
    fields.retain(|(_, value)| !value.is_empty());
    world.post(path, headers, &fields)
}

#[test]
fn an_app_gets_a_token_of_the_acs_data_plane() {
    let world = world();
    let body = json(&daemon(&world, &[]));
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
    let claims = world
        .verify(&string(&body, "access_token"), ACS_DATA_URI)
        .unwrap();
    assert_eq!(claims.aud, ACS_DATA_URI);
    assert!(claims.app_only && claims.scopes.is_empty());
    assert_eq!(claims.client_id, world.app(AppKind::Daemon).client_id);
    assert_eq!(decode(&string(&body, "access_token")).1["appidacr"], "1");
}

#[test]
fn the_double_slash_is_the_resources_own_slash() {
    let world = world();
    let single = json(&daemon(
        &world,
        &[("scope", "https://communication.azure.com/.default")],
    ));
    let (_, claims) = decode(&string(&single, "access_token"));
    assert_eq!(claims["aud"], "https://communication.azure.com");
    world
        .verify(&string(&single, "access_token"), ACS_DATA_URI)
        .unwrap();
}

#[test]
fn an_app_without_a_tenant_is_refused() {
    let world = world();
    for authority in ["organizations", "common"] {
        let path = format!("/{authority}/oauth2/v2.0/token");
        let reply = daemon_at(&world, &path, &[], &[]);
        assert_eq!(refusal(&reply).1, 50194, "a single-tenant app");
        let api = [
            ("client_id", world.app(AppKind::Api).client_id.as_str()),
            ("client_secret", world.secret(AppKind::Api)),
        ];
        let reply = daemon_at(&world, &path, &[], &api);
        assert_eq!(refusal(&reply), ("invalid_request".into(), 50059));
    }
}

#[test]
fn only_a_resources_default_can_be_asked_for() {
    let world = world();
    let reply = daemon(&world, &[("scope", "https://graph.microsoft.com/User.Read")]);
    assert_eq!(refusal(&reply), ("invalid_scope".into(), 1_002_012));
    assert_eq!(refusal(&daemon(&world, &[("scope", "")])).1, 900_144);
    let two = format!("{ACS_DEFAULT} https://graph.microsoft.com/.default");
    assert_eq!(refusal(&daemon(&world, &[("scope", &two)])).1, 28000);
}

#[test]
fn secrets_are_compared() {
    let world = world();
    let wrong = daemon(&world, &[("client_secret", "wrong")]);
    assert_eq!(
        (wrong.status, refusal(&wrong)),
        (401, ("invalid_client".into(), 7_000_215))
    );
    let none = daemon(&world, &[("client_secret", "")]);
    assert_eq!(
        (none.status, refusal(&none)),
        (401, ("invalid_client".into(), 7_000_218))
    );
}

#[test]
fn basic_credentials_are_form_encoded() {
    let mut seed = Seed::generate();
    let app = seed
        .apps
        .iter_mut()
        .find(|app| app.kind == AppKind::Daemon)
        .unwrap();
    app.secrets = vec![acs_emulator::seed::Secret::new("a+b/c:d e%")];
    let id = app.client_id.clone();
    let world = world_of(seed, EntraOptions::default());
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let send = |authorization: &str| {
        let headers = [("authorization", authorization)];
        daemon_at(
            &world,
            &world.token_path(),
            &headers,
            &[("client_id", ""), ("client_secret", "")],
        )
    };
    assert_eq!(send(&basic("a%2Bb%2Fc%3Ad+e%25")).status, 200);
    assert_eq!(refusal(&send(&basic("wrong"))).1, 7_000_215);
    assert_eq!(refusal(&send("Basic !")).1, 9_002_313);
}

#[test]
fn an_app_is_a_guest_only_where_it_was_let_in() {
    let world = world();
    let path = format!("/{TENANT_FABRIKAM}/oauth2/v2.0/token");
    assert_eq!(
        refusal(&daemon_at(&world, &path, &[], &[])),
        ("unauthorized_client".into(), 700_016)
    );
    let api = [
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("client_secret", world.secret(AppKind::Api)),
    ];
    let body = json(&daemon_at(&world, &path, &[], &api));
    assert_eq!(decode(&string(&body, "access_token")).1["tid"], TENANT_FABRIKAM);
}

#[test]
fn granted_roles_are_in_the_token() {
    let mut seed = Seed::generate();
    seed.consents.push(acs_emulator::seed::Consent {
        client_id: seed.app_of_kind(AppKind::Daemon).unwrap().client_id.clone(),
        tenant: seed.tenants[0].id.clone(),
        user: None,
        resource: seed.app_of_kind(AppKind::Api).unwrap().client_id.clone(),
        scopes: Vec::new(),
        roles: vec!["Tasks.Run".into()],
    });
    let world = world_of(seed, EntraOptions::default());
    let api = &world.app(AppKind::Api).client_id;
    let body = json(&daemon(&world, &[("scope", &format!("api://{api}/.default"))]));
    let claims = world.verify(&string(&body, "access_token"), api).unwrap();
    assert_eq!(claims.roles, ["Tasks.Run"]);
    assert_eq!(claims.ver, 2);
}

#[test]
fn unknown_things_are_named() {
    let world = world();
    assert_eq!(
        refusal(&daemon(&world, &[("grant_type", "password")])),
        ("unsupported_grant_type".into(), 70003)
    );
    let unknown = daemon(&world, &[("client_id", "00000000-0000-4000-8000-000000000000")]);
    assert_eq!(refusal(&unknown), ("unauthorized_client".into(), 700_016));
    let nowhere = daemon_at(&world, "/nowhere.example/oauth2/v2.0/token", &[], &[]);
    assert_eq!(refusal(&nowhere), ("invalid_request".into(), 90002));
    assert_eq!(refusal(&daemon(&world, &[("grant_type", "")])).1, 900_144);
    assert_eq!(refusal(&daemon(&world, &[("client_id", "")])).1, 900_144);
    assert_eq!(refusal(&world.get(&world.token_path())).1, 900_561);
}

#[test]
fn the_clients_correlation_id_is_kept() {
    let world = world();
    let id = "0a49cdbc-2e94-4089-bc6f-1162b123592c";
    let path = format!("{}?client-request-id={id}", world.token_path());
    assert_eq!(
        json(&daemon_at(&world, &path, &[], &[("scope", "")]))["correlation_id"],
        id
    );
    let headers = [("client-request-id", id)];
    let reply = daemon_at(&world, &world.token_path(), &headers, &[("scope", "")]);
    assert_eq!(json(&reply)["correlation_id"], id);
    assert_eq!(header(&reply, "client-request-id"), Some(id));
}
