//! `POST /identities/{id}/:revokeAccessTokens`: revokes all tokens of an identity.

use super::answer;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use super::target::identity_path;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::models::CommunicationUserIdentifier;

const OPERATION: Operation = Operation {
    name: "revoke the tokens",
    method: Method::Post,
    success: &[204],
    authentication: Authentication::Credential,
    retryable: Retryable::Always,
    subject: Subject::Identity,
};

/// Prepares the request that revokes all tokens of an identity.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an id that cannot be part of a path,
/// or an API version that needs escaping in a query.
pub fn prepare_revoke_tokens(
    endpoint: &Endpoint,
    user: &CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    let path = format!("{}/:revokeAccessTokens", identity_path(user)?);
    OPERATION.request(endpoint, &path, api_version)
}

/// Parses the response to [`prepare_revoke_tokens`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_revoke_tokens(response: &RawResponse<'_>) -> Result<()> {
    answer::succeeded(&OPERATION, response)
}
