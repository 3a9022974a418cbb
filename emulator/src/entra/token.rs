//! The token endpoint: reads the request, hands it to its grant, shapes the answer.

use super::aadsts::{Refusal, Trace};
use super::params::Params;
use super::scopes::{Asked, Scopes};
use super::tenant::Authority;
use super::{Entra, client_auth, cors, grants};
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{App, RedirectKind, Seed};
use serde_json::Value;
use std::cell::Cell;

/// A request to the token endpoint.
pub(super) struct TokenRequest<'a> {
    pub(super) entra: &'a Entra,
    pub(super) seed: &'a Seed,
    pub(super) wire: &'a WireRequest,
    pub(super) authority: &'a Authority,
    pub(super) version: u8,
    pub(super) base: String,
    pub(super) form: Params,
    /// Whether a page may read the answer; known once the client, or what it redeems, is known.
    pub(super) readable: Cell<bool>,
}

impl TokenRequest<'_> {
    /// A parameter that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.form.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// The scope that was sent, or that a version 1 `resource` means.
    pub(super) fn scope(&self) -> Option<String> {
        match self.form.get("resource") {
            Some(resource) if self.version == 1 => {
                Some(format!("{resource}/.default openid profile offline_access"))
            }
            _ => self.form.get("scope").map(str::to_owned),
        }
    }

    /// Reads a scope of one resource, noting both steps.
    pub(super) fn one_resource(&self, scope: &str, checks: &mut Checks) -> Result<(Scopes, Asked), Refusal> {
        let scopes = Scopes::parse(self.seed, scope);
        checks.note("scope", scopes.is_ok(), scope);
        let scopes = scopes?;
        let asked = scopes.single(self.seed);
        match &asked {
            Ok(asked) => checks.pass("resource", asked.identifier.clone()),
            Err(refusal) => checks.fail("resource", refusal.text.clone()),
        }
        Ok((scopes, asked?))
    }

    /// Whether the request comes from a page of another origin.
    pub(super) fn cross_origin(&self) -> bool {
        self.wire.header("origin").is_some()
    }

    /// The rule that ties redirect URIs of type spa, and nothing else, to cross-origin requests.
    pub(super) fn check_origin(&self, spa: bool, checks: &mut Checks) -> Result<(), Refusal> {
        self.readable.set(spa);
        let origin = self.cross_origin();
        let found = if origin {
            "an Origin header"
        } else {
            "no Origin header"
        };
        let kind = if spa { "spa" } else { "not spa" };
        checks.note(
            "origin",
            origin == spa,
            format!("{found}, redirect URI of type {kind}"),
        );
        match (spa, origin) {
            (true, false) => Err(Refusal::spa_not_cross_origin()),
            (false, true) => Err(Refusal::cross_origin_not_spa()),
            _ => Ok(()),
        }
    }
}

impl Entra {
    /// Answers a form that a program posts: the token endpoint's, or the device code endpoint's.
    pub(super) fn posted(
        &self,
        request: &WireRequest,
        authority: &Authority,
        version: u8,
        checks: &mut Checks,
        answer: impl FnOnce(&TokenRequest<'_>, &mut Checks) -> Result<Value, Refusal>,
    ) -> Reply {
        let form = Params::of_body(request);
        let correlation = form.get("client-request-id").map(str::to_owned);
        let correlation = correlation.or_else(|| {
            Params::of_query(request)
                .get("client-request-id")
                .map(str::to_owned)
        });
        let trace = self.trace(request, correlation.as_deref());
        let seed = self.seed();
        let token_request = TokenRequest {
            entra: self,
            seed: &seed,
            wire: request,
            authority,
            version,
            base: request.base_url(),
            form,
            readable: Cell::new(false),
        };
        let outcome = if request.method == "POST" {
            answer(&token_request, checks)
        } else {
            Err(Refusal::wrong_method(&request.method))
        };
        let reply = match outcome {
            Ok(body) => Reply::json(200, &body),
            Err(refusal) => {
                checks.fail("outcome", format!("AADSTS{}: {}", refusal.code, refusal.text));
                refusal.reply(&trace, &token_request.base)
            }
        };
        let reply = stamp(reply, &trace);
        if token_request.readable.get() && token_request.cross_origin() {
            cors::open(reply)
        } else {
            reply
        }
    }

    /// The answer to a request for a directory that does not exist.
    pub(super) fn refuse_tenant(&self, request: &WireRequest, page: bool, refusal: &Refusal) -> Reply {
        let trace = self.trace(request, None);
        if page {
            return super::pages::failure(refusal, &trace);
        }
        cors::open(stamp(refusal.reply(&trace, &request.base_url()), &trace))
    }
}

/// `/{t}/oauth2/v2.0/token` and `/{t}/oauth2/token`.
pub(super) fn redeem(request: &TokenRequest<'_>, checks: &mut Checks) -> Result<Value, Refusal> {
    let grant = request.need("grant_type")?;
    let (app, proof) = client_auth::authenticate(request, checks)?;
    request.readable.set(has_spa(app));
    match grant {
        "authorization_code" => grants::authorization_code(request, app, proof, checks),
        "refresh_token" => grants::refresh_token(request, app, proof, checks),
        "client_credentials" => grants::client_credentials(request, app, proof, checks),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => grants::on_behalf_of(request, app, proof, checks),
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
            grants::device_code(request, app, proof, checks)
        }
        other => {
            checks.fail("grant_type", other);
            Err(Refusal::grant_type(other))
        }
    }
}

fn has_spa(app: &App) -> bool {
    app.redirect_uris
        .iter()
        .any(|redirect| redirect.kind == RedirectKind::Spa)
}

/// Adds the headers that keep the answer out of caches and name its request.
pub(super) fn stamp(reply: Reply, trace: &Trace) -> Reply {
    reply
        .with("cache-control", "no-store, no-cache")
        .with("pragma", "no-cache")
        .with("x-ms-request-id", trace.trace_id.as_str())
        .with("client-request-id", trace.correlation_id.as_str())
}
