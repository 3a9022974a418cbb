//! Members of a request's body that the operation does not have.

use serde_json::{Map, Value};

use super::Call;
use super::answer::Outcome;
use crate::options::UnknownMember;

/// Notes members that the operation does not have in this API version, or rejects the request, according to
/// the behaviour `unknown_member`. What the service does is unverified.
pub(super) fn known(call: &Call<'_>, body: &Map<String, Value>, known: &[&str]) -> Result<(), Outcome> {
    let unknown: Vec<&str> = body
        .keys()
        .map(String::as_str)
        .filter(|name| !known.contains(name))
        .collect();
    let Some(first) = unknown.first() else {
        return Ok(());
    };
    let names = unknown.join(", ");
    match call.behaviour.unknown_member {
        UnknownMember::Noted => {
            call.fail("body_members", format!("{names}: not of this operation, ignored"));
            Ok(())
        }
        UnknownMember::Refused => {
            call.fail("body_members", format!("{names}: not of this operation"));
            let message = format!("The member '{first}' is not known.");
            Err(Outcome::invalid(first, &message))
        }
    }
}

/// Checks the body of an operation that requires an empty JSON object.
pub(super) fn empty_object(call: &Call<'_>) -> Result<(), Outcome> {
    match serde_json::from_slice(&call.request.body) {
        Ok(Value::Object(body)) => known(call, &body, &[]),
        _ => {
            call.fail("body", "it is not a JSON object");
            // Unverified.
            let message = "The request body must be a JSON object.";
            Err(Outcome::error(400, "ValidationError", message))
        }
    }
}

/// Checks the body of an operation that takes none.
pub(super) fn none(call: &Call<'_>) -> Result<(), Outcome> {
    match serde_json::from_slice(&call.request.body) {
        Ok(Value::Object(body)) => known(call, &body, &[]),
        _ if call.request.body.is_empty() => Ok(()),
        _ => {
            call.fail("body", "this operation takes none; ignored");
            Ok(())
        }
    }
}
