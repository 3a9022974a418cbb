//! `refresh_token`: each may be used once, for any resource; a second use revokes the whole family.

use super::{confidential, delegated};
use crate::entra::aadsts::Refusal;
use crate::entra::issue::{Proof, UserTokens};
use crate::entra::store::{Family, Store};
use crate::entra::token_request::TokenRequest;
use crate::http::Checks;
use crate::seed::App;
use serde_json::Value;

/// How long an unused refresh token is valid, in seconds.
const IDLE: i64 = 90 * 24 * 3600;
/// How long a single-page application may refresh after the sign-in, in seconds.
const SPA: i64 = 24 * 3600;
/// How long one token may be used for several resources in parallel, in seconds.
const SIDE_BY_SIDE: i64 = 60;

pub(in crate::entra) fn refresh_token(
    request: &TokenRequest<'_>,
    app: &App,
    proof: Proof,
    checks: &mut Checks,
) -> Result<Value, Refusal> {
    let name = request.need("refresh_token")?;
    let (family_id, family) = find(&request.entra.store(), name, app, checks)?;
    request.check_origin(family.spa, checks)?;
    if !app.public_client && !family.spa {
        confidential(proof, checks)?;
    }
    let scope = request.form.get("scope").unwrap_or(&family.scope);
    let (scopes, asked) = request.one_resource(scope, checks)?;
    lifetime(request, name, &family, checks)?;
    let user = request
        .seed
        .user_by_id(&family.identity.user)
        .ok_or_else(|| Refusal::unknown_grant("refresh token"))?;
    request.authority.admits(user)?;
    let access = delegated(request, app, user, &asked, family.identity.mfa, proof, checks)?;
    redeem(request, name, family_id, &asked.app_id, checks)?;
    let tokens = UserTokens {
        access,
        oidc: scopes.oidc,
        nonce: None,
        family: Some(family_id),
    };
    request.entra.user_tokens(&request.base, &tokens)
}

fn find(store: &Store, name: &str, app: &App, checks: &mut Checks) -> Result<(u64, Family), Refusal> {
    let token = store.refresh_tokens.get(name);
    let family = token.and_then(|token| Some((token.family, store.families.get(&token.family)?.clone())));
    let family = family.filter(|(_, family)| family.client_id == app.client_id);
    checks.note("refresh token", family.is_some(), "issued to this client");
    family.ok_or_else(|| Refusal::unknown_grant("refresh token"))
}

fn lifetime(
    request: &TokenRequest<'_>,
    name: &str,
    family: &Family,
    checks: &mut Checks,
) -> Result<(), Refusal> {
    let now = request.entra.now();
    let issued = request
        .entra
        .store()
        .refresh_tokens
        .get(name)
        .map_or(now, |token| token.issued_at);
    if family.spa {
        let age = now - family.started_at;
        if !checks.note(
            "refresh lifetime",
            age < SPA,
            format!("{age} s since the sign-in, less than {SPA} s"),
        ) {
            return Err(Refusal::spa_refresh_expired());
        }
    }
    let idle = now - issued;
    if !checks.note(
        "refresh lifetime",
        idle < IDLE,
        format!("{idle} s unused, less than {IDLE} s"),
    ) {
        return Err(Refusal::refresh_expired());
    }
    Ok(())
}

/// Marks the token as used. After a sign-in, clients refresh for several resources in parallel with the same
/// token. That is no theft, so within a minute the token may be used once for each resource.
fn redeem(
    request: &TokenRequest<'_>,
    name: &str,
    family_id: u64,
    resource: &str,
    checks: &mut Checks,
) -> Result<(), Refusal> {
    let now = request.entra.now();
    let mut store = request.entra.store();
    let revoked = store.families.get(&family_id).is_none_or(|family| family.revoked);
    let stolen = match store
        .refresh_tokens
        .get_mut(name)
        .map(|token| &mut token.redeemed)
    {
        _ if revoked => true,
        None => true,
        Some(redeemed @ None) => {
            *redeemed = Some((now, vec![resource.to_owned()]));
            false
        }
        Some(Some((at, resources))) => {
            let again = resources.iter().any(|used| used == resource) || now - *at > SIDE_BY_SIDE;
            resources.push(resource.to_owned());
            again
        }
    };
    if stolen && let Some(family) = store.families.get_mut(&family_id) {
        family.revoked = true;
    }
    drop(store);
    if !checks.note(
        "refresh rotation",
        !stolen,
        if stolen {
            "used before: the family is revoked"
        } else {
            "first use"
        },
    ) {
        return Err(Refusal::refresh_revoked());
    }
    Ok(())
}
