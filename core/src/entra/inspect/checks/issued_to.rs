//! Whom the token was issued to: application, user and tenant.

use super::super::claims::{Claim, Claims};
use super::super::words::shown;
use super::Found;
use crate::entra::guid::is_guid;

/// The tenant of all personal Microsoft accounts.
const PERSONAL_ACCOUNTS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Checks that the token was issued to this application.
pub(in super::super) fn app(claims: &Claims<'_>, client_id: Option<&str>) -> Found {
    let (claim, value) = claims.app();
    let app = match value {
        Claim::Is(app) => app,
        Claim::Wrong(kind) => return Found::wrong_type(claim, kind, "one text"),
        Claim::Absent => match client_id {
            None => return Found::not_checked("No client id was given, and the token names no application."),
            Some(_) => {
                return Found::failed(
                    "The token does not say which application it was issued to (appid or azp), so it is no access \
                     token of a user.",
                );
            }
        },
    };
    let shown_app = shown(app);
    let Some(given) = client_id else {
        return Found::not_checked(format!(
            "No client id was given; the token was issued to {shown_app} ({claim})."
        ));
    };
    if same(given, app) {
        return Found::passed(format!("The token was issued to this application ({claim})."));
    }
    let is = |name: &str| claims.text(name).ok().is_some_and(|value| same(value, given));
    let what = if !is_guid(given) {
        "The client id given is not a GUID.".to_owned()
    } else if is("tid") {
        "The client id given is the tenant id (tid) of this token.".to_owned()
    } else if is("oid") {
        "The client id given is the user's object id (oid).".to_owned()
    } else if is("aud") {
        "The client id given is that of the API that the token is for (aud).".to_owned()
    } else {
        format!(
            "The token was issued to another application than {}.",
            shown(given)
        )
    };
    Found::failed(format!(
        "{what} Pass the client id of the application that signed the user in, which is {shown_app} ({claim}) for \
         this token and need not be the back end's own."
    ))
}

/// Checks that the token is this user's.
pub(in super::super) fn user(claims: &Claims<'_>, user_object_id: Option<&str>) -> Found {
    let oid = match claims.text("oid") {
        Claim::Is(oid) => oid,
        Claim::Wrong(kind) => return Found::wrong_type("oid", kind, "one text"),
        Claim::Absent => match user_object_id {
            None => return Found::not_checked("No user id was given, and the token names no user (oid)."),
            Some(_) => return Found::failed("The token names no user (oid), so it cannot be the user's."),
        },
    };
    let Some(given) = user_object_id else {
        return Found::not_checked(format!(
            "No user id was given; the token is of {} (oid).",
            shown(oid)
        ));
    };
    if same(given, oid) {
        return Found::passed("The token is this user's (oid).");
    }
    let oid = shown(oid);
    Found::failed(match mistaken(given, claims) {
        Some(what) => format!("{what}; pass the oid, which is {oid}."),
        None => format!(
            "The token is another user's: its oid is {oid}, the user id given is {}. Take both from the same sign-in.",
            shown(given)
        ),
    })
}

/// Describes what was passed instead of the user's object id, if that can be recognized.
fn mistaken(given: &str, claims: &Claims<'_>) -> Option<&'static str> {
    let is = |value: Option<&str>| value.is_some_and(|value| same(value, given));
    let text = |name| claims.text(name).ok();
    let whole_home_account = given
        .split_once('.')
        .is_some_and(|(user, tenant)| is_guid(user) && is_guid(tenant));
    Some(if is(text("tid")) {
        "The user id given is the tenant id (tid) of this token"
    } else if is(text("sub")) {
        "The user id given is the subject (sub), which differs from application to application"
    } else if is(claims.app().1.ok()) || is(text("aud")) {
        "The user id given is an application's id"
    } else if whole_home_account {
        "The homeAccountId was given whole: the user id is its part before the dot"
    } else if given.starts_with("8:") {
        "The user id given is a raw id of ACS or Teams: the user id is its last part"
    } else if given.contains('@') {
        "The user id given is a sign-in name or an address, which can change hands"
    } else if !is_guid(given) {
        "The user id given is not a GUID"
    } else {
        return None;
    })
}

/// Checks that the token is from this tenant, and from one whose users ACS accepts.
pub(in super::super) fn tenant(claims: &Claims<'_>, tenant_id: Option<&str>) -> Found {
    let any = |tenant: &&str| !["organizations", "common"].iter().any(|name| same(name, tenant));
    let expected = tenant_id.filter(any);
    let tid = match claims.text("tid") {
        Claim::Is(tid) => tid,
        Claim::Wrong(kind) => return Found::wrong_type("tid", kind, "one text"),
        Claim::Absent if expected.is_some() => return Found::failed("The token names no tenant (tid)."),
        Claim::Absent => return Found::not_checked("No tenant was given, and the token names none (tid)."),
    };
    if same(tid, PERSONAL_ACCOUNTS) {
        return Found::failed(
            "This is the token of a personal Microsoft account. Only work and school accounts can use Teams \
             through ACS: sign in through the authority of the tenant or through organizations, not common.",
        );
    }
    let issuer = claims.text("iss").ok().unwrap_or_default();
    if issuer.split('/').any(|part| is_guid(part) && !same(part, tid)) {
        return Found::failed(format!(
            "The token says that its tenant is {} (tid), and names an issuer of another tenant (iss).",
            shown(tid)
        ));
    }
    match expected {
        None => Found::not_checked(format!(
            "No tenant was given; the token is of {} (tid).",
            shown(tid)
        )),
        Some(given) if same(given, tid) => Found::passed("The token is of this tenant (tid)."),
        Some(given) if !is_guid(given) => Found::failed(format!(
            "The tenant id given is not a GUID, so it cannot be compared with that of the token, {} (tid).",
            shown(tid)
        )),
        Some(given) => Found::failed(format!(
            "The token is of another tenant: {} (tid), and {} was expected. Sign the user in through the authority \
             of the expected tenant.",
            shown(tid),
            shown(given)
        )),
    }
}
