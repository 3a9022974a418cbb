//! `POST /access/teamsExtension/:exchangeAccessToken`: an Entra token for a token of Teams Phone
//! extensibility.

use super::access;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::models::CommunicationUserToken;

const OPERATION: Operation = Operation {
    name: "exchange the Teams extension token",
    method: Method::Post,
    success: &[200],
    authentication: Authentication::UserToken,
    retryable: Retryable::Always,
    subject: Subject::EntraToken,
};

/// Prepares the request that exchanges an Entra token for a token of Teams Phone extensibility.
///
/// The Entra token authenticates the request, so it is not signed with the access key.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a token that cannot be a header
/// value or an API version that needs escaping in a query.
pub fn prepare_exchange_teams_extension(
    endpoint: &Endpoint,
    aad_token: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    let path = "/access/teamsExtension/:exchangeAccessToken";
    access::request(&OPERATION, endpoint, path, aad_token, api_version)
}

/// Parses the response to [`prepare_exchange_teams_extension`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_exchange_teams_extension(response: &RawResponse<'_>) -> Result<CommunicationUserToken> {
    access::parse(&OPERATION, response)
}
