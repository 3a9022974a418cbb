//! The client, with the operations and names of the official SDKs.

mod work;

use std::sync::Arc;

use acs_auth_c::client::acs_client;
use core_auth::CommunicationTokenScope;

use self::work::Calling;
use crate::calls::{Cancellation, awaited};
use crate::client_options::{CallOptions, ClientOptions};
use crate::credential::TokenCredential;
use crate::error::Result;
use crate::models::{AccessToken, CommunicationUserIdentifier, CommunicationUserToken};
use crate::shown::opaque;

/// A client of the ACS Identity service, with the operations and names of the official SDKs.
///
/// Every call ends within its deadline (10 s unless set otherwise), retries what is worth retrying, follows no redirect,
/// and says why it failed. Make one client for a resource and keep it; any threads may use it at once, before and after a
/// fork.
#[derive(uniffi::Object)]
pub struct CommunicationIdentityClient {
    pub(crate) client: acs_client,
}

opaque!(CommunicationIdentityClient);

impl CommunicationIdentityClient {
    fn calling(&self, options: Option<CallOptions>) -> Calling {
        Calling {
            clients: self.client.each(),
            options,
        }
    }
}

#[uniffi::export]
impl CommunicationIdentityClient {
    /// Makes a client. Connects to nothing yet.
    #[uniffi::constructor(default(token_credential = None))]
    pub fn new(
        options: ClientOptions,
        token_credential: Option<Arc<dyn TokenCredential>>,
    ) -> Result<Arc<Self>> {
        let client = acs_client::of(options.recipe(token_credential)?)?;
        Ok(Arc::new(Self { client }))
    }

    /// The endpoint that requests go to.
    pub fn endpoint(&self) -> Result<String> {
        Ok(self.client.each().get()?.endpoint().url().to_owned())
    }

    /// How many seconds the service's clock is ahead of this machine's (negative: behind), as learned from a rejected
    /// signature; 0 while there was none. Requests are signed with the corrected time; the machine's clock wants setting.
    pub fn clock_skew_seconds(&self) -> Result<i64> {
        Ok(self.client.each().get()?.clock_skew_seconds())
    }
}

#[uniffi::export]
impl CommunicationIdentityClient {
    /// Creates an identity.
    ///
    /// It is tried again only where the service cannot have processed it; the error's reason says when an identity may have
    /// been created all the same.
    #[uniffi::method(default(options = None, cancellation = None))]
    pub async fn create_user(
        &self,
        options: Option<CallOptions>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<CommunicationUserIdentifier> {
        let client = self.calling(options);
        awaited(work::create_user(client), cancellation).await
    }

    /// Creates an identity and issues a first token for it.
    ///
    /// token_expires_in_s: 3600 to 86400 seconds, parts of a minute dropped; none for the service's own (24 hours).
    #[uniffi::method(default(options = None, cancellation = None))]
    pub async fn create_user_and_token(
        &self,
        scopes: Vec<CommunicationTokenScope>,
        token_expires_in_s: Option<u64>,
        options: Option<CallOptions>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<CommunicationUserToken> {
        let client = self.calling(options);
        awaited(
            work::create_user_and_token(client, scopes, token_expires_in_s),
            cancellation,
        )
        .await
    }

    /// Deletes an identity and revokes its tokens.
    #[uniffi::method(default(options = None, cancellation = None))]
    pub async fn delete_user(
        &self,
        user: CommunicationUserIdentifier,
        options: Option<CallOptions>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<()> {
        let client = self.calling(options);
        awaited(work::delete_user(client, user), cancellation).await
    }

    /// Issues a token for an identity.
    ///
    /// token_expires_in_s: 3600 to 86400 seconds, parts of a minute dropped; none for the service's own (24 hours).
    #[uniffi::method(default(options = None, cancellation = None))]
    pub async fn get_token(
        &self,
        user: CommunicationUserIdentifier,
        scopes: Vec<CommunicationTokenScope>,
        token_expires_in_s: Option<u64>,
        options: Option<CallOptions>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<AccessToken> {
        let client = self.calling(options);
        awaited(
            work::get_token(client, user, scopes, token_expires_in_s),
            cancellation,
        )
        .await
    }

    /// Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS access token. The user's own
    /// token authenticates this request; the client's credential is not used.
    #[uniffi::method(default(options = None, cancellation = None))]
    pub async fn get_token_for_teams_extension_user(
        &self,
        aad_token: String,
        options: Option<CallOptions>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<CommunicationUserToken> {
        let client = self.calling(options);
        awaited(
            work::get_token_for_teams_extension_user(client, aad_token),
            cancellation,
        )
        .await
    }

    /// Exchanges a Microsoft 365 user's Entra token for an ACS access token of that Teams user.
    ///
    /// aad_token is for the ACS resource with both Teams permissions, client_id the application that it was issued to,
    /// user_object_id the user's oid. The ACS token expires with the Entra token.
    #[uniffi::method(default(options = None, cancellation = None))]
    pub async fn get_token_for_teams_user(
        &self,
        aad_token: String,
        client_id: String,
        user_object_id: String,
        options: Option<CallOptions>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<AccessToken> {
        let client = self.calling(options);
        awaited(
            work::get_token_for_teams_user(client, aad_token, client_id, user_object_id),
            cancellation,
        )
        .await
    }

    /// Revokes all tokens of an identity. The service documents that it can take up to 15 minutes to take effect.
    #[uniffi::method(default(options = None, cancellation = None))]
    pub async fn revoke_tokens(
        &self,
        user: CommunicationUserIdentifier,
        options: Option<CallOptions>,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<()> {
        let client = self.calling(options);
        awaited(work::revoke_tokens(client, user), cancellation).await
    }
}
