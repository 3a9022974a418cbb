//! `POST /identities` with scopes: a new identity and its first token.

use std::time::Duration;

use serde::Serialize;

use super::body::{Lifetime, Scopes, to_json};
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use super::{answer, create_user};
use crate::endpoint::Endpoint;
use crate::error::{Note, Result};
use crate::models::{CommunicationTokenScope, CommunicationUserToken};

const OPERATION: Operation = Operation {
    name: "create the user and its token",
    method: Method::Post,
    success: &[200, 201],
    authentication: Authentication::Credential,
    retryable: Retryable::IfNotProcessed,
    subject: Subject::Identity,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    create_token_with_scopes: Scopes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in_minutes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<&'a str>,
}

/// Prepares the request that creates an identity and a token for it.
///
/// `token_expires_in` is rounded down to whole minutes. Without it the service decides (24 hours).
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), `target` naming the argument: no scope,
/// an expiry outside of 60 to 1440 minutes, or an API version that needs escaping in a query.
pub fn prepare_create_user_and_token(
    endpoint: &Endpoint,
    scopes: &[CommunicationTokenScope],
    token_expires_in: Option<Duration>,
    api_version: &str,
) -> Result<PreparedRequest> {
    request(endpoint, scopes, Lifetime::checked(token_expires_in), api_version)
}

/// Like [`prepare_create_user_and_token`], with a lifetime that may be unchecked.
pub(crate) fn request(
    endpoint: &Endpoint,
    scopes: &[CommunicationTokenScope],
    lifetime: Lifetime,
    api_version: &str,
) -> Result<PreparedRequest> {
    let body = Body {
        create_token_with_scopes: Scopes::check(scopes)?,
        expires_in_minutes: lifetime.minutes()?,
        custom_id: None,
    };
    OPERATION.json_request(endpoint, create_user::PATH, api_version, to_json(&body, 96)?)
}

/// Prepares the request that creates an identity with this custom id, or finds the one that already
/// has it, and issues a token for it. `api_version` must be a preview, such as
/// [`PreviewApiVersion::V2025_03_02Preview`](crate::PreviewApiVersion::V2025_03_02Preview).
///
/// It may be retried when its outcome is unknown, like
/// [`prepare_create_user_with_custom_id`](super::prepare_create_user_with_custom_id).
///
/// # Errors
/// As [`prepare_create_user_and_token`] and
/// [`prepare_create_user_with_custom_id`](super::prepare_create_user_with_custom_id).
pub fn prepare_create_user_and_token_with_custom_id(
    endpoint: &Endpoint,
    custom_id: &str,
    scopes: &[CommunicationTokenScope],
    token_expires_in: Option<Duration>,
    api_version: &str,
) -> Result<PreparedRequest> {
    let lifetime = Lifetime::checked(token_expires_in);
    request_with_custom_id(endpoint, custom_id, scopes, lifetime, api_version)
}

/// Like [`prepare_create_user_and_token_with_custom_id`], with a lifetime that may be unchecked.
pub(crate) fn request_with_custom_id(
    endpoint: &Endpoint,
    custom_id: &str,
    scopes: &[CommunicationTokenScope],
    lifetime: Lifetime,
    api_version: &str,
) -> Result<PreparedRequest> {
    let body = Body {
        create_token_with_scopes: Scopes::check(scopes)?,
        expires_in_minutes: lifetime.minutes()?,
        custom_id: Some(create_user::checked_custom_id(custom_id)?),
    };
    let operation = Operation {
        retryable: Retryable::Always,
        ..OPERATION
    };
    operation.json_request(endpoint, create_user::PATH, api_version, to_json(&body, 384)?)
}

/// Parses the response to [`prepare_create_user_and_token`].
///
/// # Errors
/// The service's error, by kind, or
/// [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse). If the identity was
/// created but the token is missing, the reason names the identity.
pub fn parse_create_user_and_token(response: &RawResponse<'_>) -> Result<CommunicationUserToken> {
    let (user, mut answer) = create_user::created(&OPERATION, response)?;
    let token = answer::wrapped_token(&mut answer, response).map_err(|error| {
        error.with_note(Note::IdentityCreated {
            id: answer::shown_id(&user).to_string(),
        })
    })?;
    Ok(CommunicationUserToken { user, token })
}

/// Parses the response to [`prepare_create_user_and_token_with_custom_id`].
///
/// # Errors
/// As [`parse_create_user_and_token`].
pub fn parse_create_user_and_token_with_custom_id(
    response: &RawResponse<'_>,
) -> Result<CommunicationUserToken> {
    parse_create_user_and_token(response)
}
