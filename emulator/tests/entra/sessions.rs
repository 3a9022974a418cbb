//! Signing in as in a browser: pages, cookies, prompts.

use crate::support::*;
use acs_emulator::http::Reply;

/// Signs a user in and accepts the consent; returns the cookie.
fn signed_in(world: &World, user: &str) -> String {
    cookie(&world.sign_in(user, &[]))
}

/// Adds a user to the session of a cookie.
fn joined(world: &World, cookie: &str, user: &str) {
    let user = world.user(user);
    let fields = world.authorize_fields(&[
        ("username", &user.username),
        ("password", user.password.expose()),
        ("consent", "accept"),
    ]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(
        world
            .post(&world.authorize_path(), &[("cookie", cookie)], &fields)
            .status,
        302
    );
}

fn error(reply: &Reply) -> String {
    let (error, code) = redirected_error(reply);
    format!("{error} {code}")
}

#[test]
fn a_person_walks_through_the_pages() {
    let world = world();
    let page = world.authorize(&[], &[]);
    assert!(text(&page).contains("<h1>Sign in</h1>"));
    let user = world.user("bob");
    let credentials = [
        ("username", user.username.as_str()),
        ("password", user.password.expose()),
    ];
    let page = world.post(&action(&page), &[], &credentials);
    assert_eq!(page.status, 200);
    let session = cookie(&page);
    let accept = [("flow", hidden(&page, "flow")), ("consent", "accept".into())];
    let accept: Vec<_> = accept.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let reply = world.post(&action(&page), &[("cookie", &session)], &accept);
    assert_eq!(value(&returned(&reply), "state").unwrap(), "a state");
    let code = value(&returned(&reply), "code").unwrap();
    assert_eq!(world.redeem(&code, &[], &[]).status, 200);
    let again = world.post(&action(&page), &[("cookie", &session)], &accept);
    assert_eq!(again.status, 400, "a page is good once");
}

#[test]
fn a_page_is_good_for_its_own_request_only() {
    let world = world();
    let page = world.sign_in("bob", &[("consent", "")]);
    let flow = hidden(&page, "flow");
    let other = action(&world.authorize(&[], &[("scope", "User.Read")]));
    let reply = world.post(&other, &[], &[("flow", &flow), ("consent", "accept")]);
    assert_eq!(reply.status, 400);
}

#[test]
fn a_page_is_good_for_half_an_hour() {
    let world = world();
    let page = world.sign_in("bob", &[("consent", "")]);
    world.clock.advance(1801);
    let fields = [("flow", hidden(&page, "flow")), ("consent", "accept".into())];
    let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let reply = world.post(&action(&page), &[], &fields);
    assert_eq!(reply.status, 400);
    assert!(text(&reply).contains("took too long"));
}

#[test]
fn somebody_signed_in_is_not_asked_again() {
    let world = world();
    let session = signed_in(&world, "bob");
    let reply = world.authorize(&[("cookie", &session)], &[]);
    assert_eq!(reply.status, 302);
    assert!(value(&returned(&reply), "code").is_some());
}

#[test]
fn a_cookie_alone_consents_to_nothing() {
    let world = world();
    let session = signed_in(&world, "bob");
    let new = [("scope", "User.ReadWrite"), ("consent", "accept")];
    let reply = world.authorize(&[("cookie", &session)], &new);
    assert_eq!(reply.status, 200, "the consent page");
    let fields = world.authorize_fields(&new);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let reply = world.post(&world.authorize_path(), &[("cookie", &session)], &fields);
    assert_eq!(reply.status, 200, "the consent page");
}

#[test]
fn prompt_none_shows_nothing() {
    let world = world();
    let none = ("prompt", "none");
    assert_eq!(
        error(&world.authorize(&[], &[none])),
        "login_required AADSTS50058"
    );
    let session = signed_in(&world, "bob");
    let headers = [("cookie", session.as_str())];
    assert!(value(&returned(&world.authorize(&headers, &[none])), "code").is_some());
    let new = world.authorize(&headers, &[none, ("scope", "User.ReadWrite")]);
    assert_eq!(error(&new), "consent_required AADSTS65001");
    let other = world.authorize(&headers, &[none, ("login_hint", "carol@contoso.example")]);
    assert_eq!(error(&other), "login_required AADSTS50058");
    joined(&world, &session, "carol");
    assert_eq!(
        error(&world.authorize(&headers, &[none])),
        "interaction_required AADSTS16000"
    );
    let hinted = world.authorize(&headers, &[none, ("login_hint", "carol@contoso.example")]);
    assert!(value(&returned(&hinted), "code").is_some());
}

#[test]
fn prompt_login_asks_for_the_password_again() {
    let world = world();
    let session = signed_in(&world, "bob");
    let reply = world.authorize(&[("cookie", &session)], &[("prompt", "login")]);
    assert!(text(&reply).contains("id=\"password\""));
}

#[test]
fn prompt_consent_asks_for_the_consent_again() {
    let world = world();
    let session = signed_in(&world, "bob");
    let reply = world.authorize(&[("cookie", &session)], &[("prompt", "consent")]);
    assert_eq!(reply.status, 200);
    assert!(text(&reply).contains("Teams.ManageCalls"));
}

#[test]
fn prompt_select_account_lets_choose() {
    let world = world();
    let select = ("prompt", "select_account");
    assert!(text(&world.authorize(&[], &[select])).contains("id=\"password\""));
    let session = signed_in(&world, "bob");
    let headers = [("cookie", session.as_str())];
    let page = world.authorize(&headers, &[select]);
    assert!(text(&page).contains("Choose an account") && text(&page).contains("bob@contoso.example"));
    let chosen = [("account", world.user("bob").object_id.as_str())];
    let reply = world.post(&action(&page), &headers, &chosen);
    assert!(value(&returned(&reply), "code").is_some());
    let other = world.post(&action(&page), &headers, &[("account", "other")]);
    assert!(text(&other).contains("id=\"password\""));
    let stranger = [("account", world.user("alice").object_id.as_str())];
    assert!(text(&world.post(&action(&page), &headers, &stranger)).contains("id=\"password\""));
}

#[test]
fn several_accounts_have_to_be_chosen_from() {
    let world = world();
    let session = signed_in(&world, "bob");
    joined(&world, &session, "carol");
    let headers = [("cookie", session.as_str())];
    let page = text(&world.authorize(&headers, &[]));
    assert!(page.contains("bob@contoso.example") && page.contains("carol@contoso.example"));
    let hinted = world.authorize(&headers, &[("login_hint", "BOB@contoso.example")]);
    assert!(value(&returned(&hinted), "code").is_some());
}

#[test]
fn hints_fill_the_page_in() {
    let world = world();
    let page = text(&world.authorize(&[], &[("login_hint", "dora@contoso.example")]));
    assert!(page.contains("value=\"dora@contoso.example\""));
    let page = text(&world.authorize(&[], &[("domain_hint", "fabrikam.example")]));
    assert!(page.contains("name@fabrikam.example"));
}

#[test]
fn a_challenge_for_more_than_the_password_is_answered_once() {
    let world = world();
    let claims = (
        "claims",
        r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#,
    );
    let page = world.sign_in("bob", &[claims]);
    assert!(text(&page).contains("Approve this sign-in?"));
    let session = cookie(&page);
    let headers = [("cookie", session.as_str())];
    let silent = world.authorize(&headers, &[claims, ("prompt", "none")]);
    assert_eq!(error(&silent), "interaction_required AADSTS50076");
    let flow = hidden(&page, "flow");
    let denied = world.post(&action(&page), &headers, &[("flow", &flow), ("mfa", "deny")]);
    assert_eq!(error(&denied), "access_denied AADSTS500121");

    let page = world.sign_in("bob", &[claims]);
    let session = cookie(&page);
    let headers = [("cookie", session.as_str())];
    let flow = hidden(&page, "flow");
    let page = world.post(&action(&page), &headers, &[("flow", &flow), ("mfa", "approve")]);
    let flow = hidden(&page, "flow");
    let reply = world.post(
        &action(&page),
        &headers,
        &[("flow", &flow), ("consent", "accept")],
    );
    let code = value(&returned(&reply), "code").unwrap();
    let token = json(&world.redeem(&code, &[], &[("scope", TEAMS_SCOPES)]));
    let claims_of = world.verify_teams(&string(&token, "access_token")).unwrap();
    assert!(claims_of.mfa);
    let silent = world.authorize(&headers, &[claims, ("prompt", "none")]);
    assert!(value(&returned(&silent), "code").is_some());
}

#[test]
fn cookies_over_tls_are_sent_from_frames_too() {
    let world = world();
    let reply = world.sign_in("bob", &[]);
    assert!(
        header(&reply, "set-cookie")
            .unwrap()
            .ends_with("SameSite=None; Secure")
    );
    let user = world.user("bob");
    let fields =
        world.authorize_fields(&[("username", &user.username), ("password", user.password.expose())]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let mut plain = wire("POST", &world.authorize_path(), &[], &form(&fields));
    plain.tls = false;
    assert!(
        header(&world.send(&plain), "set-cookie")
            .unwrap()
            .ends_with("SameSite=Lax")
    );
}

#[test]
fn pages_load_nothing_and_are_not_framed() {
    let world = world();
    let reply = world.authorize(&[], &[]);
    assert!(
        header(&reply, "content-security-policy")
            .unwrap()
            .starts_with("default-src 'none';")
    );
    assert_eq!(header(&reply, "x-frame-options"), Some("DENY"));
    let page = text(&reply);
    for (label, field) in [
        ("for=\"username\"", "id=\"username\""),
        ("for=\"password\"", "id=\"password\""),
    ] {
        assert!(page.contains(label) && page.contains(field));
    }
    assert!(page.contains("<html lang=\"en\">") && page.contains("<main>") && !page.contains("http://www"));
}

#[test]
fn a_reset_signs_everybody_out() {
    let world = world();
    let session = signed_in(&world, "bob");
    world.entra.reset();
    let reply = world.authorize(&[("cookie", &session)], &[("prompt", "none")]);
    assert_eq!(error(&reply), "login_required AADSTS50058");
}
