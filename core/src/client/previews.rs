//! Operations that exist only in a preview of the API.

use std::time::Duration;

use super::CommunicationIdentityClient;
use crate::entra::Expectations;
use crate::error::{Error, OptionName, Result};
use crate::models::{
    CommunicationTokenScope, CommunicationUserDetail, CommunicationUserIdentifier, CommunicationUserToken,
};
use crate::protocol;

const OPERATION: &str = "This operation";

impl CommunicationIdentityClient {
    /// Exchanges an Entra user's token for an ACS token of that user, who needs no Teams licence.
    /// Preview: needs the builder's `preview`.
    ///
    /// `aad_token` must be for `https://communication.azure.com/clients` with the permission `VoIP`
    /// or `VoIP.Join`. It authenticates this request; the client's credential is not used.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` = `preview`
    /// unless that is set; otherwise as [`Self::get_token_for_teams_user`].
    pub async fn get_token_for_entra_user(&self, aad_token: &str) -> Result<CommunicationUserToken> {
        let version = self.preview(OPERATION)?;
        self.enforce(aad_token, Expectations::entra_user)?;
        let request = protocol::prepare_exchange_entra_user(&self.inner.endpoint, aad_token, version)?;
        self.send_explained(
            "get_token_for_entra_user",
            request,
            protocol::parse_exchange_entra_user,
            |error| self.explained(error, aad_token, Expectations::entra_user),
        )
        .await
    }

    /// Creates an identity with a custom id, or returns the one that already has it: the same
    /// custom id always leads to the same identity. Preview: needs the builder's `preview`.
    ///
    /// `custom_id` is your own name for the identity, 1 to 256 characters.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` = `preview`
    /// unless that is set, or `custom_id` if it is empty or too long; otherwise see
    /// [`ErrorKind`](crate::ErrorKind).
    pub async fn create_user_with_custom_id(&self, custom_id: &str) -> Result<CommunicationUserIdentifier> {
        let version = self.preview(OPERATION)?;
        let request = protocol::prepare_create_user_with_custom_id(&self.inner.endpoint, custom_id, version)?;
        self.send(
            "create_user_with_custom_id",
            request,
            protocol::parse_create_user_with_custom_id,
        )
        .await
    }

    /// Creates an identity with a custom id, or finds the one that already has it, and issues a
    /// token for it. Preview: needs the builder's `preview`.
    ///
    /// `token_expires_in`: 60 to 1440 minutes, rounded down to whole minutes. `None`: the service's
    /// default (24 hours).
    ///
    /// # Errors
    /// As [`Self::create_user_with_custom_id`] and [`Self::create_user_and_token`].
    pub async fn create_user_and_token_with_custom_id(
        &self,
        custom_id: &str,
        scopes: &[CommunicationTokenScope],
        token_expires_in: Option<Duration>,
    ) -> Result<CommunicationUserToken> {
        let version = self.preview(OPERATION)?;
        let request = protocol::create_user_and_token_with_custom_id_request(
            &self.inner.endpoint,
            custom_id,
            scopes,
            self.inner.lifetime(token_expires_in),
            version,
        )?;
        self.send(
            "create_user_and_token_with_custom_id",
            request,
            protocol::parse_create_user_and_token_with_custom_id,
        )
        .await
    }

    /// Returns the service's details of an identity. Preview: needs the builder's `preview`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` = `preview`
    /// unless that is set, or for an invalid id; otherwise see [`ErrorKind`](crate::ErrorKind).
    pub async fn get_user_detail(
        &self,
        user: &CommunicationUserIdentifier,
    ) -> Result<CommunicationUserDetail> {
        let version = self.preview(OPERATION)?;
        let request = protocol::prepare_get_user_detail(&self.inner.endpoint, user, version)?;
        self.send("get_user_detail", request, protocol::parse_get_user_detail)
            .await
    }

    /// Returns the preview's version. `what` needs a preview; the error names it if none is set.
    pub(crate) fn preview(&self, what: &str) -> Result<&'static str> {
        match self.inner.preview {
            Some(version) => Ok(version.as_str()),
            None => Err(Error::invalid_option(
                OptionName::Preview,
                format!(
                    "{what} is in a preview of the API only: set the client's option preview to 2025-03-02-preview."
                ),
            )),
        }
    }
}
