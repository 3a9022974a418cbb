//! On behalf of: an API exchanges its caller's token for one of another API.

use super::{confidential, delegated};
use crate::entra::aadsts::Refusal;
use crate::entra::issue::{Proof, UserTokens};
use crate::entra::store::{Family, Identity};
use crate::entra::token_request::TokenRequest;
use crate::entra::{Claims, TokenProblem};
use crate::http::Checks;
use crate::seed::App;
use serde_json::Value;

pub(in crate::entra) fn on_behalf_of(
    request: &TokenRequest<'_>,
    app: &App,
    proof: Proof,
    checks: &mut Checks,
) -> Result<Value, Refusal> {
    confidential(proof, checks)?;
    let requested = request.need("requested_token_use")?;
    if !checks.note("requested_token_use", requested == "on_behalf_of", requested) {
        return Err(Refusal::malformed("requested_token_use must be on_behalf_of"));
    }
    let assertion = assertion(request, app, checks)?;
    let user = request.seed.user(&assertion.tid, &assertion.oid);
    checks.note("user", user.is_some(), assertion.oid.as_str());
    let user = user.ok_or_else(|| Refusal::bad_assertion("its user does not exist"))?;
    request.authority.admits(user)?;

    let scope = request.need("scope")?;
    let (scopes, asked) = request.one_resource(scope, checks)?;
    let access = delegated(request, app, user, &asked, assertion.mfa, proof, checks)?;
    let family = scopes.wants("offline_access").then(|| {
        request.entra.store().start_family(Family {
            client_id: app.client_id.clone(),
            identity: Identity {
                user: user.object_id.clone(),
                mfa: assertion.mfa,
            },
            spa: false,
            started_at: request.entra.now(),
            revoked: false,
            scope: scope.to_owned(),
        })
    });
    let tokens = UserTokens {
        access,
        oidc: scopes.oidc,
        nonce: None,
        family,
    };
    request.entra.user_tokens(&request.base, &tokens)
}

/// Verifies the caller's token: this emulator must have issued it, for this API, to a user.
fn assertion(request: &TokenRequest<'_>, app: &App, checks: &mut Checks) -> Result<Claims, Refusal> {
    let token = request.need("assertion")?;
    let claims = request
        .entra
        .verify_any_audience(token, checks)
        .map_err(|problem| {
            let TokenProblem { check, detail } = &problem;
            checks.fail("assertion", format!("{check}: {detail}"));
            match *check {
                "lifetime" => Refusal::assertion_expired(),
                _ => Refusal::bad_assertion(&problem.to_string()),
            }
        })?;
    let own = request
        .seed
        .resources
        .iter()
        .find(|resource| resource.app_id == app.client_id);
    let ours =
        claims.aud.eq_ignore_ascii_case(&app.client_id) || own.is_some_and(|api| api.is_named(&claims.aud));
    if !checks.note("assertion audience", ours, claims.aud.as_str()) {
        return Err(Refusal::assertion_audience(&claims.aud, &app.client_id));
    }
    if !checks.note("assertion user", !claims.app_only, claims.oid.as_str()) {
        return Err(Refusal::bad_assertion("it was issued to an app, not to a user"));
    }
    Ok(claims)
}
