//! Prepares the request of each operation, for a program with its own HTTP library. No I/O.
//!
//! A NULL api_version means the default of the operation: ACS_DEFAULT_API_VERSION,
//! ACS_TEAMS_EXTENSION_API_VERSION for Teams Phone extensibility, the latest
//! ACS_PREVIEW_API_VERSION_… for operations that exist only in a preview. token_expires_in_s is
//! 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the service's default
//! (24 hours). scopes are ACS_TOKEN_SCOPE_… or others that the service knows.

use std::ffi::c_char;
use std::marker::PhantomData;

use core_auth::protocol::{self, PreparedRequest};
use core_auth::{
    CommunicationTokenScope, CommunicationUserIdentifier, Endpoint, Result, TeamsExtensionPrincipalType,
};

use crate::endpoint::acs_endpoint;
use crate::error::acs_error;
use crate::ffi::{Out, c_list, optional_text, owned_list, reference, seconds, status, text};
use crate::request::acs_prepared_request;
use crate::results::{acs_teams_extension_assignment, acs_token, acs_user, acs_user_detail, acs_user_token};
use crate::status::acs_status;

/// The API version of the identity operations and of the Teams user exchange.
pub const ACS_DEFAULT_API_VERSION: &str = "2023-10-01";
/// The first API version with Teams Phone extensibility: its exchange and its assignments.
pub const ACS_TEAMS_EXTENSION_API_VERSION: &str = "2025-06-30";

/// The first API version with the Teams user exchange.
pub const ACS_API_VERSION_V2022_06_01: &str = "2022-06-01";
/// The API version that added the lifetime of tokens.
pub const ACS_API_VERSION_V2022_10_01: &str = "2022-10-01";
/// The API version that added the scopes chat.join, chat.join.limited and voip.join.
pub const ACS_API_VERSION_V2023_10_01: &str = "2023-10-01";
/// The API version that added Teams Phone extensibility.
pub const ACS_API_VERSION_V2025_06_30: &str = "2025-06-30";
/// The newest API version.
pub const ACS_API_VERSION_V2026_09_23: &str = "2026-09-23";
/// The preview with the Entra user exchange, custom ids, and reading an identity.
pub const ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW: &str = "2025-03-02-preview";

/// The principal of an assignment is a person.
pub const ACS_PRINCIPAL_TYPE_USER: &str = "user";
/// The principal of an assignment is a Teams resource account, such as an auto attendant.
pub const ACS_PRINCIPAL_TYPE_RESOURCE_ACCOUNT: &str = "resourceAccount";

/// The scope for all of chat.
pub const ACS_TOKEN_SCOPE_CHAT: &str = "chat";
/// The scope for all of calling.
pub const ACS_TOKEN_SCOPE_VOIP: &str = "voip";
/// The scope for chat, without creating or deleting threads.
pub const ACS_TOKEN_SCOPE_CHAT_JOIN: &str = "chat.join";
/// The scope for chat as ACS_TOKEN_SCOPE_CHAT_JOIN, without adding or removing participants.
pub const ACS_TOKEN_SCOPE_CHAT_JOIN_LIMITED: &str = "chat.join.limited";
/// The scope for joining calls, without starting them.
pub const ACS_TOKEN_SCOPE_VOIP_JOIN: &str = "voip.join";

/// The default version of operations that exist only in a preview.
const PREVIEW: &str = ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW;

/// The scopes of a list.
pub(crate) unsafe fn scope_list(
    scopes: *const *const c_char,
    count: usize,
) -> Result<Vec<CommunicationTokenScope>> {
    let scopes = unsafe { c_list(scopes, count, "scopes") }?;
    Ok(scopes.into_iter().map(CommunicationTokenScope::from).collect())
}

/// The identity with this id.
pub(crate) unsafe fn user(user_id: *const c_char) -> Result<CommunicationUserIdentifier> {
    Ok(CommunicationUserIdentifier::new(unsafe {
        text(user_id, "user_id")
    }?))
}

/// A request whose response is parsed to a `T`.
struct Prepared<T>(PreparedRequest, PhantomData<T>);

