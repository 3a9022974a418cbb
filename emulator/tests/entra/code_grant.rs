//! Authorization code with PKCE: the redemption and its errors.

use crate::support::*;
use acs_emulator::seed::{ACS_TEAMS_URI_US, AppKind, RedirectKind, RedirectUri, Seed};

const ORIGIN: &[(&str, &str)] = &[("origin", "http://localhost:3000")];

#[test]
fn a_code_becomes_tokens() {
    let world = world();
    let code = world.code("bob", &[("nonce", "n-1")]);
    let reply = world.redeem(&code, &[], &[("scope", &format!("{TEAMS_SCOPES} {OIDC}"))]);
    assert_eq!(reply.status, 200, "{}", text(&reply));
    let body = json(&reply);
    assert_eq!(body["token_type"], "Bearer");
    assert!((3600..=5400).contains(&body["expires_in"].as_i64().unwrap()));
    assert_eq!(body["expires_in"], body["ext_expires_in"]);
    assert_eq!(body["scope"], format!("{TEAMS_SCOPES} openid profile"));
    assert!(body["refresh_token"].is_string());
    let (_, id) = decode(&string(&body, "id_token"));
    assert_eq!(id["nonce"], "n-1");
    assert_eq!(id["aud"], world.app(AppKind::Spa).client_id.as_str());
    assert_eq!(id["iss"], format!("{BASE}/{}/v2.0", world.tid()));
    for member in [
        "sub",
        "oid",
        "tid",
        "preferred_username",
        "name",
        "ver",
        "iat",
        "nbf",
        "exp",
    ] {
        assert!(id.get(member).is_some(), "{member}");
    }
    let (info, _) = decode(&format!("{}.e30", string(&body, "client_info")));
    assert_eq!(info["uid"], world.user("bob").object_id.as_str());
    assert_eq!(info["utid"], world.tid());
    assert_eq!(header(&reply, "cache-control"), Some("no-store, no-cache"));
}

#[test]
fn an_id_token_has_a_nonce_only_when_one_was_sent() {
    let world = world();
    let body = world.tokens("bob", API_SCOPE);
    assert!(decode(&string(&body, "id_token")).1.get("nonce").is_none());
}

#[test]
fn without_openid_there_is_no_id_token_and_without_offline_access_no_refresh_token() {
    let world = world();
    let body = json(&world.redeem(&world.code("bob", &[]), &[], &[("scope", API_SCOPE)]));
    assert!(body.get("id_token").is_none() && body.get("refresh_token").is_none());
    assert!(body["client_info"].is_string());
}

#[test]
fn without_a_scope_the_first_resource_of_the_sign_in_is_meant() {
    let world = world();
    let body = json(&world.redeem(&world.code("bob", &[]), &[], &[]));
    assert_eq!(body["scope"], format!("{API_SCOPE} openid profile"));
}

#[test]
fn a_code_is_good_once() {
    let world = world();
    let code = world.code("bob", &[]);
    let scope = [("scope", API_SCOPE)];
    assert_eq!(world.redeem(&code, &[], &scope).status, 200);
    assert_eq!(
        refusal(&world.redeem(&code, &[], &scope)),
        ("invalid_grant".into(), 54005)
    );
}

#[test]
fn a_code_lives_ten_minutes() {
    let world = world();
    let code = world.code("bob", &[]);
    world.clock.advance(601);
    assert_eq!(
        refusal(&world.redeem(&code, &[], &[])),
        ("invalid_grant".into(), 70008)
    );
}

#[test]
fn a_code_is_for_the_client_it_was_issued_to() {
    let world = world();
    let code = world.code("bob", &[]);
    let other = [
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("client_secret", world.secret(AppKind::Api)),
    ];
    assert_eq!(
        refusal(&world.redeem(&code, &[], &other)),
        ("invalid_grant".into(), 70000)
    );
    assert_eq!(
        refusal(&world.redeem("1.made-up", &[], &[])),
        ("invalid_grant".into(), 70000)
    );
}

