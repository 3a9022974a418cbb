//! The exchange of a Teams user's Entra token, and what all exchanges have in common.

use serde_json::{Value, json};

use super::answer::Outcome;
use super::token::Grant;
use super::versions::TEAMS_USER;
use super::{Call, members};
use crate::entra::Claims;
use crate::options::{LicenceRule, ScopeRule};
use crate::seed::{ACS_TEAMS_APP_ID, ACS_TEAMS_URI, ACS_TEAMS_URI_US};

/// The audiences that a Teams user's token may have.
pub(super) const AUDIENCES: [&str; 3] = [ACS_TEAMS_URI, ACS_TEAMS_URI_US, ACS_TEAMS_APP_ID];
const TEAMS_SCOPES: [&str; 2] = ["Teams.ManageCalls", "Teams.ManageChats"];

/// `POST /teamsUser/:exchangeAccessToken`
///
/// The order is that of the recordings: the token's presence, the token, the fields' presence, their form,
/// their match with the token's claims.
pub(super) fn teams_user(call: &Call<'_>) -> Result<Outcome, Outcome> {
    let body: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
    if let Value::Object(body) = &body {
        members::known(call, body, &["token", "appId", "userId"])?;
    }
    let field = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let Some(token) = body.get("token").and_then(Value::as_str) else {
        call.fail("token_present", "the body has no string \"token\"");
        let message = "The body is either missing or doesn't contain any token.";
        return Err(Outcome::error(400, "ValidationError", message));
    };
    call.pass("token_present", format!("{} characters", token.len()));
    let claims = call.verify_token(token, &AUDIENCES).ok_or_else(invalid_token)?;
    scopes(call, &claims, &TEAMS_SCOPES).map_err(|()| invalid_token())?;

    let (app_id, user_id) = (field("appId"), field("userId"));
    for (value, name) in [(app_id, "AppId"), (user_id, "UserId")] {
        if value.is_empty() {
            call.fail("fields_present", format!("{name} is missing or empty"));
            return Err(Outcome::invalid(
                name,
                &format!("{name}: The {name} field is required."),
            ));
        }
    }
    call.pass("fields_present", "AppId and UserId");
    for (value, name, target) in [(app_id, "AppId", "appId"), (user_id, "UserId", "userId")] {
        if uuid::Uuid::try_parse(value).is_err() {
            call.fail("fields_form", format!("{name} is not a GUID"));
            let message = format!("Provided {name} has invalid format.");
            return Err(Outcome::invalid(target, &message).supporting(TEAMS_USER));
        }
    }
    call.pass("fields_form", "AppId and UserId are GUIDs");
    let detail = format!("appId is {app_id}, the token was issued to {}", claims.client_id);
    if !call.note("app_id", same(app_id, &claims.client_id), detail) {
        let message = "AAD application is not the expected one.";
        return Err(Outcome::invalid("appId", message).supporting(TEAMS_USER));
    }
    let hint = if same(user_id, &claims.tid) {
        " (userId is the tenant's id)"
    } else {
        ""
    };
    let detail = format!("userId is {user_id}, the token is for {}{hint}", claims.oid);
    if !call.note("user_id", same(user_id, &claims.oid), detail) {
        let message = "Provided AAD token issued for unexpected user.";
        return Err(Outcome::invalid("userId", message).supporting(TEAMS_USER));
    }
    licence(call, &claims).map_err(|outcome| outcome.supporting(TEAMS_USER))?;

    let subject = format!("orgid:{}", claims.oid);
    let issued = token_for(call, &claims, subject, &["chat", "voip"], Vec::new())?;
    Ok(Outcome::ok(200, issued, TEAMS_USER))
}

/// Checks that the token has all of these scopes. Otherwise it is rejected like a token with another
/// audience, which is unverified.
pub(super) fn scopes(call: &Call<'_>, claims: &Claims, wanted: &[&str]) -> Result<(), ()> {
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|scope| !claims.scopes.iter().any(|s| s == scope))
        .collect();
    if missing.is_empty() {
        call.pass("token_scopes", wanted.join(" and "));
        return Ok(());
    }
    lacking(call, claims, &missing.join(" and "))
}

/// Handles a token that lacks these scopes, according to the behaviour `missing_scope`.
pub(super) fn lacking(call: &Call<'_>, claims: &Claims, missing: &str) -> Result<(), ()> {
    let detail = format!("scp is {:?}; it lacks {missing}", claims.scopes.join(" "));
    match call.behaviour.missing_scope {
        ScopeRule::InvalidToken => {
            call.fail("token_scopes", detail);
            Err(())
        }
        ScopeRule::Ignored => {
            call.pass("token_scopes", format!("{detail}, which is let pass"));
            Ok(())
        }
    }
}

pub(super) fn licence(call: &Call<'_>, claims: &Claims) -> Result<(), Outcome> {
    let licensed = call
        .seed
        .user(&claims.tid, &claims.oid)
        .is_some_and(|user| user.licensed());
    let detail = if licensed {
        "the user holds a Teams service plan"
    } else {
        "the user holds none"
    };
    match call.behaviour.licence {
        LicenceRule::Ignored => Ok(()),
        _ if call.note("licence", licensed, detail) => Ok(()),
        LicenceRule::InvalidToken => Err(invalid_token()),
        LicenceRule::Forbidden => {
            let message = "User Login. Teams is disabled in user licenses";
            Err(Outcome::error(403, "UserLicenseNotPresentForbidden", message))
        }
    }
}

/// Issues an access token that expires a second before the Entra token. `more` has the claims that only this
/// kind of token has.
pub(super) fn token_for(
    call: &Call<'_>,
    claims: &Claims,
    subject: String,
    scopes: &[&str],
    more: Vec<(&'static str, Value)>,
) -> Result<Value, Outcome> {
    let common = [
        ("tid", claims.tid.clone().into()),
        ("oid", claims.oid.clone().into()),
        ("appid", claims.client_id.clone().into()),
    ];
    let grant = Grant {
        subject,
        resource_id: &call.acs.resource_id,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        now: call.now,
        exp: claims.exp - 1,
        more: common.into_iter().chain(more).collect(),
    };
    let issued = call.acs.sign(&grant)?;
    Ok(json!({"token": issued.token, "expiresOn": issued.expires_on}))
}

pub(super) fn invalid_token() -> Outcome {
    Outcome::error(401, "InvalidAccessToken", "Provided access token is not valid.")
}

pub(super) fn same(a: &str, b: &str) -> bool {
    match (uuid::Uuid::try_parse(a), uuid::Uuid::try_parse(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
