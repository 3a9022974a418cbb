//! `authorization_code`: redeemed once, by the client it was issued to, with the matching verifier.

use super::{confidential, delegated};
use crate::entra::aadsts::Refusal;
use crate::entra::issue::{Proof, UserTokens};
use crate::entra::jwt::base64url;
use crate::entra::scopes::{Asked, Scopes};
use crate::entra::store::{Challenge, Code, Family};
use crate::entra::token_request::TokenRequest;
use crate::http::Checks;
use crate::seed::{App, RedirectKind};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;

/// How long a code may be redeemed, in seconds.
const LIFETIME: i64 = 600;

pub(in crate::entra) fn authorization_code(
    request: &TokenRequest<'_>,
    app: &App,
    proof: Proof,
    checks: &mut Checks,
) -> Result<Value, Refusal> {
    let name = request.need("code")?;
    let code = request.entra.store().codes.get(name).cloned();
    let code = code.filter(|code| code.client_id == app.client_id);
    checks.note("code", code.is_some(), "issued to this client");
    let code = code.ok_or_else(|| Refusal::unknown_grant("code"))?;
    check(request, &code, proof, checks)?;

    let sent = request.form.get("scope");
    let (scopes, asked) = if let Some(scope) = sent {
        request.one_resource(scope, checks)?
    } else {
        first_resource(request, &code.scope)?
    };
    let user = request
        .seed
        .user_by_id(&code.identity.user)
        .ok_or_else(|| Refusal::unknown_grant("code"))?;
    request.authority.admits(user)?;
    let access = delegated(request, app, user, &asked, code.identity.mfa, proof, checks)?;
    if !spend(request, name) {
        checks.fail("single use", "the code was redeemed before");
        return Err(Refusal::code_used());
    }
    checks.pass("single use", "the first redemption");
    let family = scopes.wants("offline_access").then(|| {
        request.entra.store().start_family(Family {
            client_id: app.client_id.clone(),
            identity: code.identity,
            spa: code.kind == RedirectKind::Spa,
            started_at: request.entra.now(),
            revoked: false,
            scope: sent.unwrap_or(&code.scope).to_owned(),
        })
    });
    let tokens = UserTokens {
        access,
        oidc: scopes.oidc,
        nonce: code.nonce,
        family,
    };
    request.entra.user_tokens(&request.base, &tokens)
}

/// All checks that come before the code is marked as used.
fn check(request: &TokenRequest<'_>, code: &Code, proof: Proof, checks: &mut Checks) -> Result<(), Refusal> {
    if code.used {
        checks.fail("single use", "the code was redeemed before");
        return Err(Refusal::code_used());
    }
    let age = request.entra.now() - code.issued_at;
    if !checks.note(
        "code lifetime",
        age <= LIFETIME,
        format!("{age} s old, at most {LIFETIME} s"),
    ) {
        return Err(Refusal::code_expired());
    }
    let uri = request.need("redirect_uri")?;
    if !checks.note("redirect_uri", uri == code.redirect_uri, uri) {
        return Err(Refusal::redemption_redirect());
    }
    request.check_origin(code.kind == RedirectKind::Spa, checks)?;
    if code.kind == RedirectKind::Web {
        confidential(proof, checks)?;
    }
    check_verifier(request, code, checks)
}

fn check_verifier(request: &TokenRequest<'_>, code: &Code, checks: &mut Checks) -> Result<(), Refusal> {
    let Some(challenge) = &code.challenge else {
        let spa = code.kind == RedirectKind::Spa;
        checks.note("PKCE", !spa, "no code_challenge was sent");
        return if spa {
            Err(Refusal::spa_needs_pkce())
        } else {
            Ok(())
        };
    };
    let Some(verifier) = request.form.get("code_verifier") else {
        checks.fail("PKCE", "no code_verifier was sent");
        return Err(Refusal::verifier_missing());
    };
    let (method, fits) = match challenge {
        Challenge::Plain(expected) => ("plain", verifier == expected),
        Challenge::S256(expected) => (
            "S256",
            base64url(digest(&SHA256, verifier.as_bytes())) == *expected,
        ),
    };
    if !checks.note("PKCE", fits, method) {
        return Err(Refusal::verifier_mismatch());
    }
    Ok(())
}

/// The first resource of the authorize request, for a redemption that names none.
fn first_resource(request: &TokenRequest<'_>, scope: &str) -> Result<(Scopes, Asked), Refusal> {
    let mut scopes = Scopes::parse(request.seed, scope)?;
    scopes.resources.truncate(1);
    let asked = scopes.single(request.seed)?;
    Ok((scopes, asked))
}

/// Marks the code as used; of two requests at the same time only one succeeds.
fn spend(request: &TokenRequest<'_>, name: &str) -> bool {
    let mut store = request.entra.store();
    store
        .codes
        .get_mut(name)
        .is_some_and(|code| !std::mem::replace(&mut code.used, true))
}
