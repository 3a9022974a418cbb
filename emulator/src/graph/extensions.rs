//! The open extensions of the signed-in user.

use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::caller::Caller;
use super::store::Extension;
use crate::http::{Checks, Reply, WireRequest};
use crate::options::Behaviour;

/// How many open extensions an app may have on one user, according to Graph's documentation.
const PER_APP: usize = 2;

/// Members that are not the extension's own data.
const RESERVED: [&str; 4] = ["@odata.type", "@odata.context", "extensionName", "id"];

/// `GET /me/extensions`
pub(super) fn list(caller: &Caller, extensions: &[Extension], request: &WireRequest) -> Reply {
    let value: Vec<Value> = extensions.iter().map(Extension::to_json).collect();
    let context = caller.context(request, "/extensions");
    Reply::json(200, &json!({"@odata.context": context, "value": value}))
}

/// `POST /me/extensions`
pub(super) fn create(
    caller: &Caller,
    extensions: &mut Vec<Extension>,
    request: &WireRequest,
    behaviour: &Behaviour,
    checks: &mut Checks,
) -> Result<Reply, Refusal> {
    let mut body = body(request, checks)?;
    let kind = body
        .get("@odata.type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let open = kind.trim_start_matches('#') == "microsoft.graph.openTypeExtension";
    if !checks.note("@odata.type", open, kind) {
        return Err(Refusal::bad_request(
            "The @odata.type is not that of an open extension.",
        ));
    }
    let name = body
        .get("extensionName")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if !checks.note("extensionName", !name.is_empty(), name.as_str()) {
        return Err(Refusal::bad_request("The extension has no extensionName."));
    }
    let free = !extensions.iter().any(|extension| extension.name == name);
    if !checks.note("name is free", free, name.as_str()) {
        return Err(Refusal::extension_exists(behaviour.extension_conflict));
    }
    let app = &caller.claims.client_id;
    let has = extensions
        .iter()
        .filter(|extension| extension.app == *app)
        .count();
    if !checks.note(
        "limit",
        has < PER_APP,
        format!("the app has {has} of {PER_APP} on this user"),
    ) {
        return Err(Refusal::too_many_extensions());
    }
    body.retain(|member, _| !RESERVED.contains(&member.as_str()));
    let extension = Extension {
        name,
        app: app.clone(),
        data: body,
    };
    let reply = one(201, caller, &extension, request);
    extensions.push(extension);
    Ok(reply)
}

/// `GET /me/extensions/{name}`
pub(super) fn get(
    caller: &Caller,
    extensions: &[Extension],
    name: &str,
    request: &WireRequest,
    checks: &mut Checks,
) -> Result<Reply, Refusal> {
    let at = find(extensions, name, checks)?;
    Ok(one(200, caller, &extensions[at], request))
}

/// `PATCH /me/extensions/{name}`: changes the members that are named, and removes those that are `null`.
/// Unverified: the removal, and that members which are not named stay.
pub(super) fn update(
    extensions: &mut [Extension],
    name: &str,
    request: &WireRequest,
    checks: &mut Checks,
) -> Result<Reply, Refusal> {
    let changes = body(request, checks)?;
    let at = find(extensions, name, checks)?;
    let data = &mut extensions[at].data;
    for (member, value) in changes {
        if RESERVED.contains(&member.as_str()) {
            continue;
        }
        if value.is_null() {
            data.remove(&member);
        } else {
            data.insert(member, value);
        }
    }
    Ok(Reply::empty(204))
}

/// `DELETE /me/extensions/{name}`
pub(super) fn delete(
    extensions: &mut Vec<Extension>,
    name: &str,
    checks: &mut Checks,
) -> Result<Reply, Refusal> {
    let at = find(extensions, name, checks)?;
    extensions.remove(at);
    Ok(Reply::empty(204))
}

fn find(extensions: &[Extension], name: &str, checks: &mut Checks) -> Result<usize, Refusal> {
    let found = extensions.iter().position(|extension| extension.name == name);
    checks.note("extension", found.is_some(), name);
    found.ok_or_else(Refusal::extension_not_found)
}

fn one(status: u16, caller: &Caller, extension: &Extension, request: &WireRequest) -> Reply {
    let mut json = json!({"@odata.context": caller.context(request, "/extensions/$entity")});
    if let (Value::Object(all), Value::Object(own)) = (&mut json, extension.to_json()) {
        all.extend(own);
    }
    Reply::json(status, &json)
}

fn body(request: &WireRequest, checks: &mut Checks) -> Result<Map<String, Value>, Refusal> {
    let json = request
        .header("content-type")
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
    let members = serde_json::from_slice(&request.body).ok().filter(|_| json);
    checks.note("body", members.is_some(), "a JSON object, and said to be JSON");
    members.ok_or_else(|| Refusal::bad_request("The request body is not a JSON object."))
}
