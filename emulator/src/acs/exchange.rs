//! The two exchanges of a Teams user's Entra token.

use serde_json::{Value, json};

use super::answer::Outcome;
use super::token::Grant;
use super::versions::{TEAMS_EXTENSION, TEAMS_USER};
use super::{Call, bearer};
use crate::entra::Claims;
use crate::options::{LicenceRule, ScopeRule};
use crate::seed::{ACS_TEAMS_APP_ID, ACS_TEAMS_URI};

/// Who a Teams user's token must be for.
const AUDIENCES: [&str; 2] = [ACS_TEAMS_URI, ACS_TEAMS_APP_ID];
const TEAMS_SCOPES: [&str; 2] = ["Teams.ManageCalls", "Teams.ManageChats"];
const EXTENSION_SCOPES: [&str; 1] = ["TeamsExtension.ManageCalls"];

/// `POST /teamsUser/:exchangeAccessToken`
///
/// The order is that of the recordings: the token's presence, the token, the fields' presence, their form,
/// their match with the token's claims.
pub(super) fn teams_user(call: &Call<'_>) -> Result<Outcome, Outcome> {
    let body: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
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

    let issued = token_for(call, &claims, format!("orgid:{}", claims.oid), "chat,voip")?;
    Ok(Outcome::ok(200, issued, TEAMS_USER))
}

/// `POST /access/teamsExtension/:exchangeAccessToken`; the user's token is the credential. What the service
/// answers to a wrong one is unverified.
pub(super) fn teams_extension(call: &Call<'_>) -> Result<Outcome, Outcome> {
    let claims = match bearer::token(call.request) {
        Some(token) => call.verify_token(token, &AUDIENCES),
        None => {
            call.fail(
                "authorization",
                "the user's Entra token has to come as Authorization: Bearer",
            );
            None
        }
    };
    let claims = claims.ok_or_else(super::denied)?;
    scopes(call, &claims, &EXTENSION_SCOPES).map_err(|()| super::denied())?;
    call.version(TEAMS_EXTENSION)?;
    licence(call, &claims).map_err(|outcome| outcome.supporting(TEAMS_EXTENSION))?;

    let id = format!("acs:{}_24_{}_{}", call.acs.resource_id, claims.tid, claims.oid);
    let issued = token_for(call, &claims, id.clone(), "voip")?;
    let answer = json!({"identity": {"id": format!("8:{id}")}, "accessToken": issued});
    Ok(Outcome::ok(200, answer, TEAMS_EXTENSION))
}

/// Without the scopes the token is refused like any other that is not for this purpose. Unverified.
fn scopes(call: &Call<'_>, claims: &Claims, wanted: &[&str]) -> Result<(), ()> {
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|scope| !claims.scopes.iter().any(|s| s == scope))
        .collect();
    if missing.is_empty() {
        call.pass("token_scopes", wanted.join(" and "));
        return Ok(());
    }
    let detail = format!(
        "scp is {:?}; it lacks {}",
        claims.scopes.join(" "),
        missing.join(" and ")
    );
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

fn licence(call: &Call<'_>, claims: &Claims) -> Result<(), Outcome> {
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

/// The token ends just before the Entra token does.
fn token_for(call: &Call<'_>, claims: &Claims, subject: String, scopes: &str) -> Result<Value, Outcome> {
    let grant = Grant {
        subject,
        resource_id: &call.acs.resource_id,
        scopes: scopes.split(',').map(str::to_owned).collect(),
        now: call.now,
        exp: claims.exp - 1,
        more: vec![
            ("tid", claims.tid.clone().into()),
            ("oid", claims.oid.clone().into()),
            ("appid", claims.client_id.clone().into()),
        ],
    };
    let issued = call.acs.sign(&grant)?;
    Ok(json!({"token": issued.token, "expiresOn": issued.expires_on}))
}

fn invalid_token() -> Outcome {
    Outcome::error(401, "InvalidAccessToken", "Provided access token is not valid.")
}

fn same(a: &str, b: &str) -> bool {
    match (uuid::Uuid::try_parse(a), uuid::Uuid::try_parse(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
