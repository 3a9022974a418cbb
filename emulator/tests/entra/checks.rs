//! The checks that are recorded for each request: complete, and without secrets.

use crate::support::*;
use acs_emulator::http::{Checks, Reply, WireRequest};
use acs_emulator::seed::AppKind;

/// Sends a request, and returns its checks also as text.
fn told(world: &World, request: &WireRequest) -> (Reply, Checks, String) {
    let mut checks = Checks::default();
    let reply = world.entra.handle(request, &mut checks);
    let text = format!("{checks:?}");
    (reply, checks, text)
}

fn names(checks: &Checks) -> Vec<&str> {
    checks.0.iter().map(|check| check.name).collect()
}

#[test]
fn a_sign_in_and_its_redemption_are_told_step_by_step() {
    let world = world();
    let user = world.user("bob");
    let fields = world.authorize_fields(&[
        ("username", &user.username),
        ("password", user.password.expose()),
        ("consent", "accept"),
    ]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let (reply, checks, sign_in) = told(
        &world,
        &wire("POST", &world.authorize_path(), &[], &form(&fields)),
    );
    assert!(checks.0.iter().all(|check| check.ok), "{sign_in}");
    for name in [
        "tenant",
        "client",
        "redirect_uri",
        "scope",
        "PKCE",
        "password",
        "user",
        "consent",
    ] {
        assert!(names(&checks).contains(&name), "{name} in {sign_in}");
    }
    let code = value(&returned(&reply), "code").unwrap();

    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", &world.app(AppKind::Spa).client_id),
        ("code", &code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", PUBLIC_URI),
        ("scope", API_SCOPE),
    ];
    let (reply, checks, redeemed) = told(&world, &wire("POST", &world.token_path(), &[], &form(&redeem)));
    assert!(checks.0.iter().all(|check| check.ok), "{redeemed}");
    for name in [
        "client",
        "client credential",
        "code",
        "code lifetime",
        "PKCE",
        "origin",
        "single use",
    ] {
        assert!(names(&checks).contains(&name), "{name} in {redeemed}");
    }
    let token = string(&json(&reply), "access_token");
    for secret in [user.password.expose(), &code, VERIFIER, &token] {
        assert!(!sign_in.contains(secret) && !redeemed.contains(secret));
    }
}

#[test]
fn what_failed_is_the_last_thing_told_but_for_the_outcome() {
    let world = world();
    let secret = "not-the-secret-that-was-asked-for";
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", world.app(AppKind::Daemon).client_id.as_str()),
        ("client_secret", secret),
        ("scope", "https://communication.azure.com//.default"),
    ];
    let (reply, checks, told) = told(&world, &wire("POST", &world.token_path(), &[], &form(&fields)));
    assert_eq!(reply.status, 401);
    let failed: Vec<_> = checks
        .0
        .iter()
        .filter(|check| !check.ok)
        .map(|check| check.name)
        .collect();
    assert_eq!(failed, ["client credential", "outcome"]);
    assert!(told.contains("AADSTS7000215") && !told.contains(secret));
}

#[test]
fn a_wrong_password_is_told_without_the_password() {
    let world = world();
    let typed = "a-password-typed-by-mistake";
    let user = &world.user("bob").username;
    let fields = world.authorize_fields(&[("username", user), ("password", typed)]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let request = wire("POST", &world.authorize_path(), &[], &form(&fields));
    let (reply, checks, told) = told(&world, &request);
    assert!(checks.0.iter().any(|check| !check.ok && check.name == "password"));
    assert!(!told.contains(typed) && !text(&reply).contains(typed));
}

#[test]
fn nothing_that_is_sent_breaks_an_endpoint() {
    let world = world();
    let mut random = fastrand::Rng::with_seed(7);
    let paths = [
        world.authorize_path(),
        world.token_path(),
        format!("/{}/oauth2/v2.0/devicecode", world.tid()),
        "/common/discovery/instance".into(),
        "/common/adminconsent".into(),
        "/common/oauth2/v2.0/logout".into(),
        "/devicelogin".into(),
        "/msi/token".into(),
        "/metadata/identity/oauth2/token".into(),
    ];
    let pieces = [
        "client_id=",
        "scope=",
        "&",
        "=",
        "%",
        "%f",
        "%ff",
        "é",
        "\0",
        "+",
        "/.default",
        "grant_type=device_code",
        "code=",
        "redirect_uri=http://localhost:",
        "user_code=",
        "assertion=a.b.c",
        "resource=",
        "account=",
        "flow=",
        "59a00000-0000-4000-8000-000000000002",
        "authorization_endpoint=",
        "username=",
        "refresh_token=",
    ];
    for _ in 0..2000 {
        let text: String = (0..random.usize(..12))
            .map(|_| pieces[random.usize(..pieces.len())])
            .collect();
        let path = &paths[random.usize(..paths.len())];
        let method = ["GET", "POST", "OPTIONS", "DELETE"][random.usize(..4)];
        let headers = [
            ("authorization", text.as_str()),
            ("cookie", &text),
            ("metadata", "true"),
        ];
        let request = wire(method, &format!("{path}?{text}"), &headers, &text);
        let (reply, _, _) = told(&world, &request);
        assert!(reply.status < 500, "{method} {path} {text:?}: {}", reply.status);
    }
}
