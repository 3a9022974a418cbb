//! The client's operations: what each takes and returns, and what it does once its arguments have been read.
//!
//! `make header` generates the exported functions from these: the blocking ones in `operations.rs`,
//! the non-blocking ones in `submissions.rs`. It copies the documentation, which is therefore
//! written for readers of the C header.

use std::ffi::c_char;

use core_auth::{Result, Secret, TeamsExtensionPrincipalType};

use crate::calling::calling;
use crate::client::acs_client;
use crate::client_options::acs_call_options;
use crate::ffi::{owned_list, seconds, text};
use crate::prepare::{scope_list, user};
use crate::results::{
    Given as _, acs_teams_extension_assignment, acs_token, acs_user, acs_user_detail, acs_user_token,
};
use crate::submit::Work;

/// Creates an identity.
///
/// The request is retried only if the service cannot have processed it. If the call fails, the
/// error's reason states whether an identity may have been created.
pub(crate) unsafe fn create_user(
    client: *const acs_client,
    options: *const acs_call_options,
) -> Result<impl Work<acs_user>> {
    let call = unsafe { calling(client, options) }?;
    Ok(call.call(|client| async move { acs_user::given(client.get()?.create_user().await?) }))
}

/// Creates an identity and issues a first token for it.
///
/// token_expires_in_s: 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the
/// service's default (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an empty list of scopes or an expiry out of range;
/// otherwise as acs_client_create_user.
pub(crate) unsafe fn create_user_and_token(
    client: *const acs_client,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: *const acs_call_options,
) -> Result<impl Work<acs_user_token>> {
    let call = unsafe { calling(client, options) }?;
    let scopes = unsafe { scope_list(scopes, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    Ok(call.call(|client| async move {
        acs_user_token::given(client.get()?.create_user_and_token(&scopes, expires_in).await?)
    }))
}

/// Issues a token for an identity.
///
/// token_expires_in_s: 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the
/// service's default (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an invalid id, an empty list of scopes or an expiry out
/// of range.
pub(crate) unsafe fn get_token(
    client: *const acs_client,
    user_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: *const acs_call_options,
) -> Result<impl Work<acs_token>> {
    let call = unsafe { calling(client, options) }?;
    let user = unsafe { user(user_id) }?;
    let scopes = unsafe { scope_list(scopes, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    Ok(call.call(|client| async move {
        acs_token::given(client.get()?.get_token(&user, &scopes, expires_in).await?)
    }))
}

/// Revokes all tokens of an identity. According to the service's documentation, this can take up to
/// 15 minutes.
pub(crate) unsafe fn revoke_tokens(
    client: *const acs_client,
    user_id: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<()>> {
    let call = unsafe { calling(client, options) }?;
    let user = unsafe { user(user_id) }?;
    Ok(call.call(|client| async move { client.get()?.revoke_tokens(&user).await }))
}

/// Deletes an identity and revokes its tokens.
pub(crate) unsafe fn delete_user(
    client: *const acs_client,
    user_id: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<()>> {
    let call = unsafe { calling(client, options) }?;
    let user = unsafe { user(user_id) }?;
    Ok(call.call(|client| async move { client.get()?.delete_user(&user).await }))
}

/// Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user.
///
/// aad_token must be a token for ACS with both Teams permissions, Teams.ManageCalls and
/// Teams.ManageChats; client_id is the application it was issued to, user_object_id the user's oid.
/// The ACS token expires with the Entra token.
///
/// Errors: ACS_STATUS_ENTRA_TOKEN_INVALID from the token check, if it is enforced;
/// ACS_STATUS_ENTRA_TOKEN_REJECTED and ACS_STATUS_VALIDATION_FAILED from the service, with what the
/// token check found.
pub(crate) unsafe fn get_token_for_teams_user(
    client: *const acs_client,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<acs_token>> {
    let call = unsafe { calling(client, options) }?;
    let token = Secret::from(unsafe { text(aad_token, "aad_token") }?);
    let client_id = unsafe { text(client_id, "client_id") }?.to_owned();
    let user = unsafe { text(user_object_id, "user_object_id") }?.to_owned();
    Ok(call.call(|client| async move {
        let exchanged = client
            .get()?
            .get_token_for_teams_user(token.expose(), &client_id, &user)
            .await?;
        acs_token::given(exchanged)
    }))
}

/// Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS token.
///
/// The user's own token authenticates this request; the client's credential is not used.
///
/// Errors: as acs_client_get_token_for_teams_user.
pub(crate) unsafe fn get_token_for_teams_extension_user(
    client: *const acs_client,
    aad_token: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<acs_user_token>> {
    let call = unsafe { calling(client, options) }?;
    let token = Secret::from(unsafe { text(aad_token, "aad_token") }?);
    Ok(call.call(|client| async move {
        let exchanged = client
            .get()?
            .get_token_for_teams_extension_user(token.expose())
            .await?;
        acs_user_token::given(exchanged)
    }))
}

/// Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment.
///
/// principal_type is "user", "resourceAccount" or another type that the service knows. client_ids
/// are the applications that a user may sign in to; none for a resource account.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an id that is not a GUID.
pub(crate) unsafe fn put_teams_extension_assignment(
    client: *const acs_client,
    tenant_id: *const c_char,
    object_id: *const c_char,
    principal_type: *const c_char,
    client_ids: *const *const c_char,
    client_id_count: usize,
    options: *const acs_call_options,
) -> Result<impl Work<acs_teams_extension_assignment>> {
    let call = unsafe { calling(client, options) }?;
    let tenant_id = unsafe { text(tenant_id, "tenant_id") }?.to_owned();
    let object_id = unsafe { text(object_id, "object_id") }?.to_owned();
    let principal_type =
        TeamsExtensionPrincipalType::from(unsafe { text(principal_type, "principal_type") }?);
    let client_ids = unsafe { owned_list(client_ids, client_id_count, "client_ids") }?;
    Ok(call.call(|client| async move {
        let assignment = client
            .get()?
            .put_teams_extension_assignment(&tenant_id, &object_id, principal_type, &client_ids)
            .await?;
        acs_teams_extension_assignment::given(assignment)
    }))
}

/// Reads a principal's assignment.
///
/// Errors: ACS_STATUS_NOT_FOUND if the principal has none; otherwise as
/// acs_client_put_teams_extension_assignment.
pub(crate) unsafe fn get_teams_extension_assignment(
    client: *const acs_client,
    tenant_id: *const c_char,
    object_id: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<acs_teams_extension_assignment>> {
    let call = unsafe { calling(client, options) }?;
    let tenant_id = unsafe { text(tenant_id, "tenant_id") }?.to_owned();
    let object_id = unsafe { text(object_id, "object_id") }?.to_owned();
    Ok(call.call(|client| async move {
        let assignment = client
            .get()?
            .get_teams_extension_assignment(&tenant_id, &object_id)
            .await?;
        acs_teams_extension_assignment::given(assignment)
    }))
}

/// Deletes a principal's assignment. From then on the principal gets no new tokens, and issued ones
/// are revoked after an undocumented time.
///
/// Errors: as acs_client_put_teams_extension_assignment.
pub(crate) unsafe fn delete_teams_extension_assignment(
    client: *const acs_client,
    tenant_id: *const c_char,
    object_id: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<()>> {
    let call = unsafe { calling(client, options) }?;
    let tenant_id = unsafe { text(tenant_id, "tenant_id") }?.to_owned();
    let object_id = unsafe { text(object_id, "object_id") }?.to_owned();
    Ok(call.call(|client| async move {
        client
            .get()?
            .delete_teams_extension_assignment(&tenant_id, &object_id)
            .await
    }))
}

/// Exchanges an Entra user's token for an ACS token of that user, who needs no Teams licence.
/// Preview: needs the client's option preview.
///
/// aad_token must be for "https://communication.azure.com/clients" with the permission VoIP or
/// VoIP.Join. It authenticates this request; the client's credential is not used.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set; otherwise as
/// acs_client_get_token_for_teams_user.
pub(crate) unsafe fn get_token_for_entra_user(
    client: *const acs_client,
    aad_token: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<acs_user_token>> {
    let call = unsafe { calling(client, options) }?;
    let token = Secret::from(unsafe { text(aad_token, "aad_token") }?);
    Ok(call.call(|client| async move {
        acs_user_token::given(client.get()?.get_token_for_entra_user(token.expose()).await?)
    }))
}

/// Creates an identity with a custom id, or returns the one that already has it: the same custom id
/// always leads to the same identity. Preview: needs the client's option preview.
///
/// custom_id is your own name for the identity, 1 to 256 characters.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set, or "custom_id".
pub(crate) unsafe fn create_user_with_custom_id(
    client: *const acs_client,
    custom_id: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<acs_user>> {
    let call = unsafe { calling(client, options) }?;
    let custom_id = unsafe { text(custom_id, "custom_id") }?.to_owned();
    Ok(call.call(|client| async move {
        acs_user::given(client.get()?.create_user_with_custom_id(&custom_id).await?)
    }))
}

/// Creates an identity with a custom id, or finds the one that already has it, and issues a token
/// for it. Preview: needs the client's option preview.
///
/// token_expires_in_s: 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the
/// service's default (24 hours).
///
/// Errors: as acs_client_create_user_with_custom_id and acs_client_create_user_and_token.
pub(crate) unsafe fn create_user_and_token_with_custom_id(
    client: *const acs_client,
    custom_id: *const c_char,
    scopes: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: *const acs_call_options,
) -> Result<impl Work<acs_user_token>> {
    let call = unsafe { calling(client, options) }?;
    let custom_id = unsafe { text(custom_id, "custom_id") }?.to_owned();
    let scopes = unsafe { scope_list(scopes, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    Ok(call.call(|client| async move {
        let created = client
            .get()?
            .create_user_and_token_with_custom_id(&custom_id, &scopes, expires_in)
            .await?;
        acs_user_token::given(created)
    }))
}

/// Returns the service's details of an identity. Preview: needs the client's option preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set, or for an invalid id.
pub(crate) unsafe fn get_user_detail(
    client: *const acs_client,
    user_id: *const c_char,
    options: *const acs_call_options,
) -> Result<impl Work<acs_user_detail>> {
    let call = unsafe { calling(client, options) }?;
    let user = unsafe { user(user_id) }?;
    Ok(
        call.call(
            |client| async move { acs_user_detail::given(client.get()?.get_user_detail(&user).await?) },
        ),
    )
}
