//! Prepares the request of each operation, for a host with its own HTTP library. No I/O.

use core_auth::{
    ApiVersion, CommunicationTokenScope, PreviewApiVersion, TeamsExtensionPrincipalType, protocol,
};
use std::time::Duration;

use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::message::Header;
use crate::models::CommunicationUserIdentifier;
use crate::shown::shown;

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
    /// PATCH, for Microsoft Graph; no request of ACS uses it.
    Patch,
}

/// What authenticates a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Authentication {
    /// The caller's own credential: sign the request, or add its bearer token.
    Credential,
    /// The user's Entra token, which is already in the header authorization: send it unchanged.
    UserToken,
}

/// Whether a request may be retried when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Retryable {
    /// The request is idempotent.
    Always,
    /// Each request creates something: retry it only if it cannot have been processed.
    IfNotProcessed,
}

/// A request, complete except for its credential. It prints without the body, which may contain the user's
/// token.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct PreparedRequest {
    /// The method.
    pub method: Method,
    /// The absolute URL. It is signed and must be sent byte for byte.
    pub url: String,
    /// The headers to send, with names in lower case, in addition to host, content-length of a body and the
    /// credential's. An empty POST has its own "content-length: 0": leave it out if the HTTP library sends it
    /// by itself.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
    /// What authenticates it.
    pub authentication: Authentication,
    /// Whether it may be retried when its outcome is unknown.
    pub retryable: Retryable,
}

shown!(PreparedRequest { method, url, headers, authentication, retryable; body });

impl From<protocol::PreparedRequest> for PreparedRequest {
    fn from(request: protocol::PreparedRequest) -> Self {
        let protocol::PreparedRequest {
            method,
            url,
            headers,
            body,
            authentication,
            retryable,
        } = request;
        Self {
            method: match method {
                protocol::Method::Get => Method::Get,
                protocol::Method::Post => Method::Post,
                protocol::Method::Put => Method::Put,
                protocol::Method::Delete => Method::Delete,
                protocol::Method::Patch => Method::Patch,
            },
            url,
            headers: headers
                .into_iter()
                .map(|(name, value)| Header::from((name.to_owned(), value.to_string())))
                .collect(),
            body: body.to_vec(),
            authentication: match authentication {
                protocol::Authentication::Credential => Authentication::Credential,
                protocol::Authentication::UserToken => Authentication::UserToken,
            },
            retryable: match retryable {
                protocol::Retryable::Always => Retryable::Always,
                protocol::Retryable::IfNotProcessed => Retryable::IfNotProcessed,
            },
        }
    }
}

/// Returns the api-version of the identity operations and of the Teams user exchange.
#[uniffi::export]
pub fn default_api_version() -> String {
    protocol::DEFAULT_API_VERSION.to_owned()
}

/// Returns the known versions of the API, the oldest first.
#[uniffi::export]
pub fn known_api_versions() -> Vec<String> {
    ApiVersion::KNOWN.iter().map(ToString::to_string).collect()
}

/// Returns the known previews of the API, the oldest first.
#[uniffi::export]
pub fn known_preview_api_versions() -> Vec<String> {
    PreviewApiVersion::KNOWN.iter().map(ToString::to_string).collect()
}

/// Returns the first api-version with Teams Phone extensibility: its exchange and its assignments.
#[uniffi::export]
pub fn teams_extension_api_version() -> String {
    protocol::TEAMS_EXTENSION_API_VERSION.to_owned()
}

/// Prepares the request that creates an identity.
#[uniffi::export]
pub fn prepare_create_user(endpoint: &Endpoint, api_version: &str) -> Result<PreparedRequest> {
    Ok(protocol::prepare_create_user(&endpoint.0, api_version)?.into())
}

/// Prepares the request that creates an identity and issues a first token for it.
#[uniffi::export]
pub fn prepare_create_user_and_token(
    endpoint: &Endpoint,
    scopes: Vec<CommunicationTokenScope>,
    token_expires_in_s: Option<u64>,
    api_version: &str,
) -> Result<PreparedRequest> {
    let expires_in = token_expires_in_s.map(Duration::from_secs);
    let request = protocol::prepare_create_user_and_token(&endpoint.0, &scopes, expires_in, api_version)?;
    Ok(request.into())
}

/// Prepares the request that deletes an identity and revokes its tokens.
#[uniffi::export]
pub fn prepare_delete_user(
    endpoint: &Endpoint,
    user: CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_delete_user(&endpoint.0, &user.into(), api_version)?.into())
}

