//! `POST /access/teamsExtension/:exchangeAccessToken`: an Entra token for a token of Teams Phone extensibility.

use zeroize::Zeroizing;

use super::answer;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::models::CommunicationUserToken;

const OPERATION: Operation = Operation {
    name: "exchange the Teams extension token",
    method: Method::Post,
    success: &[200],
    authentication: Authentication::UserToken,
    retryable: Retryable::Always,
    subject: Subject::EntraToken,
};

/// The request that exchanges an Entra token for a token of Teams Phone extensibility.
///
/// The Entra token is the request's credential: it is not signed with the access key.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a token that cannot stand in a header or
/// an API version that cannot stand in a query.
pub fn prepare_exchange_teams_extension(
    endpoint: &Endpoint,
    aad_token: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    if aad_token.is_empty() || !aad_token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::invalid_argument(
            "aad_token",
            "The Entra token is empty or has blanks, line ends or other characters that no token has.",
        ));
    }
    let mut authorization = Zeroizing::new(String::with_capacity("Bearer ".len() + aad_token.len()));
    authorization.push_str("Bearer ");
    authorization.push_str(aad_token);
    let body = Zeroizing::new(b"{}".to_vec());
    let path = "/access/teamsExtension/:exchangeAccessToken";
    let mut request = OPERATION.json_request(endpoint, path, api_version, body)?;
    request.headers.push(("authorization", authorization));
    Ok(request)
}

/// Reads the answer to [`prepare_exchange_teams_extension`].
///
/// # Errors
/// The service's refusal, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_exchange_teams_extension(response: &RawResponse<'_>) -> Result<CommunicationUserToken> {
    let mut answer = answer::object(&OPERATION, response)?;
    let user = answer::identity(&mut answer, response)?;
    let token = answer::wrapped_token(&mut answer, response)?;
    Ok(CommunicationUserToken { user, token })
}
