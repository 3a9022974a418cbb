//! What the token is for: its audience and its permissions.

use super::super::claims::{Claim, Claims};
use super::super::words::{ask_msal, list, shown};
use super::super::{ACS_RESOURCE_APP_ID, Expectations};
use super::Found;
use crate::cloud::Cloud;
use crate::entra::guid::is_guid;

const GRAPH: [&str; 2] = [
    "00000003-0000-0000-c000-000000000000",
    "https://graph.microsoft.com",
];
/// The resource of tokens that a back end calls ACS with, instead of an access key.
const ACS_CREDENTIAL: &str = "https://communication.azure.com";

/// Checks that the token is for ACS; if not, explains what it is for.
pub(in super::super) fn audience(claims: &Claims<'_>, expected: &Expectations) -> Found {
    let audience = match claims.text("aud") {
        Claim::Is(audience) => audience,
        Claim::Wrong(kind) => return Found::wrong_type("aud", kind, "one text"),
        Claim::Absent
            if ["skypeid", "acsScope", "resourceId"]
                .iter()
                .any(|name| claims.has(name)) =>
        {
            return Found::failed(
                "This looks like an ACS access token, which is what the exchange returns. Pass the user's Entra token.",
            );
        }
        Claim::Absent => {
            return Found::failed(format!("The token has no audience (aud). {}", ask_msal(expected)));
        }
    };
    if expected.audiences.is_empty() {
        return Found::not_checked(format!("The audience is {}; none was expected.", shown(audience)));
    }
    if expected
        .audiences
        .iter()
        .any(|will_do| will_do.eq_ignore_ascii_case(audience))
    {
        return Found::passed(format!("The token was issued for ACS ({}).", shown(audience)));
    }
    let what = instead(audience, claims, expected);
    Found::failed(format!(
        "{what} The audience (aud) is {}. {}",
        shown(audience),
        ask_msal(expected)
    ))
}

fn instead(audience: &str, claims: &Claims<'_>, expected: &Expectations) -> &'static str {
    let bare = audience.trim_end_matches('/');
    let is = |name: &str| bare.eq_ignore_ascii_case(name);
    let of_client = expected.client_id.as_deref().is_some_and(is) || claims.app().1.ok().is_some_and(is);
    if GRAPH.into_iter().any(is) {
        "This is a token for Microsoft Graph, not for ACS."
    } else if is(ACS_CREDENTIAL) {
        "This is a token that a back end calls ACS with, not a user's token for the exchange."
    } else if is(ACS_RESOURCE_APP_ID)
        || [Cloud::public(), Cloud::us_government()]
            .iter()
            .any(|c| is(&c.teams_resource))
    {
        "This token is for ACS in another cloud than this endpoint is in."
    } else if !claims.has("scp") && !claims.is_app_only() && (of_client || is_guid(bare)) {
        "This looks like an id token, which tells the app who signed in. Pass the access token."
    } else if of_client || bare.starts_with("api://") || is_guid(bare) {
        "This is a token for an API of your own, such as the one that authorizes calls of your back end."
    } else {
        "This token is for a resource other than ACS."
    }
}

/// Checks that the token has all permissions, and that a user consented to them.
pub(in super::super) fn scopes(claims: &Claims<'_>, expected: &Expectations) -> Found {
    let scopes = match claims.scopes() {
        Claim::Is(scopes) => scopes,
        Claim::Wrong(kind) => return Found::wrong_type("scp", kind, "one text"),
        Claim::Absent => Vec::new(),
    };
    if expected.scopes.is_empty() {
        return Found::not_checked("No permission was expected.");
    }
    if claims.is_app_only() {
        return Found::failed(format!(
            "This is an app-only token (client credentials): no user stands behind it, and the permissions of the \
             exchange are a user's to give. Sign a user in. {}",
            ask_msal(expected)
        ));
    }
    let missing: Vec<&str> = expected
        .scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| !scopes.contains(scope))
        .collect();
    if missing.is_empty() {
        return Found::passed(format!(
            "The token has the permissions {}.",
            list(&expected.scopes)
        ));
    }
    let has: Vec<String> = scopes.iter().take(8).map(|scope| shown(scope)).collect();
    let has = if has.is_empty() {
        "no permissions (scp) at all".to_owned()
    } else {
        list(&has)
    };
    Found::failed(format!(
        "The token lacks {}; it has {has}. {} The user or an administrator may have to consent first.",
        list(&missing),
        ask_msal(expected)
    ))
}
