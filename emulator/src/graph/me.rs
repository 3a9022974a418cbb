//! The signed-in user, and their licences.

use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::caller::Caller;
use super::store::Extension;
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{TEAMS_SERVICE_PLANS, User};

/// `GET /me`, with `$select` and `$expand=extensions`.
pub(super) fn get(
    caller: &Caller,
    extensions: &[Extension],
    request: &WireRequest,
    checks: &mut Checks,
) -> Result<Reply, Refusal> {
    let mut selected: Option<Vec<String>> = None;
    let mut expanded = false;
    for (name, value) in url::form_urlencoded::parse(request.query().as_bytes()) {
        match &*name {
            "$select" => selected = Some(value.split(',').map(|name| name.trim().to_owned()).collect()),
            "$expand" if value == "extensions" => expanded = true,
            _ => {
                checks.fail("query", format!("{name}={value} is not emulated"));
                return Err(Refusal::bad_request(format!(
                    "The query option '{name}' is not valid."
                )));
            }
        }
    }
    let all = properties(&caller.user);
    let mut of = "/$entity".to_owned();
    let mut me = match &selected {
        None => all,
        Some(names) => {
            of = format!("({})/$entity", names.join(","));
            let unknown = names.iter().find(|name| !all.contains_key(name.as_str()));
            if let Some(unknown) = unknown {
                checks.fail("$select", format!("there is no {unknown}"));
                let message =
                    format!("Could not find a property named '{unknown}' on type 'microsoft.graph.user'.");
                return Err(Refusal::bad_request(message));
            }
            all.into_iter().filter(|(name, _)| names.contains(name)).collect()
        }
    };
    if expanded {
        let list = extensions.iter().map(Extension::to_json).collect();
        me.insert("extensions".into(), Value::Array(list));
    }
    let mut body = Map::new();
    let context = format!("{}/v1.0/$metadata#users{of}", request.base_url());
    body.insert("@odata.context".into(), context.into());
    body.extend(me);
    Ok(Reply::json(200, &body))
}

/// The properties that Graph returns unless others are selected.
fn properties(user: &User) -> Map<String, Value> {
    let (given, family) = user.name.split_once(' ').unwrap_or((&user.name, ""));
    let properties = json!({
        "businessPhones": [],
        "displayName": user.name,
        "givenName": given,
        "jobTitle": null,
        "mail": user.username,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": family,
        "userPrincipalName": user.username,
        "id": user.object_id,
    });
    match properties {
        Value::Object(properties) => properties,
        _ => Map::new(),
    }
}

/// `GET /me/licenseDetails`: all service plans of the seed under one licence, whose ids are the emulator's own.
pub(super) fn license_details(caller: &Caller, request: &WireRequest) -> Reply {
    let plans: Vec<Value> = caller
        .user
        .service_plans
        .iter()
        .map(|plan| service_plan(plan))
        .collect();
    let licence = json!({
        "id": format!("licence-of-{}", caller.user.object_id),
        "skuId": "5c0e0000-0000-4000-8000-000000000001",
        "skuPartNumber": "EMULATED",
        "servicePlans": plans,
    });
    let value = if plans.is_empty() { vec![] } else { vec![licence] };
    let context = caller.context(request, "/licenseDetails");
    Reply::json(200, &json!({"@odata.context": context, "value": value}))
}

fn service_plan(plan: &str) -> Value {
    let known = TEAMS_SERVICE_PLANS
        .iter()
        .find(|(name, id)| plan.eq_ignore_ascii_case(name) || plan.eq_ignore_ascii_case(id));
    let (name, id) = known.copied().unwrap_or((plan, plan));
    json!({
        "servicePlanId": id,
        "servicePlanName": name,
        "provisioningStatus": "Success",
        "appliesTo": "User",
    })
}
