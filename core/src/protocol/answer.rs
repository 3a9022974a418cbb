//! The common parts of parsing responses.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::failure;
use super::message::RawResponse;
use super::operation::Operation;
use crate::error::{Error, ErrorKind, Result};
use crate::models::{AccessToken, CommunicationUserIdentifier};
use crate::redact;
use crate::secret::Secret;

const LONGEST_SHOWN: usize = 256;

pub(super) type Object = Map<String, Value>;

/// Returns the service's error unless the response is a success of this operation.
pub(super) fn succeeded(operation: &Operation, response: &RawResponse<'_>) -> Result<()> {
    if operation.success.contains(&response.status) {
        Ok(())
    } else {
        Err(failure::explain(operation, response))
    }
}

/// Returns the JSON object of a success.
pub(super) fn object(operation: &Operation, response: &RawResponse<'_>) -> Result<Object> {
    succeeded(operation, response)?;
    match serde_json::from_slice(response.body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(unexpected(response, "its body is not a JSON object")),
    }
}

/// Returns the `identity` of a response.
pub(super) fn identity(
    answer: &mut Object,
    response: &RawResponse<'_>,
) -> Result<CommunicationUserIdentifier> {
    let id = match answer.get_mut("identity") {
        Some(Value::Object(identity)) => shown_text(identity, "id"),
        _ => None,
    };
    match id {
        Some(id) => Ok(CommunicationUserIdentifier { id }),
        None => Err(unexpected(response, "it holds no identity.id")),
    }
}

/// Returns a member that is a text.
pub(super) fn text(answer: &mut Object, name: &str, response: &RawResponse<'_>) -> Result<String> {
    shown_text(answer, name).ok_or_else(|| unexpected(response, &format!("it holds no {name}")))
}

/// Returns a text that is not empty and has no control characters.
fn shown_text(object: &mut Object, name: &str) -> Option<String> {
    match object.get_mut(name).map(Value::take) {
        Some(Value::String(text)) if !text.is_empty() && !text.chars().any(char::is_control) => Some(text),
        _ => None,
    }
}

/// Returns a member that is a time and may be absent.
pub(super) fn optional_time(
    answer: &Object,
    name: &str,
    response: &RawResponse<'_>,
) -> Result<Option<SystemTime>> {
    match answer.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => expiry(text).map(Some),
        Some(_) => None,
    }
    .ok_or_else(|| unexpected(response, &format!("its {name} is not a time with an offset")))
}

/// Returns the `accessToken` of a response.
pub(super) fn wrapped_token(answer: &mut Object, response: &RawResponse<'_>) -> Result<AccessToken> {
    match answer.get_mut("accessToken") {
        Some(Value::Object(wrapped)) => token(wrapped, response),
        _ => Err(unexpected(response, "it holds no accessToken")),
    }
}

/// Returns `token` and `expiresOn` of an object.
pub(super) fn token(answer: &mut Object, response: &RawResponse<'_>) -> Result<AccessToken> {
    let token = match answer.remove("token") {
        Some(Value::String(token)) => Secret::from(token),
        _ => return Err(unexpected(response, "it holds no token")),
    };
    if token.expose().is_empty() || has_blanks(token.expose()) {
        return Err(unexpected(response, "its token is empty or has blanks in it"));
    }
    let expires_on = match answer.get("expiresOn") {
        Some(Value::String(text)) => expiry(text),
        _ => None,
    };
    match expires_on {
        Some(expires_on) => Ok(AccessToken { token, expires_on }),
        None => Err(unexpected(
            response,
            "its expiresOn is missing or not a time with an offset",
        )),
    }
}

fn has_blanks(text: &str) -> bool {
    // No branch per byte, so that the compiler can vectorize the loop.
    let graphic = text
        .bytes()
        .fold(true, |graphic, b| graphic & b.is_ascii_graphic());
    !graphic && text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Parses the service's format of times, rounded down: a token must not seem to be valid for longer than it
/// is.
fn expiry(text: &str) -> Option<SystemTime> {
    let time: Timestamp = text.parse().ok()?;
    let seconds = u64::try_from(time.as_second())
        .ok()
        .filter(|seconds| *seconds > 0)?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// An identity for a reason: shortened, and without control characters.
pub(super) fn shown_id(user: &CommunicationUserIdentifier) -> String {
    redact::for_display(&user.id, LONGEST_SHOWN)
}

pub(super) fn unexpected(response: &RawResponse<'_>, what: &str) -> Error {
    failure::with_response(
        Error::new(
            ErrorKind::UnexpectedResponse,
            format!("The response is not one that the service returns: {what}."),
        ),
        response,
    )
}