impl<T> From<PreparedRequest> for Prepared<T> {
    fn from(request: PreparedRequest) -> Self {
        Self(request, PhantomData)
    }
}

/// The principal of an assignment: its tenant and its object id.
unsafe fn principal<'a>(tenant_id: *const c_char, object_id: *const c_char) -> Result<(&'a str, &'a str)> {
    Ok((unsafe { text(tenant_id, "tenant_id") }?, unsafe {
        text(object_id, "object_id")
    }?))
}

/// The endpoint and the API version, which every request has.
unsafe fn target(
    endpoint: *const acs_endpoint,
    api_version: *const c_char,
    default: &str,
) -> Result<(&Endpoint, &str)> {
    let endpoint = unsafe { reference(endpoint, "endpoint") }?;
    let version = unsafe { optional_text(api_version, "api_version") }?.unwrap_or(default);
    Ok((&endpoint.endpoint, version))
}

/// Prepares the request that creates an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
unsafe fn create_user(
    endpoint: *const acs_endpoint,
    api_version: *const c_char,
) -> Result<Prepared<acs_user>> {
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_DEFAULT_API_VERSION) }?;
    Ok(protocol::prepare_create_user(endpoint, version)?.into())
}

/// Prepares the request that creates an identity and issues a first token for it.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an empty list of scopes or an expiry out of range.
unsafe fn create_user_and_token(
    endpoint: *const acs_endpoint,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    api_version: *const c_char,
) -> Result<Prepared<acs_user_token>> {
    let scopes = unsafe { scope_list(scopes, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_DEFAULT_API_VERSION) }?;
    Ok(protocol::prepare_create_user_and_token(endpoint, &scopes, expires_in, version)?.into())
}

/// Prepares the request that issues a token for an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id, an empty list of scopes or an
/// expiry out of range.
unsafe fn issue_token(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    api_version: *const c_char,
) -> Result<Prepared<acs_token>> {
    let user = unsafe { user(user_id) }?;
    let scopes = unsafe { scope_list(scopes, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_DEFAULT_API_VERSION) }?;
    Ok(protocol::prepare_issue_token(endpoint, &user, &scopes, expires_in, version)?.into())
}

/// Prepares the request that revokes all tokens of an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
unsafe fn revoke_tokens(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<()>> {
    let user = unsafe { user(user_id) }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_DEFAULT_API_VERSION) }?;
    Ok(protocol::prepare_revoke_tokens(endpoint, &user, version)?.into())
}

/// Prepares the request that deletes an identity and revokes its tokens.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
unsafe fn delete_user(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<()>> {
    let user = unsafe { user(user_id) }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_DEFAULT_API_VERSION) }?;
    Ok(protocol::prepare_delete_user(endpoint, &user, version)?.into())
}

/// Prepares the request that exchanges a Teams user's Entra token. Its body contains the token.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
unsafe fn exchange_teams_user(
    endpoint: *const acs_endpoint,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<acs_token>> {
    let token = unsafe { text(aad_token, "aad_token") }?;
    let client = unsafe { text(client_id, "client_id") }?;
    let user = unsafe { text(user_object_id, "user_object_id") }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_DEFAULT_API_VERSION) }?;
    Ok(protocol::prepare_exchange_teams_user(endpoint, token, client, user, version)?.into())
}

/// Prepares the request that exchanges the Entra token of a Teams extension user. Its header
/// authorization contains the token.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
unsafe fn exchange_teams_extension(
    endpoint: *const acs_endpoint,
    aad_token: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<acs_user_token>> {
    let token = unsafe { text(aad_token, "aad_token") }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_TEAMS_EXTENSION_API_VERSION) }?;
    Ok(protocol::prepare_exchange_teams_extension(endpoint, token, version)?.into())
}

