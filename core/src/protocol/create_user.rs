//! `POST /identities`: a new identity.

use zeroize::Zeroizing;

use super::answer;
use super::body::strings_to_json;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use crate::endpoint::Endpoint;
use crate::error::{Error, Note, Result};
use crate::models::CommunicationUserIdentifier;

pub(super) const PATH: &str = "/identities";
/// As documented; the API's schema has no limit.
const LONGEST_CUSTOM_ID: usize = 256;

const OPERATION: Operation = Operation {
    name: "create the user",
    method: Method::Post,
    success: &[200, 201],
    authentication: Authentication::Credential,
    retryable: Retryable::IfNotProcessed,
    subject: Subject::Identity,
};

/// Prepares the request that creates an identity.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an API version that needs escaping
/// in a query.
pub fn prepare_create_user(endpoint: &Endpoint, api_version: &str) -> Result<PreparedRequest> {
    OPERATION.json_request(endpoint, PATH, api_version, Zeroizing::default())
}

/// Prepares the request that creates an identity with this custom id, or finds the one that already
/// has it. `api_version` must be a preview, such as
/// [`PreviewApiVersion::V2025_03_02Preview`](crate::PreviewApiVersion::V2025_03_02Preview).
///
/// It may be retried when its outcome is unknown: the same custom id leads to the same identity.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a custom id that is not of 1 to 256
/// characters, or an API version that needs escaping in a query.
pub fn prepare_create_user_with_custom_id(
    endpoint: &Endpoint,
    custom_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    let operation = Operation {
        retryable: Retryable::Always,
        ..OPERATION
    };
    let body = strings_to_json([("customId", checked_custom_id(custom_id)?)])?;
    operation.json_request(endpoint, PATH, api_version, body)
}

/// Checks that the service accepts the length of a custom id.
pub(super) fn checked_custom_id(custom_id: &str) -> Result<&str> {
    if (1..=LONGEST_CUSTOM_ID).contains(&custom_id.chars().count()) {
        return Ok(custom_id);
    }
    Err(Error::invalid_argument(
        "custom_id",
        format!("It must have 1 to {LONGEST_CUSTOM_ID} characters."),
    ))
}

/// Parses the response to [`prepare_create_user`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_create_user(response: &RawResponse<'_>) -> Result<CommunicationUserIdentifier> {
    created(&OPERATION, response).map(|(user, _)| user)
}

/// Parses the response to [`prepare_create_user_with_custom_id`].
///
/// # Errors
/// As [`parse_create_user`].
pub fn parse_create_user_with_custom_id(response: &RawResponse<'_>) -> Result<CommunicationUserIdentifier> {
    parse_create_user(response)
}

/// Returns the identity of a response, and the rest of the response.
pub(super) fn created(
    operation: &Operation,
    response: &RawResponse<'_>,
) -> Result<(CommunicationUserIdentifier, answer::Object)> {
    let read = || {
        let mut answer = answer::object(operation, response)?;
        Ok((answer::identity(&mut answer, response)?, answer))
    };
    read().map_err(|error: Error| {
        if (200..300).contains(&response.status) {
            error.with_note(Note::IdentityMaybeCreated)
        } else {
            error
        }
    })
}
