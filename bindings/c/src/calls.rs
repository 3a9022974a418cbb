//! The client's operations as futures, for the functions that wait and those that do not.

use std::ffi::c_char;
use std::future::Future;

use core_auth::{Result, Secret};

use crate::calling::{Call, calling};
use crate::client::acs_client;
use crate::client_options::acs_call_options;
use crate::ffi::{seconds, text};
use crate::prepare::{scopes, user};
use crate::results::{Given as _, acs_token, acs_user, acs_user_token};

type Options = *const acs_call_options;

pub(crate) unsafe fn create_user(
    client: *const acs_client,
    options: Options,
) -> Result<Call<impl Future<Output = Result<acs_user>> + Send + 'static>> {
    let call = unsafe { calling(client, options) }?;
    Ok(call.call(|client| async move { acs_user::given(client.get()?.create_user().await?) }))
}

pub(crate) unsafe fn create_user_and_token(
    client: *const acs_client,
    scope_list: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: Options,
) -> Result<Call<impl Future<Output = Result<acs_user_token>> + Send + 'static>> {
    let call = unsafe { calling(client, options) }?;
    let scopes = unsafe { scopes(scope_list, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    Ok(call.call(|client| async move {
        acs_user_token::given(client.get()?.create_user_and_token(&scopes, expires_in).await?)
    }))
}

pub(crate) unsafe fn get_token(
    client: *const acs_client,
    user_id: *const c_char,
    scope_list: *const *const c_char,
    scope_count: usize,
    token_expires_in_s: i64,
    options: Options,
) -> Result<Call<impl Future<Output = Result<acs_token>> + Send + 'static>> {
    let call = unsafe { calling(client, options) }?;
    let user = unsafe { user(user_id) }?;
    let scopes = unsafe { scopes(scope_list, scope_count) }?;
    let expires_in = seconds(token_expires_in_s, "token_expires_in_s")?;
    Ok(call.call(|client| async move {
        acs_token::given(client.get()?.get_token(&user, &scopes, expires_in).await?)
    }))
}

pub(crate) unsafe fn revoke_tokens(
    client: *const acs_client,
    user_id: *const c_char,
    options: Options,
) -> Result<Call<impl Future<Output = Result<()>> + Send + 'static>> {
    let call = unsafe { calling(client, options) }?;
    let user = unsafe { user(user_id) }?;
    Ok(call.call(|client| async move { client.get()?.revoke_tokens(&user).await }))
}

pub(crate) unsafe fn delete_user(
    client: *const acs_client,
    user_id: *const c_char,
    options: Options,
) -> Result<Call<impl Future<Output = Result<()>> + Send + 'static>> {
    let call = unsafe { calling(client, options) }?;
    let user = unsafe { user(user_id) }?;
    Ok(call.call(|client| async move { client.get()?.delete_user(&user).await }))
}

pub(crate) unsafe fn get_token_for_teams_user(
    client: *const acs_client,
    aad_token: *const c_char,
    client_id: *const c_char,
    user_object_id: *const c_char,
    options: Options,
) -> Result<Call<impl Future<Output = Result<acs_token>> + Send + 'static>> {
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

pub(crate) unsafe fn get_token_for_teams_extension_user(
    client: *const acs_client,
    aad_token: *const c_char,
    options: Options,
) -> Result<Call<impl Future<Output = Result<acs_user_token>> + Send + 'static>> {
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
