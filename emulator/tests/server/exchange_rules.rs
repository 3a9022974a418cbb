//! Which tokens can be exchanged, and how often.

use acs_emulator::entra::{Attack, MintKind, MintRequest, RefusedBy};
use acs_emulator::{Behaviour, ErrorBody, LicenceRule, Limit, ScopeRule};
use serde_json::{Value, json};

use crate::exchange::{ALICE, CAROL, bad_token, error, exchange};
use crate::support::{EXCHANGE, world};

#[test]
fn attacking_tokens_are_refused() {
    let world = world();
    for attack in Attack::ALL
        .iter()
        .filter(|attack| attack.refused_by() != RefusedBy::Caller)
    {
        let request = MintRequest {
            user: Some(world.user(ALICE).into()),
            attack: Some(*attack),
            ..MintRequest::default()
        };
        let token = world.emulator.mint(&request).unwrap();
        let body = json!({"token": token, "appId": world.spa(), "userId": world.user(ALICE)});
        assert_eq!(exchange(&world, &body), (bad_token(), false), "{}", attack.name());
        let failed = world.failed();
        assert!(
            failed.iter().all(|check| check.starts_with("token_")),
            "{}: {failed:?}",
            attack.name()
        );
        assert!(!failed.is_empty());
    }
}

#[test]
fn tokens_for_others_are_refused() {
    let world = world();
    for kind in [
        MintKind::Api,
        MintKind::Graph,
        MintKind::IdToken,
        MintKind::EntraUser,
        MintKind::TeamsExtension,
    ] {
        let token = world.mint(ALICE, kind);
        let body = json!({"token": token, "appId": world.spa(), "userId": world.user(ALICE)});
        assert_eq!(exchange(&world, &body).0, bad_token(), "{}", kind.name());
    }
    assert_eq!(world.failed(), ["token_scopes"]);
    world
        .emulator
        .set_behaviour(Behaviour {
            missing_scope: ScopeRule::Ignored,
            ..Behaviour::default()
        })
        .unwrap();
    let token = world.mint(ALICE, MintKind::TeamsExtension);
    let body = json!({"token": token, "appId": world.spa(), "userId": world.user(ALICE)});
    assert_eq!(world.call("POST", EXCHANGE, &body.to_string()).status, 200);
}

#[test]
fn the_tenant_for_the_user_is_named() {
    let world = world();
    let mut body: Value = serde_json::from_str(&world.exchange_body(ALICE)).unwrap();
    body["userId"] = json!(world.emulator.info().tenant_id);
    assert_eq!(exchange(&world, &body).0.3.as_deref(), Some("userId"));
    let record = world.last();
    let check = record
        .checks
        .0
        .iter()
        .find(|check| check.name == "user_id")
        .unwrap();
    assert!(
        check.detail.ends_with("(userId is the tenant's id)"),
        "{}",
        check.detail
    );
}

#[test]
fn the_licence_rules() {
    let world = world();
    let body = world.exchange_body(CAROL);
    let answer = |licence| {
        world
            .emulator
            .set_behaviour(Behaviour {
                licence,
                ..Behaviour::default()
            })
            .unwrap();
        world.call("POST", EXCHANGE, &body)
    };
    let forbidden = error(
        403,
        "UserLicenseNotPresentForbidden",
        "User Login. Teams is disabled in user licenses",
        None,
    );
    assert_eq!(answer(LicenceRule::Forbidden).error(), forbidden);
    assert_eq!(answer(LicenceRule::InvalidToken).error(), bad_token());
    assert_eq!(answer(LicenceRule::Ignored).status, 200);
}

#[test]
fn the_service_limit() {
    let world = world();
    let limit = Limit {
        count: 2,
        per_seconds: 30,
    };
    world
        .emulator
        .set_behaviour(Behaviour {
            exchange_limit: Some(limit),
            ..Behaviour::default()
        })
        .unwrap();
    let now = world.emulator.clock().now();
    world.emulator.clock().stop_at(now);
    let body = world.exchange_body(ALICE);
    assert_eq!(world.call("POST", EXCHANGE, &body).status, 200);
    assert_eq!(world.call("POST", EXCHANGE, "{}").status, 400);
    world.emulator.clock().advance(10);
    let answer = world.call("POST", EXCHANGE, &body);
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("20")));
    world
        .emulator
        .set_behaviour(Behaviour {
            exchange_limit: Some(limit),
            unrecorded_errors: ErrorBody::Empty,
            ..Behaviour::default()
        })
        .unwrap();
    let answer = world.call("POST", EXCHANGE, &body);
    assert_eq!((answer.status, answer.text()), (429, String::new()));
    assert!(answer.header("retry-after").is_some());
    world.emulator.clock().advance(20);
    assert_eq!(world.call("POST", EXCHANGE, &body).status, 200);
    // A request with an invalid credential doesn't count.
    let draft = world.draft("POST", EXCHANGE, &body);
    world.send(&draft.signed("x")).unwrap();
    assert_eq!(world.call("POST", EXCHANGE, &body).status, 200);
}
