//! The token endpoint: dispatches a request to its grant and builds the response.

use super::aadsts::{Refusal, stamp};
use super::params::Params;
use super::tenant::Authority;
use super::token_request::TokenRequest;
use super::{Entra, client_auth, cors, grants};
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{App, RedirectKind};
use serde_json::Value;
use std::cell::Cell;

impl Entra {
    /// Handles a form that a program posts to the token endpoint or the device code endpoint.
    pub(super) fn posted(
        &self,
        request: &WireRequest,
        authority: &Authority,
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

    /// The response to a request for a tenant that does not exist.
    pub(super) fn refuse_tenant(&self, request: &WireRequest, page: bool, refusal: &Refusal) -> Reply {
        let trace = self.trace(request, None);
        if page {
            return super::pages::failure(refusal, &trace);
        }
        cors::open(stamp(refusal.reply(&trace, &request.base_url()), &trace))
    }
}

/// `/{t}/oauth2/v2.0/token`.
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