#[test]
fn the_redirect_uri_must_be_repeated() {
    let world = world();
    let code = world.code("bob", &[]);
    let other = [("redirect_uri", "http://localhost:1")];
    assert_eq!(refusal(&world.redeem(&code, &[], &other)).1, 500_112);
    assert_eq!(
        refusal(&world.redeem(&code, &[], &[("redirect_uri", "")])).1,
        900_144
    );
    assert_eq!(world.redeem(&code, &[], &[]).status, 200);
}

#[test]
fn the_verifier_must_fit_the_challenge() {
    let world = world();
    let code = world.code("bob", &[]);
    let wrong = [(
        "code_verifier",
        "another-verifier-of-more-than-forty-three-characters",
    )];
    assert_eq!(
        refusal(&world.redeem(&code, &[], &wrong)),
        ("invalid_grant".into(), 501_481)
    );
    let none = [("code_verifier", "")];
    assert_eq!(
        refusal(&world.redeem(&code, &[], &none)),
        ("invalid_grant".into(), 50148)
    );
    assert_eq!(world.redeem(&code, &[], &[]).status, 200);
}

#[test]
fn a_plain_challenge_is_the_verifier_itself() {
    let world = world();
    for method in ["plain", ""] {
        let changes = [("code_challenge", VERIFIER), ("code_challenge_method", method)];
        let code = world.code("bob", &changes);
        assert_eq!(world.redeem(&code, &[], &[]).status, 200);
    }
}

#[test]
fn pages_redeem_across_origins_with_pkce() {
    let world = world();
    let uri = ("redirect_uri", SPA_URI);
    let code = world.code("bob", &[uri]);
    let reply = world.redeem(&code, ORIGIN, &[uri]);
    assert_eq!(reply.status, 200, "{}", text(&reply));
    assert_eq!(header(&reply, "access-control-allow-origin"), Some("*"));

    let code = world.code("bob", &[uri]);
    assert_eq!(
        refusal(&world.redeem(&code, &[], &[uri])),
        ("invalid_request".into(), 9_002_327)
    );

    let code = world.code(
        "bob",
        &[uri, ("code_challenge", ""), ("code_challenge_method", "")],
    );
    let reply = world.redeem(&code, ORIGIN, &[uri, ("code_verifier", "")]);
    assert_eq!(refusal(&reply), ("invalid_request".into(), 9_002_325));
    assert_eq!(header(&reply, "access-control-allow-origin"), Some("*"));
}

#[test]
fn other_clients_do_not_redeem_across_origins() {
    let world = world();
    let code = world.code("bob", &[]);
    let reply = world.redeem(&code, ORIGIN, &[]);
    assert_eq!(refusal(&reply), ("invalid_request".into(), 9_002_326));
    assert_eq!(header(&reply, "access-control-allow-origin"), None);
}

#[test]
fn answers_to_other_clients_have_no_cors_headers() {
    let world = world();
    let reply = world.redeem(&world.code("bob", &[]), &[], &[]);
    assert_eq!(header(&reply, "access-control-allow-origin"), None);
}

#[test]
fn a_web_client_needs_its_secret() {
    let world = world();
    let api = world.app(AppKind::Api).client_id.clone();
    let uri = "http://localhost:5000/auth/redirect";
    let graph = ("scope", "User.Read openid");
    let common = [("client_id", api.as_str()), ("redirect_uri", uri), graph];
    let code = world.code("bob", &common);
    assert_eq!(
        refusal(&world.redeem(&code, &[], &common)),
        ("invalid_client".into(), 7_000_218)
    );
    let wrong = [common[0], common[1], common[2], ("client_secret", "wrong")];
    let reply = world.redeem(&code, &[], &wrong);
    assert_eq!(reply.status, 401);
    assert_eq!(refusal(&reply), ("invalid_client".into(), 7_000_215));
    let right = [
        common[0],
        common[1],
        common[2],
        ("client_secret", world.secret(AppKind::Api)),
    ];
    let body = json(&world.redeem(&code, &[], &right));
    assert_eq!(body["scope"], "User.Read User.ReadWrite openid");
    assert_eq!(decode(&string(&body, "access_token")).1["appidacr"], "1");
}

