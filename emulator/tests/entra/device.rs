//! The device code flow.

use crate::support::*;
use acs_emulator::http::Reply;
use acs_emulator::seed::AppKind;
use serde_json::Value;

fn start(world: &World) -> Value {
    let fields = [
        ("client_id", world.app(AppKind::Spa).client_id.as_str()),
        ("scope", &format!("{TEAMS_SCOPES} {OIDC}")),
    ];
    let reply = world.post(&format!("/{}/oauth2/v2.0/devicecode", world.tid()), &[], &fields);
    assert_eq!(reply.status, 200, "{}", text(&reply));
    json(&reply)
}

fn poll(world: &World, device_code: &str) -> Reply {
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", world.app(AppKind::Spa).client_id.as_str()),
        ("device_code", device_code),
    ];
    world.post(&world.token_path(), &[], &fields)
}

fn enter(world: &World, user_code: &str, consent: &str) -> Reply {
    let user = world.user("bob");
    let fields = [
        ("user_code", user_code),
        ("username", &user.username),
        ("password", user.password.expose()),
        ("consent", consent),
    ];
    world.post("/devicelogin", &[], &fields)
}

#[test]
fn the_device_is_told_where_to_send_its_user() {
    let world = world();
    let body = start(&world);
    assert_eq!(body["verification_uri"], format!("{BASE}/devicelogin"));
    assert_eq!(
        (body["expires_in"].as_i64(), body["interval"].as_i64()),
        (Some(900), Some(5))
    );
    assert_eq!(string(&body, "user_code").len(), 9);
    assert!(string(&body, "message").contains(&string(&body, "user_code")));
}

#[test]
fn polling_waits_then_succeeds_once() {
    let world = world();
    let body = start(&world);
    let device_code = string(&body, "device_code");
    assert_eq!(
        refusal(&poll(&world, &device_code)),
        ("authorization_pending".into(), 70016)
    );
    assert_eq!(enter(&world, &string(&body, "user_code"), "accept").status, 200);
    let tokens = json(&poll(&world, &device_code));
    world.verify_teams(&string(&tokens, "access_token")).unwrap();
    assert!(tokens["refresh_token"].is_string() && tokens["id_token"].is_string());
    assert_eq!(
        refusal(&poll(&world, &device_code)),
        ("invalid_grant".into(), 54005)
    );
}

#[test]
fn both_spellings_of_the_grant_are_known() {
    let world = world();
    let body = start(&world);
    enter(&world, &string(&body, "user_code").to_lowercase(), "accept");
    let fields = [
        ("grant_type", "device_code"),
        ("client_id", world.app(AppKind::Spa).client_id.as_str()),
        ("code", &string(&body, "device_code")),
    ];
    assert_eq!(world.post(&world.token_path(), &[], &fields).status, 200);
}

#[test]
fn declining_is_told_to_the_device() {
    let world = world();
    let body = start(&world);
    enter(&world, &string(&body, "user_code"), "decline");
    let reply = poll(&world, &string(&body, "device_code"));
    assert_eq!(refusal(&reply), ("authorization_declined".into(), 65004));
}

#[test]
fn codes_expire() {
    let world = world();
    let body = start(&world);
    world.clock.advance(901);
    assert_eq!(enter(&world, &string(&body, "user_code"), "accept").status, 400);
    assert_eq!(
        refusal(&poll(&world, &string(&body, "device_code"))),
        ("expired_token".into(), 70019)
    );
}

#[test]
fn made_up_codes_are_refused() {
    let world = world();
    assert_eq!(
        refusal(&poll(&world, "made-up")),
        ("bad_verification_code".into(), 70018)
    );
    assert_eq!(enter(&world, "MADEUP123", "accept").status, 400);
}

#[test]
fn only_public_clients_may() {
    let world = world();
    let fields = [
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("scope", "User.Read"),
    ];
    let reply = world.post(&format!("/{}/oauth2/v2.0/devicecode", world.tid()), &[], &fields);
    assert_eq!(refusal(&reply), ("invalid_client".into(), 7_000_218));
}

#[test]
fn somebody_signed_in_has_to_agree_all_the_same() {
    let world = world();
    let session = cookie(&world.sign_in("bob", &[]));
    let headers = [("cookie", session.as_str())];
    let body = start(&world);
    let page = world.post(
        "/devicelogin",
        &headers,
        &[("user_code", &string(&body, "user_code"))],
    );
    assert!(text(&page).contains("Choose an account"));
    assert_eq!(refusal(&poll(&world, &string(&body, "device_code"))).1, 70016);
    let chosen = [("account", world.user("bob").object_id.as_str())];
    assert!(text(&world.post(&action(&page), &headers, &chosen)).contains("You are signed in"));
    assert_eq!(poll(&world, &string(&body, "device_code")).status, 200);
}

#[test]
fn the_page_asks_for_the_code() {
    let world = world();
    let page = world.get("/devicelogin");
    assert!(text(&page).contains("id=\"user_code\""));
}