/// Prepares the request that exchanges an Entra token with the permission TeamsExtension.ManageCalls.
#[uniffi::export]
pub fn prepare_exchange_teams_extension(
    endpoint: &Endpoint,
    aad_token: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_exchange_teams_extension(&endpoint.0, aad_token, api_version)?.into())
}

/// Prepares the request that exchanges a Teams user's Entra token. Its body contains the token.
#[uniffi::export]
pub fn prepare_exchange_teams_user(
    endpoint: &Endpoint,
    aad_token: &str,
    client_id: &str,
    user_object_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    let request = protocol::prepare_exchange_teams_user(
        &endpoint.0,
        aad_token,
        client_id,
        user_object_id,
        api_version,
    )?;
    Ok(request.into())
}

/// Prepares the request that issues a token for an identity.
#[uniffi::export]
pub fn prepare_issue_token(
    endpoint: &Endpoint,
    user: CommunicationUserIdentifier,
    scopes: Vec<CommunicationTokenScope>,
    token_expires_in_s: Option<u64>,
    api_version: &str,
) -> Result<PreparedRequest> {
    let expires_in = token_expires_in_s.map(Duration::from_secs);
    let request = protocol::prepare_issue_token(&endpoint.0, &user.into(), &scopes, expires_in, api_version)?;
    Ok(request.into())
}

/// Prepares the request that revokes all tokens of an identity.
#[uniffi::export]
pub fn prepare_revoke_tokens(
    endpoint: &Endpoint,
    user: CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_revoke_tokens(&endpoint.0, &user.into(), api_version)?.into())
}

/// Checks the lifetime of a token, in seconds: the service accepts 3600 to 86400, rounded down to whole
/// minutes. For a host whose client leaves this check to the service.
#[uniffi::export]
pub fn check_token_lifetime(token_expires_in_s: u64) -> Result<()> {
    Ok(protocol::check_token_lifetime(Duration::from_secs(
        token_expires_in_s,
    ))?)
}

/// Prepares the request that assigns a principal to this resource's Teams Phone extensibility, or replaces
/// its assignment.
#[uniffi::export]
pub fn prepare_put_teams_extension_assignment(
    endpoint: &Endpoint,
    tenant_id: &str,
    object_id: &str,
    principal_type: &str,
    client_ids: Vec<String>,
    api_version: &str,
) -> Result<PreparedRequest> {
    let request = protocol::prepare_put_teams_extension_assignment(
        &endpoint.0,
        tenant_id,
        object_id,
        &TeamsExtensionPrincipalType::from(principal_type),
        &client_ids,
        api_version,
    )?;
    Ok(request.into())
}

/// Prepares the request that reads a principal's assignment.
#[uniffi::export]
pub fn prepare_get_teams_extension_assignment(
    endpoint: &Endpoint,
    tenant_id: &str,
    object_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    let request =
        protocol::prepare_get_teams_extension_assignment(&endpoint.0, tenant_id, object_id, api_version)?;
    Ok(request.into())
}

/// Prepares the request that deletes a principal's assignment.
#[uniffi::export]
pub fn prepare_delete_teams_extension_assignment(
    endpoint: &Endpoint,
    tenant_id: &str,
    object_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    let request =
        protocol::prepare_delete_teams_extension_assignment(&endpoint.0, tenant_id, object_id, api_version)?;
    Ok(request.into())
}

/// Prepares the request that exchanges an Entra user's token. Preview.
#[uniffi::export]
pub fn prepare_exchange_entra_user(
    endpoint: &Endpoint,
    aad_token: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_exchange_entra_user(&endpoint.0, aad_token, api_version)?.into())
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already has it.
/// Preview.
#[uniffi::export]
pub fn prepare_create_user_with_custom_id(
    endpoint: &Endpoint,
    custom_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_create_user_with_custom_id(&endpoint.0, custom_id, api_version)?.into())
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already has it, and
/// issues a token for it. Preview.
#[uniffi::export]
pub fn prepare_create_user_and_token_with_custom_id(
    endpoint: &Endpoint,
    custom_id: &str,
    scopes: Vec<CommunicationTokenScope>,
    token_expires_in_s: Option<u64>,
    api_version: &str,
) -> Result<PreparedRequest> {
    let expires_in = token_expires_in_s.map(Duration::from_secs);
    let request = protocol::prepare_create_user_and_token_with_custom_id(
        &endpoint.0,
        custom_id,
        &scopes,
        expires_in,
        api_version,
    )?;
    Ok(request.into())
}

/// Prepares the request that returns the service's details of an identity. Preview.
#[uniffi::export]
pub fn prepare_get_user_detail(
    endpoint: &Endpoint,
    user: CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_get_user_detail(&endpoint.0, &user.into(), api_version)?.into())
}
