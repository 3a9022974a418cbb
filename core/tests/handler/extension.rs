//! The exchange for Teams Phone extensibility.

use std::time::Duration;

use acs_auth::entra::TokenCheck;
use acs_emulator::entra::{MintKind, MintRequest};
use acs_emulator::{AssignmentRule, Behaviour, Fault, Filter};
use serde_json::json;

use crate::support::{BOB, BackEnd, CAROL, api, bad, is, json as body, of, problem};

const EXTENSION: &str = "/api/token/teams-extension";

fn extension() -> MintRequest {
    MintRequest {
        kind: MintKind::TeamsExtension,
        ..MintRequest::default()
    }
}

async fn back_end() -> BackEnd {
    BackEnd::start_with(|builder| builder.teams_extension(true)).await
}

fn request(back_end: &BackEnd, bearer: MintRequest, teams: &str) -> acs_auth::handler::Request {
    back_end
        .bearer_request("POST", EXTENSION, bearer)
        .with_header("Teams-User-AAD-Token", teams)
}

fn exchanges(back_end: &BackEnd) -> usize {
    let filter = Filter {
        operation: Some("exchange_teams_extension".into()),
        ..Filter::default()
    };
    back_end.emulator.requests(&filter).len()
}

fn fault(back_end: &BackEnd, fault: Fault) {
    let fault = Fault {
        operation: Some("exchange_teams_extension".into()),
        count: 10,
        ..fault
    };
    back_end.emulator.faults().add(fault).unwrap();
}

#[tokio::test]
async fn a_good_pair_of_tokens_gives_201_with_the_identity_and_is_cached() {
    let back_end = back_end().await;
    let token = back_end.mint(extension());
    for _ in 0..2 {
        let response = back_end.handler.handle(request(&back_end, api(), &token)).await;
        assert_eq!(response.status, 201, "{:?}", body(&response));
        let body = body(&response);
        let info = back_end.emulator.info();
        let id = format!(
            "8:acs:{}_{}_{}",
            info.resource_id, info.tenant_id, info.users[0].object_id
        );
        assert_eq!(body["user"], json!({"communicationUserId": id, "id": id}));
        assert!(body["token"].as_str().unwrap().len() > 100);
        assert!(body["expiresOn"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!(exchanges(&back_end), 1);
}

#[tokio::test]
async fn it_is_there_only_by_its_setting_and_by_post() {
    let without = BackEnd::start().await;
    let token = without.mint(extension());
    let response = without.handler.handle(request(&without, api(), &token)).await;
    assert_eq!(problem(&response), is(404, "not_found"));
    let back_end = back_end().await;
    let mut get = request(&back_end, api(), &token);
    get.method = "GET".into();
    let response = back_end.handler.handle(get).await;
    assert_eq!(problem(&response), is(405, "method_not_allowed"));
    assert_eq!(response.header("allow"), Some("POST, OPTIONS"));
}

#[tokio::test]
async fn tokens_that_are_not_for_it_are_rejected_before_the_service_is_asked() {
    let back_end = back_end().await;
    for (teams, status, code) in [
        (MintRequest::default(), 400, "teams_token_scope"),
        (of(BOB, extension()), 403, "user_mismatch"),
        (bad("other_tenant", extension()), 403, "user_mismatch"),
        (bad("wrong_aud_graph", extension()), 400, "teams_token_audience"),
        (bad("expired", extension()), 401, "teams_token_expired"),
        (bad("oversize", extension()), 400, "teams_token_malformed"),
    ] {
        let shown = format!("{teams:?}");
        let token = back_end.mint(teams);
        let response = back_end.handler.handle(request(&back_end, api(), &token)).await;
        assert_eq!(problem(&response), is(status, code), "{shown}");
        if code == "teams_token_scope" {
            let detail = body(&response)["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains("TeamsExtension.ManageCalls"), "{detail}");
        }
    }
    assert_eq!(exchanges(&back_end), 0);
}

#[tokio::test]
async fn the_services_rejections_have_their_own_codes() {
    let back_end = back_end().await;
    let exchange = async |user: &str| {
        let token = back_end.mint(of(user, extension()));
        let bearer = of(user, api());
        problem(&back_end.handler.handle(request(&back_end, bearer, &token)).await)
    };
    assert_eq!(exchange(CAROL).await, is(403, "teams_licence_missing"));
    back_end
        .emulator
        .set_behaviour(Behaviour {
            assignment: AssignmentRule::Forbidden,
            ..Behaviour::default()
        })
        .unwrap();
    assert_eq!(exchange(BOB).await, is(403, "teams_extension_forbidden"));
    for (status, expected, code) in [
        (401, 401, "teams_token_rejected"),
        (400, 502, "acs_validation"),
        (500, 502, "upstream"),
    ] {
        back_end.emulator.faults().clear();
        fault(
            &back_end,
            Fault {
                status: Some(status),
                ..Fault::default()
            },
        );
        assert_eq!(exchange(BOB).await, is(expected, code), "{status}");
    }
}

#[tokio::test]
async fn a_service_that_never_answers_ends_at_the_deadline() {
    let back_end = BackEnd::start_with(|builder| {
        builder
            .teams_extension(true)
            .service_timeout(Duration::from_millis(300))
    })
    .await;
    fault(
        &back_end,
        Fault {
            latency_ms: 60_000,
            ..Fault::default()
        },
    );
    let token = back_end.mint(extension());
    let response = back_end.handler.handle(request(&back_end, api(), &token)).await;
    assert_eq!(problem(&response), is(504, "upstream"));
}

#[tokio::test]
async fn an_opaque_token_is_left_to_the_service_which_must_name_the_bearers_user() {
    let opaque = "0123456789abcdef0123456789abcdef";
    for token_check in [TokenCheck::Enforce, TokenCheck::Warn, TokenCheck::Off] {
        let back_end =
            BackEnd::start_with(|builder| builder.teams_extension(true).token_check(token_check)).await;
        let info = back_end.emulator.info();
        let answer = |oid: &str, tid: &str| Fault {
            status: Some(200),
            json: Some(json!({
                "identity": {"id": format!("8:acs:{}_{tid}_{oid}", info.resource_id)},
                "accessToken": {"token": "an ACS token of any form".replace(' ', "-"), "expiresOn": "2099-01-01T00:00:00Z"},
            })),
            ..Fault::default()
        };
        let (alice, bob) = (&info.users[0].object_id, &info.users[1].object_id);
        for (oid, tid, status) in [
            (bob, &info.tenant_id, 403),
            (alice, alice, 403),
            (alice, &info.tenant_id, 201),
        ] {
            back_end.emulator.faults().clear();
            fault(&back_end, answer(oid, tid));
            // Another token each time, since the last one was cached.
            let token = format!("{opaque}{}", exchanges(&back_end));
            let response = back_end.handler.handle(request(&back_end, api(), &token)).await;
            assert_eq!(response.status, status, "{token_check:?} {:?}", body(&response));
        }
    }
}