#[test]
fn a_public_client_sends_no_secret() {
    let world = world();
    let reply = world.redeem(&world.code("bob", &[]), &[], &[("client_secret", "x")]);
    assert_eq!(refusal(&reply), ("invalid_client".into(), 700_025));
}

#[test]
fn one_request_is_for_one_resource() {
    let world = world();
    let code = world.code("bob", &[]);
    let both = format!("{API_SCOPE} {TEAMS_SCOPES}");
    assert_eq!(refusal(&world.redeem(&code, &[], &[("scope", &both)])).1, 28000);
}

#[test]
fn scopes_that_do_not_exist_are_named() {
    let world = world();
    let code = world.code("bob", &[]);
    let refused = |scope: &str| refusal(&world.redeem(&code, &[], &[("scope", scope)]));
    assert_eq!(
        refused("https://nowhere.example/.default"),
        ("invalid_resource".into(), 500_011)
    );
    assert_eq!(
        refused("https://auth.msft.communication.azure.com/Teams.Nothing").1,
        650_053
    );
    assert_eq!(refused("api://").0, "invalid_scope");
}

#[test]
fn the_teams_permissions_have_a_second_host_in_the_us_government_cloud() {
    let world = world();
    let scope = format!("{ACS_TEAMS_URI_US}/TeamsExtension.ManageCalls");
    let code = world.code("bob", &[("scope", &format!("{scope} openid"))]);
    let answer = json(&world.redeem(&code, &[], &[("scope", &scope)]));
    let token = string(&answer, "access_token");
    assert_eq!(decode(&token).1["aud"], ACS_TEAMS_URI_US);
    assert_eq!(answer["scope"], scope.as_str());
    assert!(world.verify(&token, ACS_TEAMS_URI_US).is_ok());
}

#[test]
fn what_nobody_consented_to_is_not_issued() {
    let world = world();
    let code = world.code("bob", &[("scope", &format!("{API_SCOPE} openid"))]);
    let reply = world.redeem(&code, &[], &[("scope", TEAMS_SCOPES)]);
    assert_eq!(refusal(&reply), ("invalid_grant".into(), 65001));
    assert_eq!(json(&reply)["suberror"], "consent_required");
}

#[test]
fn two_redemptions_at_once_have_one_winner() {
    let world = world();
    let code = world.code("bob", &[]);
    let won = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| world.redeem(&code, &[], &[]).status))
            .collect();
        tries
            .into_iter()
            .map(|t| t.join().unwrap())
            .filter(|status| *status == 200)
            .count()
    });
    assert_eq!(won, 1);
}

#[test]
fn a_resource_may_be_missing_in_a_tenant() {
    let mut seed = Seed::generate();
    let tid = seed.tenants[0].id.clone();
    let api = seed
        .resources
        .iter_mut()
        .find(|r| r.name == "Contoso API")
        .unwrap();
    api.absent_from.push(tid);
    let world = world_of(seed, Default::default());
    let reply = world.sign_in("bob", &[]);
    assert!(
        value(&returned(&reply), "error_description")
            .unwrap()
            .starts_with("AADSTS650052: ")
    );
}

#[test]
fn a_registered_loopback_port_beats_the_any_port_rule() {
    let mut seed = Seed::generate();
    let app = seed.apps.iter_mut().find(|app| app.kind == AppKind::Spa).unwrap();
    app.redirect_uris.insert(
        0,
        RedirectUri {
            uri: "http://localhost".into(),
            kind: RedirectKind::Public,
        },
    );
    let world = world_of(seed, Default::default());
    let uri = ("redirect_uri", SPA_URI);
    let code = world.code("bob", &[uri]);
    assert_eq!(refusal(&world.redeem(&code, &[], &[uri])).1, 9_002_327);
}
