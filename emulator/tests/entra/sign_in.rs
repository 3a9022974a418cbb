//! The authorize endpoint as a program uses it: checks, responses, and response modes.

use crate::support::*;
use acs_emulator::http::Reply;
use acs_emulator::seed::{AppKind, TENANT_FABRIKAM};

/// The AADSTS code at the start of a page's alert.
fn shown(reply: &Reply) -> String {
    let page = text(reply);
    let (_, rest) = page
        .split_once("role=\"alert\"")
        .unwrap_or_else(|| panic!("no alert in {page}"));
    rest.split_once("AADSTS")
        .unwrap()
        .1
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn one_post_signs_in() {
    let world = world();
    let reply = world.sign_in("bob", &[("client_info", "1")]);
    assert!(
        header(&reply, "location")
            .unwrap()
            .starts_with(&format!("{PUBLIC_URI}?code="))
    );
    let pairs = returned(&reply);
    assert_eq!(value(&pairs, "state").unwrap(), "a state");
    assert!(value(&pairs, "client_info").is_some() && value(&pairs, "session_state").is_some());
    assert!(header(&reply, "set-cookie").unwrap().contains("HttpOnly"));
    assert_eq!(header(&reply, "cache-control"), Some("no-store, no-cache"));
}

#[test]
fn unknown_parameters_are_ignored() {
    let world = world();
    world.code(
        "bob",
        &[
            ("clidata", "x"),
            ("pocd", "1"),
            ("x-client-SKU", "y"),
            ("claims", "{}"),
        ],
    );
}

#[test]
fn the_state_comes_back_byte_for_byte() {
    let world = world();
    let state = "a+b c|d/é=&%25#\"<>;~";
    for mode in ["query", "fragment"] {
        let reply = world.sign_in("bob", &[("state", state), ("response_mode", mode)]);
        assert_eq!(value(&returned(&reply), "state").unwrap(), state);
    }
    let reply = world.sign_in("bob", &[("state", ""), ("response_mode", "query")]);
    assert!(value(&returned(&reply), "state").is_none());
}

#[test]
fn a_state_that_is_no_text_comes_back_too() {
    let world = world();
    let user = world.user("bob");
    let fields = world.authorize_fields(&[
        ("username", &user.username),
        ("password", user.password.expose()),
        ("consent", "accept"),
        ("state", ""),
    ]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let body = format!("{}&state=%FF%00x", form(&fields));
    let reply = world.send(&wire("POST", &world.authorize_path(), &[], &body));
    assert!(
        header(&reply, "location").unwrap().ends_with("&state=%FF%00x"),
        "{reply:?}"
    );
}

#[test]
fn fragment_and_form_post_are_ways_back() {
    let world = world();
    let reply = world.sign_in("bob", &[("response_mode", "fragment")]);
    assert!(
        header(&reply, "location")
            .unwrap()
            .starts_with(&format!("{PUBLIC_URI}#code="))
    );
    let reply = world.sign_in("bob", &[("response_mode", "form_post"), ("state", "\"><b>")]);
    assert_eq!(reply.status, 200);
    let page = text(&reply);
    assert!(page.contains(&format!("<form method=\"post\" action=\"{PUBLIC_URI}\">")));
    assert!(page.contains("name=\"state\" value=\"&quot;&gt;&lt;b&gt;\""));
    assert_eq!(world.redeem(&hidden(&reply, "code"), &[], &[]).status, 200);
    let policy = header(&reply, "content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
}

#[test]
fn get_and_post_are_the_same_request() {
    let world = world();
    assert_eq!(world.authorize(&[], &[]).status, 200);
    let fields = world.authorize_fields(&[]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let reply = world.post(&world.authorize_path(), &[], &fields);
    assert_eq!(reply.status, 200);
    assert!(text(&reply).contains("<h1>Sign in</h1>"));
}

#[test]
fn credentials_in_a_query_are_not_taken() {
    let world = world();
    let user = world.user("bob");
    let reply = world.authorize(
        &[],
        &[("username", &user.username), ("password", user.password.expose())],
    );
    assert_eq!(reply.status, 200);
    assert!(!text(&reply).contains(user.password.expose()));
}

#[test]
fn what_cannot_go_back_is_shown() {
    let world = world();
    let unknown = world.authorize(&[], &[("client_id", "00000000-0000-4000-8000-000000000000")]);
    assert_eq!((unknown.status, shown(&unknown).as_str()), (400, "700016"));
    assert_eq!(shown(&world.authorize(&[], &[("client_id", "")])), "900144");
    assert_eq!(
        shown(&world.authorize(&[], &[("redirect_uri", "https://elsewhere.example/")])),
        "50011"
    );
    assert_eq!(shown(&world.authorize(&[], &[("redirect_uri", "")])), "900144");
    let nowhere = world.get("/nowhere.example/oauth2/v2.0/authorize?client_id=x");
    assert_eq!(shown(&nowhere), "90002");
}

#[test]
fn what_is_shown_is_escaped() {
    let world = world();
    let reply = world.authorize(
        &[],
        &[("redirect_uri", "https://x.example/<script>alert(1)</script>")],
    );
    assert!(!text(&reply).contains("<script>alert"));
    let reply = world.authorize(&[], &[("login_hint", "\"><script>alert(1)</script>")]);
    assert!(!text(&reply).contains("<script>alert"));
}

#[test]
fn what_can_go_back_goes_back() {
    let world = world();
    let refused = |changes: &[(&str, &str)]| {
        let reply = world.authorize(&[], changes);
        assert_eq!(value(&returned(&reply), "state").unwrap(), "a state");
        let (error, code) = redirected_error(&reply);
        format!("{error} {code}")
    };
    assert_eq!(
        refused(&[("response_type", "token")]),
        "unsupported_response_type AADSTS700054"
    );
    assert_eq!(refused(&[("response_type", "")]), "invalid_request AADSTS900144");
    assert_eq!(refused(&[("scope", "")]), "invalid_request AADSTS900144");
    assert_eq!(
        refused(&[("scope", "api://nothing/x")]),
        "invalid_resource AADSTS500011"
    );
    assert_eq!(
        refused(&[("scope", "User.Nothing")]),
        "invalid_client AADSTS650053"
    );
    assert_eq!(refused(&[("scope", "/")]), "invalid_scope AADSTS70011");
    assert_eq!(
        refused(&[("response_mode", "web_message")]),
        "invalid_request AADSTS90023"
    );
    assert_eq!(refused(&[("prompt", "whatever")]), "invalid_request AADSTS90023");
    assert_eq!(
        refused(&[("code_challenge_method", "S1")]),
        "invalid_request AADSTS50149"
    );
    assert_eq!(
        refused(&[("code_challenge", "short")]),
        "invalid_request AADSTS501491"
    );
}

#[test]
fn a_public_loopback_uri_may_have_any_port_and_nothing_else() {
    let world = world();
    let status = |uri: &str| world.authorize(&[], &[("redirect_uri", uri)]).status;
    for good in [
        "http://localhost",
        "http://localhost/",
        "http://localhost:1",
        "http://localhost:65535/",
    ] {
        assert_eq!(status(good), 200, "{good}");
    }
    for bad in [
        "https://localhost:1",
        "http://localhost:1/path",
        "http://localhost.attacker.example",
        "http://localhost@attacker.example",
        "http://user@localhost:1",
        "http://127.0.0.1:1",
        "http://localhost:1#x",
        "http://localhost:1?x",
        "http://localhost:99999",
    ] {
        assert_eq!(status(bad), 400, "{bad}");
    }
}

#[test]
fn spa_uris_are_compared_as_they_are() {
    let world = world();
    let status = |uri: &str| world.authorize(&[], &[("redirect_uri", uri)]).status;
    assert_eq!(status(SPA_URI), 200);
    assert_eq!(status("http://localhost:3000/redirect.html"), 200);
    assert_eq!(status("http://localhost:3000/x"), 400);
    assert_eq!(status("HTTP://LOCALHOST:3000/x"), 400);
}

#[test]
fn a_wrong_password_and_an_unknown_user_look_the_same() {
    let world = world();
    let wrong = world.sign_in("bob", &[("password", "wrong")]);
    let unknown = world.sign_in("bob", &[("username", "nobody@contoso.example")]);
    for reply in [&wrong, &unknown] {
        assert_eq!((reply.status, shown(reply).as_str()), (401, "50126"));
        assert!(header(reply, "set-cookie").is_none());
    }
    assert!(text(&wrong).contains("value=\"bob@contoso.example\""));
}

#[test]
fn authorities_admit_their_own() {
    let world = world();
    let at = |authority: &str, user: &str| {
        let user = world.user(user);
        let fields = world.authorize_fields(&[
            ("username", &user.username),
            ("password", user.password.expose()),
            ("consent", "accept"),
        ]);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        world.post(&format!("/{authority}/oauth2/v2.0/authorize"), &[], &fields)
    };
    for authority in [world.tid(), "contoso.example", "organizations", "common"] {
        assert_eq!(at(authority, "bob").status, 302, "{authority}");
    }
    for authority in [TENANT_FABRIKAM, "fabrikam.example", "organizations"] {
        assert_eq!(at(authority, "frida").status, 302, "{authority}");
    }
    let stranger = at(world.tid(), "frida");
    assert_eq!((stranger.status, shown(&stranger).as_str()), (403, "50020"));
    assert_eq!(shown(&at("consumers", "bob")), "700016");
}

#[test]
fn a_guests_token_names_the_guests_own_tenant() {
    let world = world();
    let user = world.user("frida");
    let fields = world.authorize_fields(&[
        ("username", &user.username),
        ("password", user.password.expose()),
        ("consent", "accept"),
    ]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let reply = world.post("/organizations/oauth2/v2.0/authorize", &[], &fields);
    let code = value(&returned(&reply), "code").unwrap();
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", world.app(AppKind::Spa).client_id.as_str()),
        ("code", &code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", PUBLIC_URI),
        ("scope", TEAMS_SCOPES),
    ];
    let body = json(&world.post("/organizations/oauth2/v2.0/token", &[], &redeem));
    let claims = world.verify_teams(&string(&body, "access_token")).unwrap();
    assert_eq!(
        (claims.tid.as_str(), &claims.oid),
        (TENANT_FABRIKAM, &user.object_id)
    );
}
