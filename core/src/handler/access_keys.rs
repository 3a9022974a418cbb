//! Replaces the access keys of a running handler.

use super::settings::{HandlerSettings, Key};
use super::{TokenExchangeHandler, blame};
use crate::error::Result;

impl TokenExchangeHandler {
    /// Replaces the access key of the ACS resource, and the secondary one if it is given: see
    /// [`CommunicationIdentityClient::update_access_key`](crate::CommunicationIdentityClient::update_access_key).
    ///
    /// # Errors
    /// As that method.
    pub fn update_access_key(&self, access_key: &str, secondary_access_key: Option<&str>) -> Result<()> {
        self.inner
            .exchanger
            .update_access_key(access_key, secondary_access_key)
    }

    /// Replaces only the secondary access key of the ACS resource: see
    /// [`CommunicationIdentityClient::update_secondary_access_key`](crate::CommunicationIdentityClient::update_secondary_access_key).
    ///
    /// # Errors
    /// As that method.
    pub fn update_secondary_access_key(&self, access_key: &str) -> Result<()> {
        self.inner.exchanger.update_secondary_access_key(access_key)
    }

    /// Replaces the access keys with those of settings that were read again. Caches, limits and
    /// connections stay as they are. A secondary key that the settings lack is removed. Other
    /// settings are ignored: [`HandlerSettings::change_since`] reports whether any of them needs a
    /// new handler.
    ///
    /// # Errors
    /// As [`Self::update_access_key`], `target` being the setting as it was written;
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if there is no connection string.
    pub fn update_access_keys_from(&self, settings: &HandlerSettings) -> Result<()> {
        let text = settings.required_text(Key::ConnectionString)?;
        let (_, access_key) =
            crate::connection_string::parts(text).map_err(settings.blame(Key::ConnectionString))?;
        let secondary = settings.text(Key::AccessKeySecondary);
        self.inner
            .exchanger
            .replace_access_keys(access_key, secondary)
            .map_err(|error| blame::setting_of(settings, error))
    }
}
