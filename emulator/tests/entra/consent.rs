//! Consent: which users are asked for which permissions, and when.

use crate::support::*;

#[test]
fn consent_is_asked_for_and_may_be_declined() {
    let world = world();
    let reply = world.sign_in("bob", &[("consent", "decline")]);
    assert_eq!(
        redirected_error(&reply),
        ("access_denied".into(), "AADSTS65004".into())
    );
    let page = world.sign_in("bob", &[("consent", "")]);
    assert_eq!(page.status, 200);
    for word in [
        "Contoso Calling",
        "Teams.ManageCalls",
        "Teams.ManageChats",
        "access_as_user",
        "bob@contoso.example",
    ] {
        assert!(text(&page).contains(word), "{word}");
    }
    world.code("bob", &[]);
    let again = world.sign_in("bob", &[("consent", "")]);
    assert_eq!(again.status, 302, "it is not asked for twice");
    let other = world.sign_in("carol", &[("consent", "")]);
    assert_eq!(other.status, 200, "but it is each user's own");
}

#[test]
fn only_what_is_new_is_asked_for() {
    let world = world();
    world.code("bob", &[("scope", &format!("{API_SCOPE} openid"))]);
    let page = text(&world.sign_in("bob", &[("consent", "")]));
    assert!(page.contains("Teams.ManageCalls") && !page.contains("access_as_user</code>"));
}

#[test]
fn an_administrator_may_consent_for_everybody() {
    let world = world();
    world.code("alice", &[("organization", "on")]);
    assert_eq!(world.sign_in("carol", &[("consent", "")]).status, 302);
}

#[test]
fn some_permissions_are_for_administrators() {
    let world = world();
    let scope = ("scope", "User.ReadWrite.All");
    let reply = world.sign_in("bob", &[scope]);
    assert_eq!(
        redirected_error(&reply),
        ("access_denied".into(), "AADSTS90094".into())
    );
    world.code("alice", &[scope]);
}