/// Prepares the request that assigns a principal to this resource's Teams Phone extensibility, or
/// replaces its assignment.
///
/// principal_type is "user", "resourceAccount" or another type that the service knows. client_ids
/// are the applications that a user may sign in to; none for a resource account.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
unsafe fn put_teams_extension_assignment(
    endpoint: *const acs_endpoint,
    tenant_id: *const c_char,
    object_id: *const c_char,
    principal_type: *const c_char,
    client_ids: *const *const c_char,
    client_id_count: usize,
    api_version: *const c_char,
) -> Result<Prepared<acs_teams_extension_assignment>> {
    let (tenant, object) = unsafe { principal(tenant_id, object_id) }?;
    let kind = TeamsExtensionPrincipalType::from(unsafe { text(principal_type, "principal_type") }?);
    let clients = unsafe { owned_list(client_ids, client_id_count, "client_ids") }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_TEAMS_EXTENSION_API_VERSION) }?;
    let request =
        protocol::prepare_put_teams_extension_assignment(endpoint, tenant, object, &kind, &clients, version)?;
    Ok(request.into())
}

/// Prepares the request that reads a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
unsafe fn get_teams_extension_assignment(
    endpoint: *const acs_endpoint,
    tenant_id: *const c_char,
    object_id: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<acs_teams_extension_assignment>> {
    let (tenant, object) = unsafe { principal(tenant_id, object_id) }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_TEAMS_EXTENSION_API_VERSION) }?;
    Ok(protocol::prepare_get_teams_extension_assignment(endpoint, tenant, object, version)?.into())
}

/// Prepares the request that deletes a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
unsafe fn delete_teams_extension_assignment(
    endpoint: *const acs_endpoint,
    tenant_id: *const c_char,
    object_id: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<()>> {
    let (tenant, object) = unsafe { principal(tenant_id, object_id) }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, ACS_TEAMS_EXTENSION_API_VERSION) }?;
    Ok(protocol::prepare_delete_teams_extension_assignment(endpoint, tenant, object, version)?.into())
}

/// Prepares the request that exchanges an Entra user's token. Its header authorization contains the
/// token. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
unsafe fn exchange_entra_user(
    endpoint: *const acs_endpoint,
    aad_token: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<acs_user_token>> {
    let token = unsafe { text(aad_token, "aad_token") }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, PREVIEW) }?;
    Ok(protocol::prepare_exchange_entra_user(endpoint, token, version)?.into())
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already
/// has it. Preview.
///
/// custom_id is your own name for the identity, 1 to 256 characters.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
unsafe fn create_user_with_custom_id(
    endpoint: *const acs_endpoint,
    custom_id: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<acs_user>> {
    let custom_id = unsafe { text(custom_id, "custom_id") }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, PREVIEW) }?;
    Ok(protocol::prepare_create_user_with_custom_id(endpoint, custom_id, version)?.into())
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already
/// has it, and issues a token for it. Preview.
///
/// Errors: as acs_prepare_create_user_with_custom_id and acs_prepare_create_user_and_token.
unsafe fn create_user_and_token_with_custom_id(
    endpoint: *const acs_endpoint,
    custom_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    api_version: *const c_char,
) -> Result<Prepared<acs_user_token>> {
    let custom_id = unsafe { text(custom_id, "custom_id") }?;
    let scopes = unsafe { scope_list(scopes, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, PREVIEW) }?;
    let request = protocol::prepare_create_user_and_token_with_custom_id(
        endpoint, custom_id, &scopes, expires_in, version,
    )?;
    Ok(request.into())
}

/// Prepares the request that returns the service's details of an identity. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
unsafe fn get_user_detail(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    api_version: *const c_char,
) -> Result<Prepared<acs_user_detail>> {
    let user = unsafe { user(user_id) }?;
    let (endpoint, version) = unsafe { target(endpoint, api_version, PREVIEW) }?;
    Ok(protocol::prepare_get_user_detail(endpoint, &user, version)?.into())
}

// Generated by `make header`, the functions that prepare: do not edit.

