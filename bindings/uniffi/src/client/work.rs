//! The operations as futures that own what they need, for those who wait and those who do not.

use std::time::Duration;

use core_auth::{CommunicationIdentityClient, CommunicationTokenScope, Result, Secret};

use crate::models::CommunicationUserIdentifier;

pub(super) async fn create_user(
    client: CommunicationIdentityClient,
) -> Result<core_auth::CommunicationUserIdentifier> {
    client.create_user().await
}

pub(super) async fn create_user_and_token(
    client: CommunicationIdentityClient,
    scopes: Vec<CommunicationTokenScope>,
    token_expires_in_s: Option<u64>,
) -> Result<core_auth::CommunicationUserToken> {
    let expires_in = token_expires_in_s.map(Duration::from_secs);
    client.create_user_and_token(&scopes, expires_in).await
}

pub(super) async fn delete_user(
    client: CommunicationIdentityClient,
    user: CommunicationUserIdentifier,
) -> Result<()> {
    client.delete_user(&user.into()).await
}

pub(super) async fn get_token(
    client: CommunicationIdentityClient,
    user: CommunicationUserIdentifier,
    scopes: Vec<CommunicationTokenScope>,
    token_expires_in_s: Option<u64>,
) -> Result<core_auth::AccessToken> {
    let expires_in = token_expires_in_s.map(Duration::from_secs);
    client.get_token(&user.into(), &scopes, expires_in).await
}

pub(super) async fn get_token_for_teams_extension_user(
    client: CommunicationIdentityClient,
    aad_token: String,
) -> Result<core_auth::CommunicationUserToken> {
    let token = Secret::from(aad_token);
    client.get_token_for_teams_extension_user(token.expose()).await
}

pub(super) async fn get_token_for_teams_user(
    client: CommunicationIdentityClient,
    aad_token: String,
    client_id: String,
    user_object_id: String,
) -> Result<core_auth::AccessToken> {
    let token = Secret::from(aad_token);
    client
        .get_token_for_teams_user(token.expose(), &client_id, &user_object_id)
        .await
}

pub(super) async fn revoke_tokens(
    client: CommunicationIdentityClient,
    user: CommunicationUserIdentifier,
) -> Result<()> {
    client.revoke_tokens(&user.into()).await
}
