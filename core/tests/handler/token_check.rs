//! The checks of the Teams token before it is sent.

use acs_auth::entra::TokenCheck;
use acs_emulator::entra::{MintKind, MintRequest};

use crate::support::{BOB, BackEnd, TEAMS, api, bad, is, of, problem};

fn teams() -> MintRequest {
    MintRequest::default()
}

#[tokio::test]
async fn each_objection_has_its_answer_and_costs_no_call() {
    let back_end = BackEnd::start().await;
    let api_id = back_end.emulator.info().api.as_ref().unwrap().client_id.clone();
    let cases = [
        (of(BOB, teams()), 403, "user_mismatch"),
        (bad("other_user", teams()), 403, "user_mismatch"),
        (bad("other_tenant", teams()), 403, "user_mismatch"),
        (bad("oid_missing", teams()), 403, "user_mismatch"),
        (bad("tid_mismatch", teams()), 403, "user_mismatch"),
        // The sample's design defect: the API's own client id is not the page's.
        (
            MintRequest {
                client_id: Some(api_id),
                ..teams()
            },
            400,
            "teams_token_wrong_app",
        ),
        (bad("scp_missing", teams()), 400, "teams_token_scope"),
        (bad("scp_partial", teams()), 400, "teams_token_scope"),
        (bad("scp_substring", teams()), 400, "teams_token_scope"),
        (bad("wrong_aud_graph", teams()), 400, "teams_token_audience"),
        (bad("wrong_aud_acs", teams()), 400, "teams_token_audience"),
        // A token for the API, as if the two headers were swapped.
        (api(), 400, "teams_token_audience"),
        (bad("expired", teams()), 401, "teams_token_expired"),
        (bad("nbf_future", teams()), 401, "teams_token_expired"),
        (bad("expires_soon", teams()), 401, "teams_token_expired"),
        (bad("exp_string", teams()), 401, "teams_token_expired"),
        (bad("alg_none", teams()), 400, "teams_token_malformed"),
        (bad("oversize", teams()), 400, "teams_token_malformed"),
        (bad("duplicate_member", teams()), 400, "teams_token_malformed"),
    ];
    for (token, status, code) in cases {
        let shown = format!("{token:?}");
        let response = back_end.handler.handle(back_end.request_with(api(), token)).await;
        assert_eq!(problem(&response), is(status, code), "{shown}");
        let challenge = response.header("www-authenticate");
        assert_eq!(challenge.is_some(), status == 401, "{shown}");
        assert!(
            challenge.is_none_or(|it| it.starts_with("TeamsUserAadToken ")),
            "{shown}"
        );
    }
    assert_eq!(back_end.exchanges(), 0);
}

#[tokio::test]
async fn what_is_no_token_is_400() {
    let back_end = BackEnd::start().await;
    let bearer = || back_end.bearer_request("POST", TEAMS, api());
    let token = back_end.mint(teams());
    let response = back_end.handler.handle(bearer()).await;
    assert_eq!(problem(&response), is(400, "teams_token_missing"));
    for (value, code) in [
        (String::new(), "teams_token_missing"),
        ("null".into(), "teams_token_malformed"),
        (format!("Bearer {token}"), "teams_token_malformed"),
        (format!("{token}, {token}"), "teams_token_malformed"),
        (format!("{token}\r\nx: y"), "teams_token_malformed"),
        (token[..token.len() / 2].to_owned(), "teams_token_malformed"),
    ] {
        let response = back_end
            .handler
            .handle(bearer().with_header("teams-user-aad-token", value))
            .await;
        assert_eq!(problem(&response), is(400, code));
    }
}

#[tokio::test]
async fn an_opaque_token_is_exchanged_for_the_bearers_user_where_one_application_is_listed() {
    let opaque = "0123456789abcdef0123456789abcdef";
    for token_check in [TokenCheck::Enforce, TokenCheck::Warn] {
        let back_end = BackEnd::start_with(|builder| builder.token_check(token_check)).await;
        let request = || {
            back_end
                .bearer_request("POST", TEAMS, api())
                .with_header("teams-user-aad-token", opaque)
        };
        // The service decides, since it can read the token.
        let response = back_end.handler.handle(request()).await;
        assert_eq!(problem(&response), is(401, "teams_token_rejected"));
        assert_eq!(back_end.exchanges(), 1);
        let spa = back_end.emulator.info().spa.clone().unwrap().client_id;
        let other = "11111111-0000-4000-8000-000000000000".to_owned();
        let several = crate::support::builder(&back_end.emulator)
            .token_check(token_check)
            .teams_client_ids([&spa, &other])
            .build()
            .unwrap();
        let response = several.handle(request()).await;
        assert_eq!(problem(&response), is(400, "teams_token_unreadable"));
        assert_eq!(back_end.exchanges(), 1);
    }
}

#[tokio::test]
async fn either_token_twice_is_400() {
    let back_end = BackEnd::start().await;
    for name in ["AUTHORIZATION", "TEAMS-USER-AAD-TOKEN"] {
        let request = back_end.request().with_header(name, "x");
        assert_eq!(
            problem(&back_end.handler.handle(request).await),
            is(400, "bad_request")
        );
    }
    assert_eq!(back_end.exchanges(), 0);
}

#[tokio::test]
async fn warning_lets_the_service_decide_but_for_whose_the_token_is() {
    let back_end = BackEnd::start_with(|builder| builder.token_check(TokenCheck::Warn)).await;
    for (token, status, code, calls) in [
        (bad("expired", teams()), 401, "teams_token_rejected", 1),
        (bad("scp_partial", teams()), 401, "teams_token_rejected", 2),
        (bad("other_user", teams()), 403, "user_mismatch", 2),
    ] {
        let response = back_end.handler.handle(back_end.request_with(api(), token)).await;
        assert_eq!(problem(&response), is(status, code));
        assert_eq!(back_end.exchanges(), calls);
    }
}

#[tokio::test]
async fn switched_off_the_service_alone_decides() {
    let back_end = BackEnd::start_with(|builder| builder.token_check(TokenCheck::Off)).await;
    let response = back_end.handler.handle(back_end.request()).await;
    assert_eq!(response.status, 201);
    // The user id that is sent is the bearer's, so another user's token is rejected.
    let request = back_end.request_with(api(), bad("other_user", teams()));
    let response = back_end.handler.handle(request).await;
    assert_eq!(problem(&response), is(400, "acs_validation"));
}

#[tokio::test]
async fn swapped_headers_let_nobody_in() {
    let back_end = BackEnd::start().await;
    let request = back_end.request_with(
        MintRequest {
            kind: MintKind::Teams,
            ..teams()
        },
        api(),
    );
    let response = back_end.handler.handle(request).await;
    assert_eq!(problem(&response), is(401, "unauthorized"));
}
