//! `GET /identities/{id}`: the service's details of an identity. Only in preview versions.

use super::answer;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use super::target::identity_path;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::models::{CommunicationUserDetail, CommunicationUserIdentifier};

const OPERATION: Operation = Operation {
    name: "read the identity",
    method: Method::Get,
    success: &[200],
    authentication: Authentication::Credential,
    retryable: Retryable::Always,
    subject: Subject::Identity,
};

/// Prepares the request that reads an identity. `api_version` must be a preview, such as
/// [`PreviewApiVersion::V2025_03_02Preview`](crate::PreviewApiVersion::V2025_03_02Preview).
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an id that cannot be part of a path,
/// or an API version that needs escaping in a query.
pub fn prepare_get_user_detail(
    endpoint: &Endpoint,
    user: &CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    OPERATION.request(endpoint, &identity_path(user)?, api_version)
}

/// Parses the response to [`prepare_get_user_detail`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_get_user_detail(response: &RawResponse<'_>) -> Result<CommunicationUserDetail> {
    let mut answer = answer::object(&OPERATION, response)?;
    let custom_id = match answer.get("customId") {
        None | Some(serde_json::Value::Null) => None,
        Some(_) => Some(answer::text(&mut answer, "customId", response)?),
    };
    Ok(CommunicationUserDetail {
        last_token_issued_at: answer::optional_time(&answer, "lastTokenIssuedAt", response)?,
        user: CommunicationUserIdentifier {
            id: answer::text(&mut answer, "id", response)?,
        },
        custom_id,
    })
}
