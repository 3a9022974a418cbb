//! Parses the response to a prepared request. No I/O.

use core_auth::protocol;

use crate::error::Result;
use crate::message::{Header, pairs};
use crate::models::{
    AccessToken, CommunicationUserDetail, CommunicationUserIdentifier, CommunicationUserToken,
    TeamsExtensionAssignment,
};
use crate::shown::shown;

/// A response from any HTTP library. It prints without the body.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct RawResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<Header>,
    /// The whole body.
    pub body: Vec<u8>,
    /// When it was received, in seconds since 1970, for a Retry-After that is a date.
    pub received_at: i64,
}

shown!(RawResponse { status, headers, received_at; body });

fn parsed<T, R: From<T>>(
    response: &RawResponse,
    parse: impl FnOnce(&protocol::RawResponse<'_>) -> core_auth::Result<T>,
) -> Result<R> {
    let RawResponse {
        status,
        headers,
        body,
        received_at,
    } = response;
    let headers = pairs(headers);
    let response = protocol::RawResponse {
        status: *status,
        headers: &headers,
        body,
        received_at: acs_auth_c::time(*received_at, "received_at")?,
    };
    Ok(parse(&response)?.into())
}

/// Parses the response to prepare_create_user.
#[uniffi::export]
pub fn parse_create_user(response: RawResponse) -> Result<CommunicationUserIdentifier> {
    parsed(&response, protocol::parse_create_user)
}

/// Parses the response to prepare_create_user_and_token.
#[uniffi::export]
pub fn parse_create_user_and_token(response: RawResponse) -> Result<CommunicationUserToken> {
    parsed(&response, protocol::parse_create_user_and_token)
}

/// Parses the response to prepare_delete_user.
#[uniffi::export]
pub fn parse_delete_user(response: RawResponse) -> Result<()> {
    parsed(&response, protocol::parse_delete_user)
}

/// Parses the response to prepare_exchange_teams_extension.
#[uniffi::export]
pub fn parse_exchange_teams_extension(response: RawResponse) -> Result<CommunicationUserToken> {
    parsed(&response, protocol::parse_exchange_teams_extension)
}

/// Parses the response to prepare_exchange_teams_user.
#[uniffi::export]
pub fn parse_exchange_teams_user(response: RawResponse) -> Result<AccessToken> {
    parsed(&response, protocol::parse_exchange_teams_user)
}

/// Parses the response to prepare_issue_token.
#[uniffi::export]
pub fn parse_issue_token(response: RawResponse) -> Result<AccessToken> {
    parsed(&response, protocol::parse_issue_token)
}

/// Parses the response to prepare_revoke_tokens.
#[uniffi::export]
pub fn parse_revoke_tokens(response: RawResponse) -> Result<()> {
    parsed(&response, protocol::parse_revoke_tokens)
}

/// Parses the response to prepare_put_teams_extension_assignment.
#[uniffi::export]
pub fn parse_put_teams_extension_assignment(response: RawResponse) -> Result<TeamsExtensionAssignment> {
    parsed(&response, protocol::parse_put_teams_extension_assignment)
}

/// Parses the response to prepare_get_teams_extension_assignment.
#[uniffi::export]
pub fn parse_get_teams_extension_assignment(response: RawResponse) -> Result<TeamsExtensionAssignment> {
    parsed(&response, protocol::parse_get_teams_extension_assignment)
}

/// Parses the response to prepare_delete_teams_extension_assignment.
#[uniffi::export]
pub fn parse_delete_teams_extension_assignment(response: RawResponse) -> Result<()> {
    parsed(&response, protocol::parse_delete_teams_extension_assignment)
}

/// Parses the response to prepare_exchange_entra_user.
#[uniffi::export]
pub fn parse_exchange_entra_user(response: RawResponse) -> Result<CommunicationUserToken> {
    parsed(&response, protocol::parse_exchange_entra_user)
}

/// Parses the response to prepare_create_user_with_custom_id.
#[uniffi::export]
pub fn parse_create_user_with_custom_id(response: RawResponse) -> Result<CommunicationUserIdentifier> {
    parsed(&response, protocol::parse_create_user_with_custom_id)
}

/// Parses the response to prepare_create_user_and_token_with_custom_id.
#[uniffi::export]
pub fn parse_create_user_and_token_with_custom_id(response: RawResponse) -> Result<CommunicationUserToken> {
    parsed(&response, protocol::parse_create_user_and_token_with_custom_id)
}

/// Parses the response to prepare_get_user_detail.
#[uniffi::export]
pub fn parse_get_user_detail(response: RawResponse) -> Result<CommunicationUserDetail> {
    parsed(&response, protocol::parse_get_user_detail)
}

/// Returns how long the response's headers ask to wait before the next try, in milliseconds; none if they
/// don't. received_at: seconds since 1970.
#[uniffi::export]
pub fn retry_after_ms(headers: Vec<Header>, received_at: i64) -> Result<Option<u64>> {
    let received_at = acs_auth_c::time(received_at, "received_at")?;
    let wait = protocol::retry_after(&pairs(&headers), received_at);
    Ok(wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)))
}
