//! The two exchanges under `/access`: for Teams Phone extensibility, and for Entra users. Their credential is
//! the user's own Entra token. How the service responds to an invalid one is unverified.

use serde_json::{Value, json};

use super::answer::Outcome;
use super::versions::{ENTRA_USER, TEAMS_EXTENSION};
use super::{Call, assignments, bearer, exchange, members};
use crate::entra::Claims;
use crate::options::AccessRejection;
use crate::seed::{ACS_CLIENTS_APP_ID, ACS_CLIENTS_URI};

const CLIENTS_AUDIENCES: [&str; 2] = [ACS_CLIENTS_URI, ACS_CLIENTS_APP_ID];
const EXTENSION_SCOPES: [&str; 1] = ["TeamsExtension.ManageCalls"];
/// The permissions (`scp`) of an Entra user's token, each with the scope that it gives the access token.
const ENTRA_USER_SCOPES: [(&str, &str); 2] = [("VoIP", "voip"), ("VoIP.Join", "voip.join")];

/// `POST /access/teamsExtension/:exchangeAccessToken`
pub(super) fn teams_extension(call: &Call<'_>) -> Result<Outcome, Outcome> {
    let claims = user(call, &exchange::AUDIENCES)?;
    exchange::scopes(call, &claims, &EXTENSION_SCOPES).map_err(|()| rejected(call))?;
    call.version(TEAMS_EXTENSION)?;
    let supporting = |outcome: Outcome| outcome.supporting(TEAMS_EXTENSION);
    call.limit()?;
    members::empty_object(call).map_err(supporting)?;
    exchange::licence(call, &claims).map_err(supporting)?;
    assignments::permits(call, &claims).map_err(supporting)?;

    let id = format!("acs:{}_{}_{}", call.acs.resource_id, claims.tid, claims.oid);
    let more = vec![(
        assignments::DELETIONS,
        assignments::deletions(call, &claims).into(),
    )];
    let issued = exchange::token_for(call, &claims, id.clone(), &["voip"], more)?;
    Ok(Outcome::ok(200, answer(&id, issued), TEAMS_EXTENSION))
}

/// `POST /access/entra/:exchangeAccessToken`
pub(super) fn entra_user(call: &Call<'_>) -> Result<Outcome, Outcome> {
    let claims = user(call, &CLIENTS_AUDIENCES)?;
    let scopes: Vec<&str> = ENTRA_USER_SCOPES
        .into_iter()
        .filter(|(permission, _)| claims.scopes.iter().any(|scope| scope == permission))
        .map(|(_, scope)| scope)
        .collect();
    if scopes.is_empty() {
        exchange::lacking(call, &claims, "VoIP or VoIP.Join").map_err(|()| rejected(call))?;
    } else {
        call.pass("token_scopes", scopes.join(" and "));
    }
    call.version(ENTRA_USER)?;
    call.limit()?;
    members::empty_object(call).map_err(|outcome| outcome.supporting(ENTRA_USER))?;

    let id = format!("acs:{}_wf_{}_{}", call.acs.resource_id, claims.tid, claims.oid);
    let issued = exchange::token_for(call, &claims, id.clone(), &scopes, Vec::new())?;
    Ok(Outcome::ok(200, answer(&id, issued), ENTRA_USER))
}

/// The claims of the user's token, which is the request's credential.
fn user(call: &Call<'_>, audiences: &[&str]) -> Result<Claims, Outcome> {
    let claims = match bearer::token(call.request) {
        Some(token) => call.verify_token(token, audiences),
        None => {
            call.fail(
                "authorization",
                "the user's Entra token has to come as Authorization: Bearer",
            );
            None
        }
    };
    let claims = claims.ok_or_else(|| rejected(call))?;
    if call.note("token_user", !claims.app_only, "the token is a user's") {
        Ok(claims)
    } else {
        Err(rejected(call))
    }
}

/// The response to a token that cannot be exchanged. Unverified.
fn rejected(call: &Call<'_>) -> Outcome {
    match call.behaviour.access_rejection {
        AccessRejection::Denied => super::denied(),
        AccessRejection::InvalidToken => exchange::invalid_token(),
        AccessRejection::Forbidden => {
            Outcome::error(403, "Forbidden", "The token is not allowed to be exchanged.")
        }
    }
}

fn answer(id: &str, issued: Value) -> Value {
    json!({"identity": {"id": format!("8:{id}")}, "accessToken": issued})
}