/// Prepares the request that creates an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_create_user(
    endpoint: *const acs_endpoint,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = create_user(endpoint, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that creates an identity and issues a first token for it.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an empty list of scopes or an expiry out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_create_user_and_token(
    endpoint: *const acs_endpoint,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) =
                create_user_and_token(endpoint, scopes, scope_count, token_expires_in_s, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that issues a token for an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id, an empty list of scopes or an
/// expiry out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_issue_token(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = issue_token(
                endpoint,
                user_id,
                scopes,
                scope_count,
                token_expires_in_s,
                api_version,
            )?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that revokes all tokens of an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_revoke_tokens(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = revoke_tokens(endpoint, user_id, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that deletes an identity and revokes its tokens.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_delete_user(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = delete_user(endpoint, user_id, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that exchanges a Teams user's Entra token. Its body contains the token.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_exchange_teams_user(
    endpoint: *const acs_endpoint,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) =
                exchange_teams_user(endpoint, aad_token, client_id, user_object_id, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that exchanges the Entra token of a Teams extension user. Its header
/// authorization contains the token.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_exchange_teams_extension(
    endpoint: *const acs_endpoint,
    aad_token: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = exchange_teams_extension(endpoint, aad_token, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that assigns a principal to this resource's Teams Phone extensibility, or
/// replaces its assignment.
///
/// principal_type is "user", "resourceAccount" or another type that the service knows. client_ids
/// are the applications that a user may sign in to; none for a resource account.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_put_teams_extension_assignment(
    endpoint: *const acs_endpoint,
    tenant_id: *const c_char,
    object_id: *const c_char,
    principal_type: *const c_char,
    client_ids: *const *const c_char,
    client_id_count: usize,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = put_teams_extension_assignment(
                endpoint,
                tenant_id,
                object_id,
                principal_type,
                client_ids,
                client_id_count,
                api_version,
            )?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that reads a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_get_teams_extension_assignment(
    endpoint: *const acs_endpoint,
    tenant_id: *const c_char,
    object_id: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) =
                get_teams_extension_assignment(endpoint, tenant_id, object_id, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that deletes a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_delete_teams_extension_assignment(
    endpoint: *const acs_endpoint,
    tenant_id: *const c_char,
    object_id: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) =
                delete_teams_extension_assignment(endpoint, tenant_id, object_id, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that exchanges an Entra user's token. Its header authorization contains the
/// token. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_exchange_entra_user(
    endpoint: *const acs_endpoint,
    aad_token: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = exchange_entra_user(endpoint, aad_token, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already
/// has it. Preview.
///
/// custom_id is your own name for the identity, 1 to 256 characters.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_create_user_with_custom_id(
    endpoint: *const acs_endpoint,
    custom_id: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = create_user_with_custom_id(endpoint, custom_id, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already
/// has it, and issues a token for it. Preview.
///
/// Errors: as acs_prepare_create_user_with_custom_id and acs_prepare_create_user_and_token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_create_user_and_token_with_custom_id(
    endpoint: *const acs_endpoint,
    custom_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = create_user_and_token_with_custom_id(
                endpoint,
                custom_id,
                scopes,
                scope_count,
                token_expires_in_s,
                api_version,
            )?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

/// Prepares the request that returns the service's details of an identity. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_prepare_get_user_detail(
    endpoint: *const acs_endpoint,
    user_id: *const c_char,
    api_version: *const c_char,
    request: *mut *mut acs_prepared_request,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let request = Out::new(request, "request")?;
            let Prepared(prepared, _) = get_user_detail(endpoint, user_id, api_version)?;
            request.give(acs_prepared_request::of(prepared)?);
            Ok(())
        })
    }
}

// The end of the functions that prepare.

#[cfg(test)]
mod tests {
    use core_auth::protocol::{DEFAULT_API_VERSION, TEAMS_EXTENSION_API_VERSION};

    use super::*;

    #[test]
    fn constants_are_those_of_the_core() {
        assert_eq!(ACS_DEFAULT_API_VERSION, DEFAULT_API_VERSION);
        assert_eq!(ACS_TEAMS_EXTENSION_API_VERSION, TEAMS_EXTENSION_API_VERSION);
        let known: Vec<&str> = CommunicationTokenScope::KNOWN
            .iter()
            .map(|scope| scope.as_str())
            .collect();
        let ours = [
            ACS_TOKEN_SCOPE_CHAT,
            ACS_TOKEN_SCOPE_VOIP,
            ACS_TOKEN_SCOPE_CHAT_JOIN,
            ACS_TOKEN_SCOPE_CHAT_JOIN_LIMITED,
            ACS_TOKEN_SCOPE_VOIP_JOIN,
        ];
        assert_eq!(known, ours);
    }
}
