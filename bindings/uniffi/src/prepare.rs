//! Each operation's request, for a host with its own HTTP library. No I/O.

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
    /// PATCH, which Microsoft Graph takes; no request of ACS has it.
    Patch,
}

/// Who answers for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Authentication {
    /// The caller's own credential: sign it, or add its bearer token.
    Credential,
    /// The user's Entra token, which already stands in the header authorization: send it as it is.
    UserToken,
}

/// Whether a request may be sent again when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Retryable {
    /// Sending it twice does what sending it once does.
    Always,
    /// It creates something each time: only where it cannot have been processed.
    IfNotProcessed,
}

/// A request, complete but for its credential. It prints without the body, which may hold the user's token.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct PreparedRequest {
    /// The method.
    pub method: Method,
    /// The absolute URL. It is signed and must be sent byte for byte.
    pub url: String,
    /// Headers to send, names in lower case, besides host, content-length of a body and the credential's. An empty POST
    /// has its own "content-length: 0": leave it out where the HTTP library sends it by itself.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
    /// Who answers for it.
    pub authentication: Authentication,
    /// Whether it may be sent again when its outcome is unknown.
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

/// The api-version of the operations on identities and of the Teams user exchange.
#[uniffi::export]
pub fn default_api_version() -> String {
    protocol::DEFAULT_API_VERSION.to_owned()
}

/// The versions of the API that have names, the oldest first.
#[uniffi::export]
pub fn known_api_versions() -> Vec<String> {
    ApiVersion::KNOWN.iter().map(ToString::to_string).collect()
}

/// The previews of the API that have names, the oldest first.
#[uniffi::export]
pub fn known_preview_api_versions() -> Vec<String> {
    PreviewApiVersion::KNOWN.iter().map(ToString::to_string).collect()
}

/// The first api-version with Teams Phone extensibility: its exchange and its assignments.
#[uniffi::export]
pub fn teams_extension_api_version() -> String {
    protocol::TEAMS_EXTENSION_API_VERSION.to_owned()
}

/// The request that creates an identity.
#[uniffi::export]
pub fn prepare_create_user(endpoint: &Endpoint, api_version: &str) -> Result<PreparedRequest> {
    Ok(protocol::prepare_create_user(&endpoint.0, api_version)?.into())
}

/// The request that creates an identity and issues a first token for it.
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

/// The request that deletes an identity.
#[uniffi::export]
pub fn prepare_delete_user(
    endpoint: &Endpoint,
    user: CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_delete_user(&endpoint.0, &user.into(), api_version)?.into())
}

/// The request that exchanges an Entra token with the permission TeamsExtension.ManageCalls.
#[uniffi::export]
pub fn prepare_exchange_teams_extension(
    endpoint: &Endpoint,
    aad_token: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_exchange_teams_extension(&endpoint.0, aad_token, api_version)?.into())
}

/// The request that exchanges a Teams user's Entra token.
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

/// The request that issues a token for an identity.
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

/// The request that revokes all tokens of an identity.
#[uniffi::export]
pub fn prepare_revoke_tokens(
    endpoint: &Endpoint,
    user: CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_revoke_tokens(&endpoint.0, &user.into(), api_version)?.into())
}

/// Checks how long a token is to last, in seconds: the service takes 3600 to 86400, parts of a minute dropped. For a host
/// whose client leaves that to the service.
#[uniffi::export]
pub fn check_token_lifetime(token_expires_in_s: u64) -> Result<()> {
    Ok(protocol::check_token_lifetime(Duration::from_secs(
        token_expires_in_s,
    ))?)
}

/// The request that lets a principal use Teams Phone extensibility of this resource, or replaces its assignment.
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

/// The request that reads a principal's assignment.
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

/// The request that deletes a principal's assignment.
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

/// The request that exchanges an Entra user's token.
#[uniffi::export]
pub fn prepare_exchange_entra_user(
    endpoint: &Endpoint,
    aad_token: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_exchange_entra_user(&endpoint.0, aad_token, api_version)?.into())
}

/// The request that creates an identity with a custom id, or finds the one that has it.
#[uniffi::export]
pub fn prepare_create_user_with_custom_id(
    endpoint: &Endpoint,
    custom_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_create_user_with_custom_id(&endpoint.0, custom_id, api_version)?.into())
}

/// The request that creates an identity with a custom id, or finds the one that has it, and issues a token for it.
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

/// The request that reads what the service knows of an identity.
#[uniffi::export]
pub fn prepare_get_user_detail(
    endpoint: &Endpoint,
    user: CommunicationUserIdentifier,
    api_version: &str,
) -> Result<PreparedRequest> {
    Ok(protocol::prepare_get_user_detail(&endpoint.0, &user.into(), api_version)?.into())
}
