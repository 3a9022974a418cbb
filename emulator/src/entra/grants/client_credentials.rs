//! `client_credentials`: a token for the app itself, at one tenant, for a resource's `.default`.

use super::confidential;
use crate::entra::aadsts::Refusal;
use crate::entra::issue::{Access, Proof};
use crate::entra::tenant::Authority;
use crate::entra::token_request::TokenRequest;
use crate::http::Checks;
use crate::seed::App;
use serde_json::Value;

pub(in crate::entra) fn client_credentials(
    request: &TokenRequest<'_>,
    app: &App,
    proof: Proof,
    checks: &mut Checks,
) -> Result<Value, Refusal> {
    let Authority::Tenant(tid) = request.authority else {
        checks.fail("tenant", "client_credentials needs one tenant");
        return Err(Refusal::no_tenant(request.authority.segment()));
    };
    confidential(proof, checks)?;
    let scope = request.need("scope")?;
    let (_, asked) = request.one_resource(scope, checks)?;
    if !checks.note(
        "scope form",
        asked.default && asked.names.is_empty(),
        "resource/.default",
    ) {
        return Err(Refusal::not_default_scope(scope));
    }
    let resource = asked.resource(request.seed, tid)?;
    let store = request.entra.store();
    let present = *tid == app.tenant || store.consents.any_in_tenant(&app.client_id, tid);
    let roles = store.consents.roles(&app.client_id, tid, &asked.app_id);
    drop(store);
    if !checks.note("service principal", present, tid.as_str()) {
        return Err(Refusal::not_in_tenant(&app.client_id, tid));
    }
    let access = Access {
        app,
        user: None,
        mfa: false,
        tid,
        asked,
        scopes: Vec::new(),
        roles,
        proof,
        version: resource.token_version,
        lifetime: request.entra.lifetime_seconds(),
    };
    request.entra.access_body(&request.base, &access)
}
