//! `POST /teamsUser/:exchangeAccessToken`: a Microsoft 365 user's Entra token for an ACS token of that Teams
//! user (`get_token_for_teams_user` of the official clients).

use super::answer;
use super::body::strings_to_json;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::models::AccessToken;

const OPERATION: Operation = Operation {
    name: "exchange the Teams user's token",
    method: Method::Post,
    success: &[200],
    authentication: Authentication::Credential,
    retryable: Retryable::Always,
    subject: Subject::EntraToken,
};

/// Prepares the request that exchanges a user's Entra token.
///
/// `client_id` is the application that the token was issued to, `user_object_id` the user's `oid`.
/// Neither is checked here, since the service's own message is more exact;
/// [`inspect`](fn@crate::entra::inspect) checks a token beforehand.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an API version that needs escaping
/// in a query.
pub fn prepare_exchange_teams_user(
    endpoint: &Endpoint,
    aad_token: &str,
    client_id: &str,
    user_object_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    let body = strings_to_json([
        ("token", aad_token),
        ("appId", client_id),
        ("userId", user_object_id),
    ])?;
    OPERATION.json_request(endpoint, "/teamsUser/:exchangeAccessToken", api_version, body)
}

/// Parses the response to [`prepare_exchange_teams_user`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_exchange_teams_user(response: &RawResponse<'_>) -> Result<AccessToken> {
    let mut answer = answer::object(&OPERATION, response)?;
    answer::token(&mut answer, response)
}
