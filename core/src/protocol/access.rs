//! The common parts of the exchanges under `/access`, which the user's own Entra token authenticates.

use zeroize::Zeroizing;

use super::answer;
use super::message::{PreparedRequest, RawResponse};
use super::operation::Operation;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::models::CommunicationUserToken;

/// Prepares the request with this token as its credential.
pub(super) fn request(
    operation: &Operation,
    endpoint: &Endpoint,
    path: &str,
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
    let mut request = operation.json_request(endpoint, path, api_version, body)?;
    request.headers.push(("authorization", authorization));
    Ok(request)
}

/// Parses the response.
pub(super) fn parse(operation: &Operation, response: &RawResponse<'_>) -> Result<CommunicationUserToken> {
    let mut answer = answer::object(operation, response)?;
    let user = answer::identity(&mut answer, response)?;
    let token = answer::wrapped_token(&mut answer, response)?;
    Ok(CommunicationUserToken { user, token })
}
