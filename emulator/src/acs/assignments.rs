//! Who may use Teams Phone extensibility, and through which apps.

use std::collections::HashMap;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::Outcome;
use super::exchange::same;
use super::versions::TEAMS_EXTENSION;
use super::{Call, members};
use crate::entra::Claims;
use crate::operation::Principal;
use crate::options::AssignmentRule;

/// The claim that identifies tokens whose assignment was deleted.
pub(crate) const DELETIONS: &str = "assignmentDeletions";

/// The kinds of principals, as the specification and the documentation write them; the case is ignored.
const PRINCIPAL_TYPES: [&str; 3] = ["user", "resourceAccount", "teamsResourceAccount"];

/// An assignment, as the client sent it.
#[derive(Debug, Clone)]
struct Assignment {
    principal_type: String,
    client_ids: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default)]
struct Entry {
    assignment: Option<Assignment>,
    /// How often it was deleted. A token carries the count at its issue, and is invalid once the count
    /// differs.
    deletions: u64,
}

/// All assignments, by tenant and object.
#[derive(Debug, Default)]
pub(crate) struct Assignments(Mutex<HashMap<(Uuid, Uuid), Entry>>);

impl Assignments {
    pub(super) fn clear(&self) {
        self.0.lock().clear();
    }

    /// How often the assignment of this principal was deleted.
    pub(crate) fn deletions(&self, tenant_id: &str, object_id: &str) -> u64 {
        let key = (Uuid::try_parse(tenant_id), Uuid::try_parse(object_id));
        let (Ok(tenant), Ok(object)) = key else {
            return 0;
        };
        self.0
            .lock()
            .get(&(tenant, object))
            .map_or(0, |entry| entry.deletions)
    }
}

impl Assignment {
    fn answer(&self, principal: &Principal) -> Value {
        let mut answer = json!({
            "objectId": principal.object_id,
            "tenantId": principal.tenant_id,
            "principalType": self.principal_type,
        });
        if let Some(client_ids) = &self.client_ids {
            answer["clientIds"] = json!(client_ids);
        }
        answer
    }
}

/// `PUT /access/teamsExtension/tenants/{tenantId}/assignments/{objectId}`
pub(super) fn put(call: &Call<'_>, principal: &Principal) -> Result<Outcome, Outcome> {
    let key = key(call, principal)?;
    let Ok(body) = serde_json::from_slice::<Map<String, Value>>(&call.request.body) else {
        call.fail("body", "it is not a JSON object");
        // Unverified.
        return Err(Outcome::error(
            400,
            "ValidationError",
            "The request body is not valid JSON.",
        ));
    };
    members::known(call, &body, &["principalType", "clientIds"])?;
    let principal_type = principal_type(call, &body)?;
    let client_ids = client_ids(call, &body)?;
    let assignment = Assignment {
        principal_type,
        client_ids,
    };
    let answer = assignment.answer(principal);
    let former = call
        .acs
        .assignments
        .0
        .lock()
        .entry(key)
        .or_default()
        .assignment
        .replace(assignment);
    let status = if former.is_some() { 200 } else { 201 };
    Ok(Outcome::ok(status, answer, TEAMS_EXTENSION))
}

/// `GET /access/teamsExtension/tenants/{tenantId}/assignments/{objectId}`
pub(super) fn get(call: &Call<'_>, principal: &Principal) -> Result<Outcome, Outcome> {
    let key = key(call, principal)?;
    members::none(call)?;
    let found = call
        .acs
        .assignments
        .0
        .lock()
        .get(&key)
        .and_then(|entry| entry.assignment.clone());
    match found {
        Some(assignment) => Ok(Outcome::ok(200, assignment.answer(principal), TEAMS_EXTENSION)),
        None => {
            call.fail("assignment", "there is none");
            // The status is documented, the body is unverified.
            Err(Outcome::error(404, "NotFound", "The assignment was not found.").supporting(TEAMS_EXTENSION))
        }
    }
}

