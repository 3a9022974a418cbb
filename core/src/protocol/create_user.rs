//! `POST /identities`: a new identity.

use zeroize::Zeroizing;

use super::answer;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use crate::endpoint::Endpoint;
use crate::error::{Error, Note, Result};
use crate::models::CommunicationUserIdentifier;

pub(super) const PATH: &str = "/identities";

const OPERATION: Operation = Operation {
    name: "create the user",
    method: Method::Post,
    success: &[200, 201],
    authentication: Authentication::Credential,
    retryable: Retryable::IfNotProcessed,
    subject: Subject::Identity,
};

/// The request that creates an identity.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an API version that cannot stand in a
/// query.
pub fn prepare_create_user(endpoint: &Endpoint, api_version: &str) -> Result<PreparedRequest> {
    OPERATION.json_request(endpoint, PATH, api_version, Zeroizing::default())
}

/// Reads the answer to [`prepare_create_user`].
///
/// # Errors
/// The service's refusal, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_create_user(response: &RawResponse<'_>) -> Result<CommunicationUserIdentifier> {
    created(&OPERATION, response).map(|(user, _)| user)
}

/// The identity that an answer tells of, and the rest of the answer.
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
