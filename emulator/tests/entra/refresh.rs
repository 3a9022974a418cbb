//! Refresh tokens: rotation, other resources, lifetimes, and what happens when one is used twice.

use crate::support::*;
use acs_emulator::seed::ACS_TEAMS_URI;
use serde_json::Value;

const ORIGIN: &[(&str, &str)] = &[("origin", "http://localhost:3000")];
const DAY: i64 = 24 * 3600;

fn first(world: &World) -> String {
    string(&world.tokens("bob", API_SCOPE), "refresh_token")
}

fn spa(world: &World) -> String {
    let uri = ("redirect_uri", SPA_URI);
    let code = world.code("bob", &[uri]);
    string(&json(&world.redeem(&code, ORIGIN, &[uri])), "refresh_token")
}

fn refreshed(world: &World, token: &str, scope: &str) -> Value {
    let reply = world.refresh(token, &[], scope);
    assert_eq!(reply.status, 200, "{}", text(&reply));
    json(&reply)
}

#[test]
fn a_refresh_gives_tokens_for_another_resource() {
    let world = world();
    let body = refreshed(&world, &first(&world), &format!("{TEAMS_SCOPES} {OIDC}"));
    let claims = world
        .verify(&string(&body, "access_token"), ACS_TEAMS_URI)
        .unwrap();
    assert_eq!(claims.scopes, ["Teams.ManageCalls", "Teams.ManageChats"]);
    assert!(body["id_token"].is_string() && body["client_info"].is_string());
}

#[test]
fn without_a_scope_the_sign_ins_is_meant() {
    let world = world();
    let body = refreshed(&world, &first(&world), "");
    assert_eq!(body["scope"], format!("{API_SCOPE} openid profile"));
}

#[test]
fn each_refresh_gives_a_new_refresh_token() {
    let world = world();
    let old = first(&world);
    let new = string(&refreshed(&world, &old, API_SCOPE), "refresh_token");
    assert_ne!(old, new);
    refreshed(&world, &new, API_SCOPE);
}

#[test]
fn a_second_use_revokes_the_whole_family() {
    let world = world();
    let old = first(&world);
    let new = string(&refreshed(&world, &old, API_SCOPE), "refresh_token");
    let reply = world.refresh(&old, &[], API_SCOPE);
    assert_eq!(refusal(&reply), ("invalid_grant".into(), 50173));
    assert_eq!(json(&reply)["suberror"], "bad_token");
    assert_eq!(refusal(&world.refresh(&new, &[], API_SCOPE)).1, 50173);
}

#[test]
fn refreshing_for_two_resources_side_by_side_is_no_second_use() {
    let world = world();
    let token = first(&world);
    refreshed(&world, &token, API_SCOPE);
    world.clock.advance(30);
    let newest = string(&refreshed(&world, &token, TEAMS_SCOPES), "refresh_token");
    refreshed(&world, &newest, API_SCOPE);
}

#[test]
fn side_by_side_is_a_minute() {
    let world = world();
    let token = first(&world);
    refreshed(&world, &token, API_SCOPE);
    world.clock.advance(61);
    assert_eq!(refusal(&world.refresh(&token, &[], TEAMS_SCOPES)).1, 50173);
}

#[test]
fn other_sign_ins_are_not_touched_by_a_revocation() {
    let world = world();
    let (one, other) = (first(&world), first(&world));
    refreshed(&world, &one, API_SCOPE);
    assert_eq!(refusal(&world.refresh(&one, &[], API_SCOPE)).1, 50173);
    refreshed(&world, &other, API_SCOPE);
}

#[test]
fn ninety_days_without_use_end_it_and_use_starts_them_anew() {
    let world = world();
    let token = first(&world);
    world.clock.advance(89 * DAY);
    let next = string(&refreshed(&world, &token, API_SCOPE), "refresh_token");
    world.clock.advance(89 * DAY);
    let next = string(&refreshed(&world, &next, API_SCOPE), "refresh_token");
    world.clock.advance(90 * DAY);
    assert_eq!(
        refusal(&world.refresh(&next, &[], API_SCOPE)),
        ("invalid_grant".into(), 700_082)
    );
}

#[test]
fn a_page_refreshes_for_24_hours_after_the_sign_in() {
    let world = world();
    let token = spa(&world);
    world.clock.advance(DAY - 10);
    let reply = world.refresh(&token, ORIGIN, API_SCOPE);
    assert_eq!(header(&reply, "access-control-allow-origin"), Some("*"));
    let next = string(&json(&reply), "refresh_token");
    world.clock.advance(20);
    assert_eq!(
        refusal(&world.refresh(&next, ORIGIN, API_SCOPE)),
        ("invalid_grant".into(), 700_084)
    );
}

#[test]
fn the_origin_rule_holds_for_refreshing() {
    let world = world();
    assert_eq!(refusal(&world.refresh(&spa(&world), &[], API_SCOPE)).1, 9_002_327);
    assert_eq!(
        refusal(&world.refresh(&first(&world), ORIGIN, API_SCOPE)).1,
        9_002_326
    );
}

#[test]
fn a_token_that_was_not_issued_is_refused() {
    let world = world();
    assert_eq!(
        refusal(&world.refresh("1.made-up", &[], API_SCOPE)),
        ("invalid_grant".into(), 70000)
    );
}

#[test]
fn two_resources_at_once_are_refused() {
    let world = world();
    let both = format!("{API_SCOPE} {TEAMS_SCOPES}");
    assert_eq!(refusal(&world.refresh(&first(&world), &[], &both)).1, 28000);
}

#[test]
fn consent_is_needed_for_what_is_new() {
    let world = world();
    let reply = world.refresh(&first(&world), &[], "User.ReadWrite");
    assert_eq!(refusal(&reply), ("invalid_grant".into(), 65001));
}

#[test]
fn a_reset_forgets_refresh_tokens() {
    let world = world();
    let token = first(&world);
    world.entra.reset();
    assert_eq!(refusal(&world.refresh(&token, &[], API_SCOPE)).1, 70000);
}