/// `DELETE /access/teamsExtension/tenants/{tenantId}/assignments/{objectId}`. How the service responds if
/// there is none is unverified.
pub(super) fn delete(call: &Call<'_>, principal: &Principal) -> Result<Outcome, Outcome> {
    let key = key(call, principal)?;
    members::none(call)?;
    if let Some(entry) = call.acs.assignments.0.lock().get_mut(&key)
        && entry.assignment.take().is_some()
    {
        entry.deletions += 1;
    }
    Ok(Outcome::no_content(TEAMS_EXTENSION))
}

/// Checks that the user has an assignment for this app, if the behaviour `assignment` requires one.
pub(super) fn permits(call: &Call<'_>, claims: &Claims) -> Result<(), Outcome> {
    let rule = call.behaviour.assignment;
    if rule == AssignmentRule::Ignored {
        return Ok(());
    }
    let key = (Uuid::try_parse(&claims.tid), Uuid::try_parse(&claims.oid));
    let (Ok(tenant), Ok(object)) = key else {
        return Err(super::denied());
    };
    let found = call
        .acs
        .assignments
        .0
        .lock()
        .get(&(tenant, object))
        .and_then(|entry| entry.assignment.clone());
    let (ok, detail) = match found {
        None => (
            false,
            format!("there is none for {} of {}", claims.oid, claims.tid),
        ),
        Some(assignment) if assignment.principal_type.eq_ignore_ascii_case("user") => {
            let listed = assignment.client_ids.unwrap_or_default();
            let ok = listed.iter().any(|id| same(id, &claims.client_id));
            let word = if ok { "lists" } else { "does not list" };
            (ok, format!("it {word} the app {}", claims.client_id))
        }
        Some(assignment) => (true, format!("of a {}", assignment.principal_type)),
    };
    if call.note("assignment", ok, detail) {
        return Ok(());
    }
    match rule {
        AssignmentRule::Denied => Err(super::denied()),
        AssignmentRule::Forbidden | AssignmentRule::Ignored => Err(Outcome::error(
            403,
            "Forbidden",
            "The user is not assigned to the resource.",
        )),
    }
}

/// How often the user's assignment was deleted.
pub(super) fn deletions(call: &Call<'_>, claims: &Claims) -> u64 {
    call.acs.assignments.deletions(&claims.tid, &claims.oid)
}

fn key(call: &Call<'_>, principal: &Principal) -> Result<(Uuid, Uuid), Outcome> {
    let guid = |name: &'static str, value: &str| {
        Uuid::try_parse(value).map_err(|_| {
            call.fail("path", format!("{name} is not a GUID"));
            // Unverified.
            Outcome::invalid(name, &format!("Provided {name} has invalid format."))
                .supporting(TEAMS_EXTENSION)
        })
    };
    Ok((
        guid("tenantId", &principal.tenant_id)?,
        guid("objectId", &principal.object_id)?,
    ))
}

fn principal_type(call: &Call<'_>, body: &Map<String, Value>) -> Result<String, Outcome> {
    let name = body
        .get("principalType")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_known = PRINCIPAL_TYPES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name));
    if call.note("principal_type", is_known, format!("{name:?}")) {
        return Ok(name.to_owned());
    }
    // Unverified.
    let message = if name.is_empty() {
        "PrincipalType: The PrincipalType field is required.".to_owned()
    } else {
        format!("PrincipalType '{name}' is not supported.")
    };
    Err(Outcome::invalid("principalType", &message).supporting(TEAMS_EXTENSION))
}

fn client_ids(call: &Call<'_>, body: &Map<String, Value>) -> Result<Option<Vec<String>>, Outcome> {
    let list = match body.get("clientIds") {
        None | Some(Value::Null) => return Ok(None),
        Some(list) => list,
    };
    let list: Option<Vec<String>> = serde_json::from_value(list.clone()).ok();
    match list.filter(|list| list.iter().all(|id| Uuid::try_parse(id).is_ok())) {
        Some(list) => Ok(Some(list)),
        None => {
            call.fail("client_ids", "they are not a list of GUIDs");
            // Unverified.
            let message = "Provided clientIds have invalid format.";
            Err(Outcome::invalid("clientIds", message).supporting(TEAMS_EXTENSION))
        }
    }
}
