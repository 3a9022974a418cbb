//! Managed identities: tokens for a program in Azure without a secret of its own, as a virtual machine (IMDS)
//! and as App Service provides them. The identity is the seed's `managed_identity`.

use super::Entra;
use super::aadsts::stamp;
use super::issue::{Access, Proof};
use super::params::Params;
use super::scopes::Asked;
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{App, Seed};
use serde_json::{Value, json};

impl Entra {
    /// `/metadata/identity/oauth2/token`: only for requests with `Metadata: true`, which no page can send,
    /// and without `X-Forwarded-For`.
    pub(super) fn imds(&self, request: &WireRequest, checks: &mut Checks) -> Reply {
        let direct = request
            .header("metadata")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
            && request.header("x-forwarded-for").is_none();
        if !checks.note(
            "metadata header",
            direct,
            "Metadata: true, and no X-Forwarded-For",
        ) {
            return invalid("Required metadata header not specified");
        }
        let params = Params::of_query(request);
        if !checks.note("api-version", params.get("api-version").is_some(), "named") {
            return invalid("api-version is missing");
        }
        let issued = match self.identity_token(request, &params, checks) {
            Ok(issued) => issued,
            Err(reply) => return reply,
        };
        let mut body = issued.body();
        body["expires_in"] = issued.lifetime.to_string().into();
        body["ext_expires_in"] = issued.lifetime.to_string().into();
        body["not_before"] = (issued.at - 300).to_string().into();
        stamp(Reply::json(200, &body), &self.trace(request, None))
    }

    /// `/msi/token`: for requests with the secret that App Service provides in `IDENTITY_HEADER`.
    pub(super) fn app_service(&self, request: &WireRequest, checks: &mut Checks) -> Reply {
        let sent = request
            .header("x-identity-header")
            .or_else(|| request.header("secret"));
        let right = sent.is_some_and(|secret| self.identity_header.matches(secret));
        if !checks.note("identity header", right, "the secret of this emulator") {
            let problem = json!({ "statusCode": 401, "message": "The identity header is missing or wrong." });
            return Reply::json(401, &problem);
        }
        match self.identity_token(request, &Params::of_query(request), checks) {
            Ok(issued) => stamp(Reply::json(200, &issued.body()), &self.trace(request, None)),
            Err(reply) => reply,
        }
    }

    fn identity_token(
        &self,
        request: &WireRequest,
        params: &Params,
        checks: &mut Checks,
    ) -> Result<Issued, Reply> {
        let seed = self.seed();
        let app = identity(&seed, params);
        checks.note(
            "identity",
            app.is_some(),
            params.get("client_id").unwrap_or("system-assigned"),
        );
        let app = app.ok_or_else(|| invalid("Identity not found"))?;
        let name = params
            .get("resource")
            .ok_or_else(|| invalid("resource is missing"))?;
        let resource = seed.resource(name);
        checks.note("resource", resource.is_some(), name);
        let resource = resource.ok_or_else(|| invalid("AADSTS500011: The resource is not known."))?;
        let access = Access {
            app,
            user: None,
            mfa: false,
            tid: &app.tenant,
            asked: Asked {
                identifier: name.to_owned(),
                ..Asked::whole(resource)
            },
            scopes: Vec::new(),
            roles: self
                .store()
                .consents
                .roles(&app.client_id, &app.tenant, &resource.app_id),
            proof: Proof::Certificate,
            version: resource.token_version,
            lifetime: self.lifetime_seconds(),
        };
        let token = self.access_token(&request.base_url(), &access);
        Ok(Issued {
            token: token.map_err(|refusal| invalid(&refusal.text))?,
            client_id: app.client_id.clone(),
            resource: name.to_owned(),
            at: self.now(),
            lifetime: access.lifetime,
        })
    }
}

/// A token, and what both endpoints return about it.
struct Issued {
    token: String,
    client_id: String,
    resource: String,
    at: i64,
    lifetime: i64,
}

impl Issued {
    fn body(&self) -> Value {
        json!({
            "access_token": self.token,
            "client_id": self.client_id,
            "expires_on": (self.at + self.lifetime).to_string(),
            "resource": self.resource,
            "token_type": "Bearer",
        })
    }
}

/// The only identity there is. A request may name it; `None` if it names another.
fn identity<'a>(seed: &'a Seed, params: &Params) -> Option<&'a App> {
    let app = seed.managed_identity()?;
    params
        .get("client_id")
        .is_none_or(|id| id.eq_ignore_ascii_case(&app.client_id))
        .then_some(app)
}

fn invalid(what: &str) -> Reply {
    Reply::json(
        400,
        &json!({ "error": "invalid_request", "error_description": what }),
    )
}
