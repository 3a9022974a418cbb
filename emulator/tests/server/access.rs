//! The exchanges under `/access`, whose credential is the user's own Entra token: for Teams Phone
//! extensibility, and for Entra users.

use acs_emulator::entra::{MintKind, MintRequest};
use acs_emulator::{AccessRejection, Behaviour, ErrorBody, Limit, UnknownMember};
use serde_json::{Value, json};

use crate::exchange::{ALICE, CAROL};
use crate::support::{Answer, Draft, World, world};

const EXTENSION: &str = "/access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30";
const ENTRA: &str = "/access/entra/:exchangeAccessToken?api-version=2025-03-02-preview";

/// Sends a request whose credential is this token.
pub(crate) fn bearing(world: &World, token: &str, target: &str, body: &str) -> Answer {
    let draft = Draft {
        date: String::new(),
        hash: String::new(),
        ..world.draft("POST", target, body)
    };
    world.send(&draft.authorized(&format!("Bearer {token}"))).unwrap()
}

/// The introspection of an access token that the emulator issued.
pub(crate) fn introspected(world: &World, token: &Value) -> Value {
    let body = json!({"token": token}).to_string();
    world.plain("POST", "/_emulator/introspect", &body).json()
}

#[test]
fn a_teams_extension_user_is_of_the_resource_the_tenant_and_the_object() {
    let world = world();
    let token = world.mint(ALICE, MintKind::TeamsExtension);
    let newest = EXTENSION.replace("2025-06-30", "2026-09-23");
    for target in [EXTENSION, &format!("/{EXTENSION}"), newest.as_str()] {
        let answer = bearing(&world, &token, target, "{}");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        let info = world.emulator.info();
        let id = format!(
            "8:acs:{}_{}_{}",
            info.resource_id,
            info.tenant_id,
            world.user(ALICE)
        );
        assert_eq!(answer["identity"]["id"], id);
        assert!(answer["accessToken"]["expiresOn"].is_string());
        let found = introspected(&world, &answer["accessToken"]["token"]);
        assert_eq!(
            (&found["active"], &found["claims"]["acsScope"]),
            (&json!(true), &json!("voip"))
        );
    }
    assert_eq!(world.last().operation, "exchange_teams_extension");
}

#[test]
fn the_teams_extension_exchange_refuses_what_is_not_for_it() {
    let world = world();
    let denied = (401, "Denied".to_owned());
    assert_eq!(bearing(&world, "x", EXTENSION, "{}").code(), denied);
    let teams = world.mint(ALICE, MintKind::Teams);
    assert_eq!(bearing(&world, &teams, EXTENSION, "{}").code(), denied);
    assert_eq!(world.failed(), ["token_scopes"]);
    assert_eq!(world.call("POST", EXTENSION, "{}").code(), denied);
    let unlicensed = world.mint(CAROL, MintKind::TeamsExtension);
    assert_eq!(
        bearing(&world, &unlicensed, EXTENSION, "{}").code(),
        (403, "UserLicenseNotPresentForbidden".into())
    );
    let token = world.mint(ALICE, MintKind::TeamsExtension);
    for older in ["2023-10-01", "2026-07-22"] {
        let older = EXTENSION.replace("2025-06-30", older);
        assert_eq!(
            bearing(&world, &token, &older, "{}").code(),
            (400, "UnsupportedApiVersion".into())
        );
    }
    for body in ["", "[]", "x"] {
        assert_eq!(
            bearing(&world, &token, EXTENSION, body).code(),
            (400, "ValidationError".into()),
            "{body}"
        );
    }
}

#[test]
fn an_entra_user_gets_the_scopes_that_the_token_has() {
    let world = world();
    for (scopes, expected) in [
        (None, "voip,voip.join"),
        (Some("VoIP"), "voip"),
        (Some("VoIP.Join"), "voip.join"),
    ] {
        let request = MintRequest {
            user: Some(world.user(CAROL).into()),
            kind: MintKind::EntraUser,
            scopes: scopes.map(|scope| vec![scope.to_owned()]),
            ..MintRequest::default()
        };
        let token = world.emulator.mint(&request).unwrap();
        let answer = bearing(&world, &token, ENTRA, "{}");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        let info = world.emulator.info();
        let id = format!(
            "8:acs:{}_wf_{}_{}",
            info.resource_id,
            info.tenant_id,
            world.user(CAROL)
        );
        assert_eq!(answer["identity"]["id"], id);
        let found = introspected(&world, &answer["accessToken"]["token"]);
        assert_eq!(
            (&found["active"], &found["claims"]["acsScope"]),
            (&json!(true), &json!(expected))
        );
    }
    assert_eq!(world.last().operation, "exchange_entra_user");
}

