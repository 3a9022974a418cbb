//! An Entra token as the credential of the resource.

use acs_emulator::entra::{MintKind, MintRequest};

use crate::support::{CREATE, Draft, EXCHANGE, World, world};

fn send(world: &World, target: &str, token: &str, body: &str) -> (u16, Option<String>) {
    let draft = Draft {
        date: String::new(),
        hash: String::new(),
        ..world.draft("POST", target, body)
    };
    let answer = world.send(&draft.authorized(&format!("Bearer {token}"))).unwrap();
    let code = (answer.status >= 400).then(|| answer.code().1);
    (answer.status, code)
}

fn credential(world: &World, client_id: Option<&str>) -> Result<String, String> {
    let client_id = client_id.map(str::to_owned);
    world.emulator.mint(&MintRequest {
        kind: MintKind::Acs,
        client_id,
        ..MintRequest::default()
    })
}

#[test]
fn a_daemon_with_a_role_is_let_in() {
    let world = world();
    let token = credential(&world, None).unwrap();
    assert_eq!(send(&world, CREATE, &token, ""), (201, None));
    assert_eq!(
        send(&world, EXCHANGE, &token, &world.exchange_body(0)),
        (200, None)
    );
    let shown = serde_json::to_string(&*world.last()).unwrap();
    assert!(!shown.contains(&token) && shown.contains("Bearer eyJ"), "{shown}");
}

#[test]
fn others_are_denied() {
    let world = world();
    let denied = (401, Some("Denied".to_owned()));
    for kind in [MintKind::Teams, MintKind::Api, MintKind::Graph, MintKind::IdToken] {
        assert_eq!(
            send(&world, CREATE, &world.mint(0, kind), ""),
            denied,
            "{}",
            kind.name()
        );
    }
    assert_eq!(send(&world, CREATE, "x", ""), denied);
    let api = world.emulator.info().api.as_ref().unwrap().client_id.clone();
    if let Ok(token) = credential(&world, Some(&api)) {
        assert_eq!(send(&world, CREATE, &token, ""), denied);
        assert_eq!(world.failed(), ["role"]);
    }
}

#[test]
fn an_expired_credential_is_denied() {
    let world = world();
    let token = credential(&world, None).unwrap();
    world.emulator.clock().set_offset(30 * 60 * 60);
    assert_eq!(send(&world, CREATE, &token, ""), (401, Some("Denied".into())));
    assert_eq!(world.failed(), ["token_lifetime"]);
}

#[test]
fn the_users_token_and_the_credential_are_not_mixed_up() {
    let world = world();
    let teams = world.mint(0, MintKind::Teams);
    let credential = credential(&world, None).unwrap();
    let swapped =
        serde_json::json!({"token": credential, "appId": world.spa(), "userId": world.user(0)}).to_string();
    assert_eq!(
        send(&world, EXCHANGE, &teams, &swapped),
        (401, Some("Denied".into()))
    );
    assert_eq!(
        send(&world, EXCHANGE, &credential, &swapped),
        (401, Some("InvalidAccessToken".into()))
    );
}
