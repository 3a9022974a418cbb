//! `/_emulator/seed`

use std::sync::Arc;

use serde_json::json;

use super::{Answer, Refusal};
use crate::core::Core;
use crate::http::{Reply, WireRequest};
use crate::seed::Seed;

pub(super) fn handle(core: &Core, request: &WireRequest) -> Answer {
    match request.method.as_str() {
        "GET" => Ok(show(&core.entra.seed())),
        "POST" | "PUT" => {
            let text = std::str::from_utf8(&request.body)
                .map_err(|_| Refusal::Invalid("the seed is not UTF-8".into()))?;
            let seed = Seed::from_json(text).map_err(|error| Refusal::Invalid(error.to_string()))?;
            core.set_seed(Arc::new(seed));
            // The secrets that the seed left out were made up just now.
            Ok(Reply::json(200, &core.info()).with("cache-control", "no-store"))
        }
        _ => Err(Refusal::Method("GET, POST and PUT")),
    }
}

/// What exists, without passwords and secrets.
fn show(seed: &Seed) -> Reply {
    let tenants: Vec<_> = seed
        .tenants
        .iter()
        .map(|t| json!({"id": t.id, "name": t.name, "domains": t.domains}))
        .collect();
    let users: Vec<_> = seed
        .users
        .iter()
        .map(|u| {
            json!({
                "username": u.username, "name": u.name, "object_id": u.object_id, "tenant": u.tenant,
                "service_plans": u.service_plans, "licensed": u.licensed(), "admin": u.admin,
            })
        })
        .collect();
    let apps: Vec<_> = seed
        .apps
        .iter()
        .map(|a| {
            let redirect_uris: Vec<&str> = a.redirect_uris.iter().map(|r| r.uri.as_str()).collect();
            json!({
                "client_id": a.client_id, "name": a.name, "tenant": a.tenant,
                "multi_tenant": a.multi_tenant, "public_client": a.public_client,
                "redirect_uris": redirect_uris, "acs_role": a.acs_role,
            })
        })
        .collect();
    let resources: Vec<_> = seed
        .resources
        .iter()
        .map(|r| {
            let scopes: Vec<&str> = r.scopes.iter().map(|s| s.value.as_str()).collect();
            json!({"app_id": r.app_id, "name": r.name, "uris": r.uris, "scopes": scopes, "roles": r.roles})
        })
        .collect();
    Reply::json(
        200,
        &json!({"tenants": tenants, "users": users, "apps": apps, "resources": resources}),
    )
}
