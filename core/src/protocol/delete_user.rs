//! `DELETE /identities/{id}`: deletes an identity and revokes its tokens.

use super::answer;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use super::target::identity_path;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::models::CommunicationUserIdentifier;

const OPERATION: Operation = Operation {
    name: "delete the user",
    method: Method::Delete,
    success: &[204],
    authentication: Authentication::Credential,
    retryable: Retryable::Always,
    subject: Subject::Identity,
};

/// Prepares the request that deletes an identity.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an id that cannot be part of a path,
/// or an API version that needs escaping in a query.
pub fn prepare_delete_user(
    endpoint: &Endpoint,
    user: &CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    OPERATION.request(endpoint, &identity_path(user)?, api_version)
}

/// Parses the response to [`prepare_delete_user`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_delete_user(response: &RawResponse<'_>) -> Result<()> {
    answer::succeeded(&OPERATION, response)
}
