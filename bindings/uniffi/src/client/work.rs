//! The operations as futures that own what they need.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::PerProcess;
use core_auth::{CommunicationIdentityClient, CommunicationTokenScope, Result, Secret};

use crate::client_options::CallOptions;
use crate::models::CommunicationUserIdentifier;

/// What gives the client of a call.
///
/// The work itself takes it: its client is then of the very runtime that runs it, and both end together.
pub(super) struct Calling {
    pub(super) clients: Arc<PerProcess<CommunicationIdentityClient>>,
    pub(super) options: Option<CallOptions>,
}

impl Calling {
    fn here(self) -> Result<CommunicationIdentityClient> {
        let client = self.clients.get()?;
        Ok(match self.options {
            Some(options) => client.with_options(options.into()),
            None => (*client).clone(),
        })
    }
}

pub(super) async fn create_user(client: Calling) -> Result<core_auth::CommunicationUserIdentifier> {
    client.here()?.create_user().await
}

pub(super) async fn create_user_and_token(
    client: Calling,
    scopes: Vec<CommunicationTokenScope>,
    token_expires_in_s: Option<u64>,
) -> Result<core_auth::CommunicationUserToken> {
    let expires_in = token_expires_in_s.map(Duration::from_secs);
    client.here()?.create_user_and_token(&scopes, expires_in).await
}

pub(super) async fn delete_user(client: Calling, user: CommunicationUserIdentifier) -> Result<()> {
    client.here()?.delete_user(&user.into()).await
}

pub(super) async fn get_token(
    client: Calling,
    user: CommunicationUserIdentifier,
    scopes: Vec<CommunicationTokenScope>,
    token_expires_in_s: Option<u64>,
) -> Result<core_auth::AccessToken> {
    let expires_in = token_expires_in_s.map(Duration::from_secs);
    client.here()?.get_token(&user.into(), &scopes, expires_in).await
}

pub(super) async fn get_token_for_teams_extension_user(
    client: Calling,
    aad_token: String,
) -> Result<core_auth::CommunicationUserToken> {
    let token = Secret::from(aad_token);
    client
        .here()?
        .get_token_for_teams_extension_user(token.expose())
        .await
}

pub(super) async fn get_token_for_teams_user(
    client: Calling,
    aad_token: String,
    client_id: String,
    user_object_id: String,
) -> Result<core_auth::AccessToken> {
    let token = Secret::from(aad_token);
    client
        .here()?
        .get_token_for_teams_user(token.expose(), &client_id, &user_object_id)
        .await
}

pub(super) async fn revoke_tokens(client: Calling, user: CommunicationUserIdentifier) -> Result<()> {
    client.here()?.revoke_tokens(&user.into()).await
}