#[test]
fn the_entra_user_exchange_is_in_no_stable_version() {
    let world = world();
    let token = world.mint(ALICE, MintKind::EntraUser);
    for stable in ["2023-10-01", "2025-06-30", "2026-09-23"] {
        let target = ENTRA.replace("2025-03-02-preview", stable);
        assert_eq!(
            bearing(&world, &token, &target, "{}").code(),
            (400, "UnsupportedApiVersion".into())
        );
    }
    let denied = (401, "Denied".to_owned());
    for kind in [MintKind::Teams, MintKind::TeamsExtension, MintKind::Acs] {
        let token = match kind {
            MintKind::Acs => world.emulator.mint(&MintRequest {
                kind,
                ..MintRequest::default()
            }),
            kind => Ok(world.mint(ALICE, kind)),
        };
        assert_eq!(bearing(&world, &token.unwrap(), ENTRA, "{}").code(), denied);
    }
}

#[test]
fn all_exchanges_count_towards_the_service_limit() {
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
    let extension = world.mint(ALICE, MintKind::TeamsExtension);
    let entra = world.mint(ALICE, MintKind::EntraUser);
    assert_eq!(bearing(&world, &extension, EXTENSION, "{}").status, 200);
    assert_eq!(bearing(&world, &entra, ENTRA, "{}").status, 200);
    assert_eq!(bearing(&world, &extension, EXTENSION, "{}").status, 429);
}

#[test]
fn a_member_that_no_operation_has_is_noted_or_refused() {
    let world = world();
    let token = world.mint(ALICE, MintKind::TeamsExtension);
    let body = "{\"scopes\":[\"voip\"]}";
    assert_eq!(bearing(&world, &token, EXTENSION, body).status, 200);
    assert_eq!(world.failed(), ["body_members"]);
    world
        .emulator
        .set_behaviour(Behaviour {
            unknown_member: UnknownMember::Refused,
            ..Behaviour::default()
        })
        .unwrap();
    let answer = bearing(&world, &token, EXTENSION, body);
    assert_eq!(
        (answer.code(), answer.error().3),
        ((400, "ValidationError".into()), Some("scopes".into()))
    );
}

#[test]
fn what_is_unverified_of_a_rejection_is_an_option() {
    let world = world();
    let teams = world.mint(ALICE, MintKind::Teams);
    for (rule, expected) in [
        (AccessRejection::Denied, (401, "Denied".to_owned())),
        (
            AccessRejection::InvalidToken,
            (401, "InvalidAccessToken".to_owned()),
        ),
        (AccessRejection::Forbidden, (403, "Forbidden".to_owned())),
    ] {
        let behaviour = Behaviour {
            access_rejection: rule,
            ..Behaviour::default()
        };
        world.emulator.set_behaviour(behaviour.clone()).unwrap();
        for target in [EXTENSION, ENTRA] {
            assert_eq!(bearing(&world, "x", target, "{}").code(), expected);
            assert_eq!(bearing(&world, &teams, target, "{}").code(), expected);
        }
        world
            .emulator
            .set_behaviour(Behaviour {
                unrecorded_errors: ErrorBody::Empty,
                ..behaviour
            })
            .unwrap();
        let answer = bearing(&world, &teams, EXTENSION, "{}");
        assert_eq!((answer.status, answer.text()), (expected.0, String::new()));
    }
}

#[test]
fn errors_that_were_recorded_keep_their_bodies() {
    let world = world();
    world
        .emulator
        .set_behaviour(Behaviour {
            unrecorded_errors: ErrorBody::Empty,
            ..Behaviour::default()
        })
        .unwrap();
    let answer = world.call(
        "POST",
        "/teamsUser/:exchangeAccessToken?api-version=2023-10-01",
        "{}",
    );
    assert_eq!(answer.code(), (400, "ValidationError".into()));
    let token = world.mint(ALICE, MintKind::EntraUser);
    let answer = bearing(&world, &token, ENTRA, "{}");
    assert_eq!(answer.status, 200);
    assert!(answer.json()["accessToken"]["token"].is_string());
}
