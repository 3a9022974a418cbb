//! A user's ACS token that renews itself.

use std::sync::Arc;
use std::time::Duration;

use acs_auth_c::UserCredentialConfig;
use acs_auth_c::user_credential::acs_user_credential;

use crate::client::CommunicationIdentityClient;
use crate::credential::{TokenCredential, source};
use crate::error::Result;
use crate::exchanger::TeamsTokenExchanger;
use crate::shown::{opaque, shown};

/// The options of a user's token credential. It prints without the token.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct CommunicationTokenCredentialOptions {
    /// The token to begin with, or the only one.
    #[uniffi(default = None)]
    pub token: Option<String>,
    /// When that token expires, in seconds since 1970. Default: read from it, without trust; 10 minutes from now for a token
    /// that is opaque or encrypted.
    #[uniffi(default = None)]
    pub token_expires_on: Option<i64>,
    /// The scopes of the Entra tokens that a client exchanges. Default: those of Entra users.
    #[uniffi(default = None)]
    pub scopes: Option<Vec<String>>,
    /// The application that a Teams user's Entra tokens are issued to: for an exchanger.
    #[uniffi(default = None)]
    pub client_id: Option<String>,
    /// The Teams user: for an exchanger.
    #[uniffi(default = None)]
    pub user_object_id: Option<String>,
    /// Renews the token ahead of time when nobody asks for it. Default: no.
    #[uniffi(default = None)]
    pub refresh_proactively: Option<bool>,
    /// How long before it expires a token is renewed, in seconds. Default 600.
    #[uniffi(default = None)]
    pub refresh_time_before_expiry_s: Option<u64>,
    /// How long a call waits for a token, in milliseconds. Default 30000.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u64>,
}

shown!(CommunicationTokenCredentialOptions {
    token_expires_on, scopes, client_id, user_object_id, refresh_proactively, refresh_time_before_expiry_s,
    timeout_ms;
    token,
});

impl CommunicationTokenCredentialOptions {
    fn config(
        self,
        refresher: Option<Arc<dyn TokenCredential>>,
        entra_credential: Option<Arc<dyn TokenCredential>>,
    ) -> Result<UserCredentialConfig> {
        let Self {
            token,
            token_expires_on,
            scopes,
            client_id,
            user_object_id,
            refresh_proactively,
            refresh_time_before_expiry_s,
            timeout_ms,
        } = self;
        let token_expires_on = token_expires_on.map(|at| acs_auth_c::time(at, "token_expires_on"));
        Ok(UserCredentialConfig {
            token: token.map(Into::into),
            token_expires_on: token_expires_on.transpose()?,
            refresher: refresher.map(source),
            entra_credential: entra_credential.map(source),
            scopes,
            client_id,
            user_object_id,
            refresh_proactively,
            refresh_time_before_expiry: refresh_time_before_expiry_s.map(Duration::from_secs),
            timeout: timeout_ms.map(Duration::from_millis),
        })
    }
}

/// The ACS token of one user, renewed on demand and ahead of time. Its operation is called through the C ABI, by `c_handle`.
#[derive(uniffi::Object)]
pub struct CommunicationTokenCredential {
    pub(crate) credential: acs_user_credential,
}

opaque!(CommunicationTokenCredential);

#[uniffi::export]
impl CommunicationTokenCredential {
    /// Makes a credential that is fed by a refresher, which is asked without scopes; by the user's credential of Entra and a
    /// client, or an exchanger; or that holds one token. Requests nothing yet.
    #[uniffi::constructor(default(refresher = None, entra_credential = None, client = None, exchanger = None))]
    pub fn new(
        options: CommunicationTokenCredentialOptions,
        refresher: Option<Arc<dyn TokenCredential>>,
        entra_credential: Option<Arc<dyn TokenCredential>>,
        client: Option<Arc<CommunicationIdentityClient>>,
        exchanger: Option<Arc<TeamsTokenExchanger>>,
    ) -> Result<Arc<Self>> {
        let config = options.config(refresher, entra_credential)?;
        let client = client.as_deref().map(|client| &client.client);
        let exchanger = exchanger.as_deref().map(|exchanger| &exchanger.exchanger);
        let credential = acs_user_credential::of(config, client, exchanger)?;
        Ok(Arc::new(Self { credential }))
    }

    /// Begins to renew ahead of time, as the first call for a token does. Nothing without `refresh_proactively`.
    pub fn start(&self) -> Result<()> {
        Ok(self.credential.start()?)
    }

    /// Closes it: ends renewals and forgets the token. Calls that wait, and later ones, fail as cancelled. Not named `close`,
    /// which Kotlin's classes have already.
    pub fn end_renewals(&self) {
        self.credential.close();
    }
}
