//! `POST /identities/{id}/:issueAccessToken`: a token for an identity (`get_token` of the official clients).

use std::time::Duration;

use serde::Serialize;

use super::answer;
use super::body::{Lifetime, Scopes, to_json};
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use super::target::identity_path;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::models::{AccessToken, CommunicationTokenScope, CommunicationUserIdentifier};

const OPERATION: Operation = Operation {
    name: "issue the token",
    method: Method::Post,
    success: &[200],
    authentication: Authentication::Credential,
    retryable: Retryable::Always,
    subject: Subject::Identity,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    scopes: Scopes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in_minutes: Option<u64>,
}

/// Prepares the request that issues a token for an identity.
///
/// `token_expires_in` is rounded down to whole minutes. Without it the service decides (24 hours).
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), `target` naming the argument: an id
/// that cannot be part of a path, no scope, an expiry outside of 60 to 1440 minutes, or an API version that
/// needs escaping in a query.
pub fn prepare_issue_token(
    endpoint: &Endpoint,
    user: &CommunicationUserIdentifier,
    scopes: &[CommunicationTokenScope],
    token_expires_in: Option<Duration>,
    api_version: &str,
) -> Result<PreparedRequest> {
    request(
        endpoint,
        user,
        scopes,
        Lifetime::checked(token_expires_in),
        api_version,
    )
}

/// Like [`prepare_issue_token`], with a lifetime that may be unchecked.
pub(crate) fn request(
    endpoint: &Endpoint,
    user: &CommunicationUserIdentifier,
    scopes: &[CommunicationTokenScope],
    lifetime: Lifetime,
    api_version: &str,
) -> Result<PreparedRequest> {
    let path = format!("{}/:issueAccessToken", identity_path(user)?);
    let body = Body {
        scopes: Scopes::check(scopes)?,
        expires_in_minutes: lifetime.minutes()?,
    };
    OPERATION.json_request(endpoint, &path, api_version, to_json(&body, 96)?)
}

/// Parses the response to [`prepare_issue_token`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_issue_token(response: &RawResponse<'_>) -> Result<AccessToken> {
    let mut answer = answer::object(&OPERATION, response)?;
    answer::token(&mut answer, response)
}
