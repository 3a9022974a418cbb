//! The smaller endpoints: logout, admin consent, managed identity.

use crate::support::*;
use acs_emulator::seed::{ACS_DATA_URI, AppKind};

#[test]
fn signing_out_ends_the_session() {
    let world = world();
    let session = cookie(&world.sign_in("bob", &[]));
    let headers = [("cookie", session.as_str())];
    let path = format!("/{}/oauth2/v2.0/logout", world.tid());
    let query = form(&[("post_logout_redirect_uri", SPA_URI), ("state", "a b")]);
    let reply = world.get_with(&format!("{path}?{query}"), &headers);
    assert_eq!(
        header(&reply, "location"),
        Some("http://localhost:3000/?state=a%20b")
    );
    assert!(header(&reply, "set-cookie").unwrap().contains("Max-Age=0"));
    let silent = world.authorize(&headers, &[("prompt", "none")]);
    assert_eq!(redirected_error(&silent).0, "login_required");
}

#[test]
fn signing_out_goes_nowhere_that_is_not_registered() {
    let world = world();
    let query = form(&[("post_logout_redirect_uri", "https://attacker.example/")]);
    let reply = world.get(&format!("/common/oauth2/v2.0/logout?{query}"));
    assert_eq!(reply.status, 200);
    assert!(text(&reply).contains("You are signed out") && header(&reply, "location").is_none());
}

#[test]
fn one_of_several_accounts_may_be_signed_out() {
    let world = world();
    let session = cookie(&world.sign_in("bob", &[]));
    let headers = [("cookie", session.as_str())];
    world.get_with(
        "/common/oauth2/v2.0/logout?logout_hint=carol@contoso.example",
        &headers,
    );
    assert_eq!(world.authorize(&headers, &[("prompt", "none")]).status, 302);
    world.get_with(
        "/common/oauth2/v2.0/logout?logout_hint=bob@contoso.example",
        &headers,
    );
    let silent = world.authorize(&headers, &[("prompt", "none")]);
    assert_eq!(redirected_error(&silent).0, "login_required");
}

#[test]
fn an_administrator_consents_for_the_tenant() {
    let world = world();
    let query = form(&[
        ("client_id", &world.app(AppKind::Spa).client_id),
        ("redirect_uri", SPA_URI),
        ("state", "s1"),
    ]);
    let path = format!("/fabrikam.example/adminconsent?{query}");
    assert!(text(&world.get(&path)).contains("<h1>Sign in</h1>"));
    let admin = world.user("frida");
    let credentials = [
        ("username", admin.username.as_str()),
        ("password", admin.password.expose()),
    ];
    let page = world.post(&path, &[], &credentials);
    assert!(text(&page).contains("whole organization") && text(&page).contains("Teams.ManageCalls"));
    let flow = hidden(&page, "flow");
    let reply = world.post(&action(&page), &[], &[("flow", &flow), ("consent", "accept")]);
    let pairs = returned(&reply);
    assert_eq!(value(&pairs, "admin_consent").unwrap(), "True");
    assert_eq!(value(&pairs, "tenant").unwrap(), admin.tenant);
    assert_eq!(value(&pairs, "state").unwrap(), "s1");
}

#[test]
fn nobody_else_consents_for_the_tenant() {
    let world = world();
    let query = form(&[
        ("client_id", &world.app(AppKind::Spa).client_id),
        ("redirect_uri", SPA_URI),
    ]);
    let path = format!("/contoso.example/adminconsent?{query}");
    let send = |user: &str, consent: &str| {
        let user = world.user(user);
        let fields = [
            ("username", user.username.as_str()),
            ("password", user.password.expose()),
            ("consent", consent),
        ];
        world.post(&path, &[], &fields)
    };
    assert_eq!(redirected_error(&send("bob", "accept")).1, "AADSTS90094");
    assert_eq!(redirected_error(&send("alice", "decline")).1, "AADSTS65004");
    send("alice", "accept");
    assert_eq!(
        world.sign_in("carol", &[("consent", "")]).status,
        302,
        "nobody is asked any more"
    );
}

#[test]
fn a_virtual_machine_gets_tokens() {
    let world = world();
    let target = |resource: &str| {
        format!(
            "/metadata/identity/oauth2/token?api-version=2018-02-01&{}",
            form(&[("resource", resource)])
        )
    };
    let metadata = [("metadata", "true")];
    let body = json(&world.get_with(&target(ACS_DATA_URI), &metadata));
    assert_eq!(body["resource"], ACS_DATA_URI);
    for member in [
        "expires_in",
        "expires_on",
        "not_before",
        "ext_expires_in",
        "client_id",
        "token_type",
    ] {
        assert!(body[member].is_string(), "{member}");
    }
    let claims = world
        .verify(&string(&body, "access_token"), ACS_DATA_URI)
        .unwrap();
    assert!(claims.app_only);
    assert_eq!(claims.client_id, world.app(AppKind::Daemon).client_id);

    assert_eq!(world.get(&target(ACS_DATA_URI)).status, 400, "no Metadata header");
    let forwarded = [("metadata", "true"), ("x-forwarded-for", "10.0.0.1")];
    assert_eq!(world.get_with(&target(ACS_DATA_URI), &forwarded).status, 400);
    assert_eq!(
        world
            .get_with(&target("https://nowhere.example"), &metadata)
            .status,
        400
    );
    let other = format!("{}&client_id=somebody", target(ACS_DATA_URI));
    assert_eq!(
        json(&world.get_with(&other, &metadata))["error_description"],
        "Identity not found"
    );
    let unversioned = world.get_with("/metadata/identity/oauth2/token?resource=x", &metadata);
    assert_eq!(unversioned.status, 400);
}

#[test]
fn app_service_gets_tokens_for_its_secret() {
    let world = world();
    let target = format!(
        "/msi/token?api-version=2019-08-01&{}",
        form(&[("resource", ACS_DATA_URI)])
    );
    let secret = world.entra.identity_header().expose().to_owned();
    let body = json(&world.get_with(&target, &[("x-identity-header", &secret)]));
    world
        .verify(&string(&body, "access_token"), ACS_DATA_URI)
        .unwrap();
    assert!(body["expires_on"].is_string());
    assert_eq!(world.get(&target).status, 401);
    assert_eq!(
        world.get_with(&target, &[("x-identity-header", "wrong")]).status,
        401
    );
}
