//! The grants of the token endpoint, one file each.

mod authorization_code;
mod client_credentials;
mod device_code;
mod on_behalf_of;
mod refresh_token;

pub(super) use authorization_code::authorization_code;
pub(super) use client_credentials::client_credentials;
pub(super) use device_code::device_code;
pub(super) use on_behalf_of::on_behalf_of;
pub(super) use refresh_token::refresh_token;

use super::aadsts::Refusal;
use super::issue::{Access, Proof};
use super::scopes::Asked;
use super::token_request::TokenRequest;
use crate::http::Checks;
use crate::seed::{App, User};

/// The access that an app has for a user. As in Entra, it covers everything that was consented to at the
/// resource, not only what this request names.
fn delegated<'a>(
    request: &TokenRequest<'_>,
    app: &'a App,
    user: &'a User,
    asked: &Asked,
    mfa: bool,
    proof: Proof,
    checks: &mut Checks,
) -> Result<Access<'a>, Refusal> {
    let resource = asked.resource(request.seed, &user.tenant)?;
    if resource.requires_mfa && !checks.note("multi-factor", mfa, "the resource needs it") {
        return Err(Refusal::mfa_required(user.mfa_registered));
    }
    let store = request.entra.store();
    let mut granted = store.consents.scopes(&app.client_id, user, &asked.app_id);
    drop(store);
    let wanted = asked.wanted(app);
    if app.client_id == asked.app_id {
        granted.extend(wanted.iter().cloned());
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|name| !granted.contains(*name))
        .cloned()
        .collect();
    let nothing = asked.default && granted.is_empty();
    let held = missing.is_empty() && !nothing;
    checks.note(
        "consent",
        held,
        if held {
            wanted.join(" ")
        } else {
            format!("missing: {}", missing.join(" "))
        },
    );
    if !held {
        return Err(Refusal::consent_required(&app.name));
    }
    Ok(Access {
        app,
        user: Some(user),
        mfa,
        tid: &user.tenant,
        asked: asked.clone(),
        scopes: granted.into_iter().collect(),
        roles: Vec::new(),
        proof,
        version: resource.token_version,
        lifetime: request.entra.lifetime_seconds(),
    })
}

/// Rejects clients that did not authenticate.
fn confidential(proof: Proof, checks: &mut Checks) -> Result<(), Refusal> {
    if proof == Proof::Public {
        checks.fail("client credential", "one is needed here");
        return Err(Refusal::secret_needed());
    }
    Ok(())
}
