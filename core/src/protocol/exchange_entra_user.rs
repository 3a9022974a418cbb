//! `POST /access/entra/:exchangeAccessToken`: an Entra user's token for an ACS access token. Only in preview
//! versions.

use super::access;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::models::CommunicationUserToken;

const OPERATION: Operation = Operation {
    name: "exchange the Entra user's token",
    method: Method::Post,
    success: &[200],
    authentication: Authentication::UserToken,
    retryable: Retryable::Always,
    subject: Subject::EntraToken,
};

/// Prepares the request that exchanges the token of an Entra user, with or without Teams, for an ACS access
/// token.
///
/// The Entra token authenticates the request, so it is not signed with the access key.
/// `api_version` must be a preview, such as
/// [`PreviewApiVersion::V2025_03_02Preview`](crate::PreviewApiVersion::V2025_03_02Preview).
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a token that cannot be a header
/// value or an API version that needs escaping in a query.
pub fn prepare_exchange_entra_user(
    endpoint: &Endpoint,
    aad_token: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    let path = "/access/entra/:exchangeAccessToken";
    access::request(&OPERATION, endpoint, path, aad_token, api_version)
}

/// Parses the response to [`prepare_exchange_entra_user`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_exchange_entra_user(response: &RawResponse<'_>) -> Result<CommunicationUserToken> {
    access::parse(&OPERATION, response)
}
