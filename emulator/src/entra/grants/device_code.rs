//! `device_code`: polled until the user has signed in elsewhere.

use super::{confidential, delegated};
use crate::entra::aadsts::Refusal;
use crate::entra::issue::{Proof, UserTokens};
use crate::entra::scopes::Scopes;
use crate::entra::store::{Device, DeviceState, Family};
use crate::entra::token_request::TokenRequest;
use crate::http::Checks;
use crate::seed::App;
use serde_json::Value;

pub(in crate::entra) fn device_code(
    request: &TokenRequest<'_>,
    app: &App,
    proof: Proof,
    checks: &mut Checks,
) -> Result<Value, Refusal> {
    if !app.public_client {
        confidential(proof, checks)?;
    }
    request.check_origin(false, checks)?;
    let sent = request
        .form
        .get("device_code")
        .or_else(|| request.form.get("code"));
    let name = sent.ok_or_else(|| Refusal::missing("device_code"))?;
    let device = request.entra.store().devices.get(name).cloned();
    let device = device.filter(|device| device.client_id == app.client_id);
    checks.note("device code", device.is_some(), "issued to this client");
    let device = device.ok_or_else(Refusal::unknown_device_code)?;
    let age = request.entra.now() - device.issued_at;
    if !checks.note(
        "device code lifetime",
        age <= Device::LIFETIME,
        format!("{age} s old, at most {} s", Device::LIFETIME),
    ) {
        return Err(Refusal::device_code_expired());
    }
    let identity = match device.state {
        DeviceState::Approved(identity) => identity,
        DeviceState::Pending => {
            checks.fail("device sign-in", "not yet");
            return Err(Refusal::authorization_pending());
        }
        DeviceState::Declined => {
            checks.fail("device sign-in", "declined");
            return Err(Refusal::device_declined());
        }
        DeviceState::Redeemed => {
            checks.fail("device sign-in", "redeemed before");
            return Err(Refusal::code_used());
        }
    };
    checks.pass("device sign-in", "done");

    let user = request.seed.user_by_id(&identity.user);
    let user = user.ok_or_else(Refusal::unknown_device_code)?;
    let mut scopes = Scopes::parse(request.seed, &device.scope)?;
    scopes.resources.truncate(1);
    let asked = scopes.single(request.seed)?;
    let access = delegated(request, app, user, &asked, identity.mfa, proof, checks)?;
    if !spend(request, name) {
        return Err(Refusal::code_used());
    }
    let family = scopes.wants("offline_access").then(|| {
        request.entra.store().start_family(Family {
            client_id: app.client_id.clone(),
            identity,
            spa: false,
            started_at: request.entra.now(),
            revoked: false,
            scope: device.scope,
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

/// Marks the code as redeemed; of two polls at the same time only one succeeds.
fn spend(request: &TokenRequest<'_>, name: &str) -> bool {
    let mut store = request.entra.store();
    let device = store.devices.get_mut(name);
    device.is_some_and(|device| {
        std::mem::replace(&mut device.state, DeviceState::Redeemed) != DeviceState::Redeemed
    })
}
