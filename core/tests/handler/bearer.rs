//! The caller's bearer token: which tokens are accepted, and the responses to all others.

use acs_auth::handler::Request;
use acs_emulator::entra::{Attack, MintRequest};

use crate::support::{BackEnd, TEAMS, api, bad, is, of, problem};

const INVALID: &str = "Bearer realm=\"acs-auth\", error=\"invalid_token\"";
const INSUFFICIENT: &str =
    "Bearer realm=\"acs-auth\", error=\"insufficient_scope\", scope=\"access_as_user\"";

/// Tokens of the catalogue that are valid for this API.
const LET_IN: [&str; 3] = ["v1_for_v2", "v2_for_v1", "expires_soon"];
const FORBIDDEN: [&str; 5] = [
    "other_tenant",
    "scp_missing",
    "scp_partial",
    "scp_substring",
    "roles_only",
];

#[tokio::test]
async fn every_attack_of_the_catalogue_has_its_status() {
    let back_end = BackEnd::start().await;
    for attack in Attack::ALL.iter().map(|attack| attack.name()) {
        let request = back_end.request_with(bad(attack, api()), MintRequest::default());
        let response = back_end.handler.handle(request).await;
        let challenge = response.header("www-authenticate");
        if LET_IN.contains(&attack) {
            assert_eq!(response.status, 201, "{attack}");
        } else if attack == "other_user" {
            // A valid token, but of another user than the Teams token.
            assert_eq!(problem(&response), is(403, "user_mismatch"), "{attack}");
        } else if FORBIDDEN.contains(&attack) {
            assert_eq!(problem(&response), is(403, "forbidden"), "{attack}");
            assert_eq!(challenge, Some(INSUFFICIENT), "{attack}");
        } else {
            assert_eq!(problem(&response), is(401, "unauthorized"), "{attack}");
            assert_eq!(challenge, Some(INVALID), "{attack}");
        }
    }
}

/// Microsoft's sample server in JavaScript answers most of these with 500, and some with 201.
#[tokio::test]
async fn the_conditions_of_the_samples_table() {
    let back_end = BackEnd::start().await;
    let with = |authorization: Option<&str>| {
        let teams = back_end.mint(MintRequest::default());
        let request = Request::new("GET", TEAMS).with_header("teams-user-aad-token", teams);
        match authorization {
            Some(value) => request.with_header("authorization", value),
            None => request,
        }
    };
    let good = back_end.mint(api());
    let missing = Some("Bearer realm=\"acs-auth\"");
    for (authorization, challenge) in [
        (None, missing),
        (Some("Basic YTpi".to_owned()), missing),
        (Some(good.clone()), missing),
        (Some(String::new()), missing),
        (Some("Bearer".to_owned()), Some(INVALID)),
        (Some("Bearer ".to_owned()), Some(INVALID)),
        (Some("Bearer garbage".to_owned()), Some(INVALID)),
        (Some(format!("Bearer {good}x")), Some(INVALID)),
        (Some(format!("Bearer {good}, Bearer {good}")), Some(INVALID)),
        (Some(format!("Bearer {good} {good}")), Some(INVALID)),
    ] {
        let response = back_end.handler.handle(with(authorization.as_deref())).await;
        assert_eq!(problem(&response), is(401, "unauthorized"));
        assert_eq!(response.header("www-authenticate"), challenge);
    }
    let lower = back_end
        .handler
        .handle(with(Some(&format!("bearer {good}"))))
        .await;
    assert_eq!(lower.status, 201);
    assert_eq!(back_end.exchanges(), 1);
}

#[tokio::test]
async fn an_application_that_is_not_listed_is_forbidden() {
    let back_end =
        BackEnd::start_with(|builder| builder.allowed_client_ids(["00000000-0000-4000-8000-00000000000f"]))
            .await;
    let response = back_end.handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(403, "forbidden"));
}

#[tokio::test]
async fn which_check_failed_is_not_told() {
    let back_end = BackEnd::start().await;
    let mut bodies = Vec::new();
    for attack in ["tampered", "wrong_aud_graph", "expired", "kid_unknown"] {
        let request = back_end
            .request_with(bad(attack, api()), MintRequest::default())
            .with_header("x-correlation-id", "same");
        bodies.push(back_end.handler.handle(request).await);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn without_keys_nobody_is_let_in_and_nobody_is_blamed() {
    let back_end =
        BackEnd::start_with(|builder| builder.cloud(acs_auth::Cloud::custom("https://localhost:1"))).await;
    // The emulator's token is of another issuer than the one whose keys can't be fetched.
    let response = back_end.handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(401, "unauthorized"));
    let down = BackEnd::start().await;
    down.emulator
        .faults()
        .add(acs_emulator::Fault {
            operation: Some("entra".into()),
            status: Some(500),
            count: 1000,
            ..acs_emulator::Fault::default()
        })
        .unwrap();
    let response = down.handler.handle(down.request()).await;
    assert_eq!(problem(&response), is(503, "keys_unavailable"));
    let health = down.handler.handle(Request::new("GET", "/healthz")).await;
    assert_eq!(health.status, 503);
    assert_eq!(crate::support::json(&health)["keys"], "unreachable");
}

#[tokio::test]
async fn a_user_of_another_tenant_is_forbidden_until_that_is_listed() {
    let back_end = BackEnd::start().await;
    let frida = "frida@fabrikam.example";
    let request = || back_end.request_with(of(frida, api()), of(frida, MintRequest::default()));
    assert_eq!(
        problem(&back_end.handler.handle(request()).await),
        is(403, "forbidden")
    );
    let tenants: Vec<String> = back_end
        .emulator
        .info()
        .users
        .iter()
        .map(|user| user.tenant_id.clone())
        .collect();
    let handler = crate::support::builder(&back_end.emulator)
        .tenant_ids(tenants)
        .build()
        .unwrap();
    assert_eq!(handler.handle(request()).await.status, 201);
}
