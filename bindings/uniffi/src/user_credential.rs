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
    /// The user's ACS token: the only one, or the initial one. Default: the first one is requested when it is
    /// needed.
    #[uniffi(default = None)]
    pub token: Option<String>,
    /// When the token expires, in seconds since 1970. Default: the token's own expiry, which is not verified;
    /// 10 minutes from now if it cannot be read.
    #[uniffi(default = None)]
    pub token_expires_on: Option<i64>,
    /// The scopes of the Entra tokens that a client exchanges. Default: those of Entra users.
    #[uniffi(default = None)]
    pub scopes: Option<Vec<String>>,
    /// The client id of the application that got the Entra token. For an exchanger only.
    #[uniffi(default = None)]
    pub client_id: Option<String>,
    /// The user's object id. For an exchanger only.
    #[uniffi(default = None)]
    pub user_object_id: Option<String>,
    /// Renews the token proactively, even if nobody asks for it, starting with the first call or with start.
    /// Default: no.
    #[uniffi(default = None)]
    pub refresh_proactively: Option<bool>,
    /// How long before its expiry the token is renewed, in seconds. Default 600. A new token with less time
    /// left is renewed after half of that time.
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

/// A user's ACS token that renews itself, on demand or proactively. Its operation is called through the C
/// ABI, with `c_handle`.
#[derive(uniffi::Object)]
pub struct CommunicationTokenCredential {
    pub(crate) credential: acs_user_credential,
}

opaque!(CommunicationTokenCredential);

#[uniffi::export]
impl CommunicationTokenCredential {
    /// Creates a credential. Its tokens come from a refresher, which is called without scopes; or from an
    /// Entra credential, whose tokens a client or an exchanger exchanges; or it holds a single token. It
    /// requests nothing yet.
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

    /// Starts renewing proactively, as the first call does. Does nothing without `refresh_proactively`.
    pub fn start(&self) -> Result<()> {
        Ok(self.credential.start()?)
    }

    /// Closes it: ends renewals and discards the token. Waiting and later calls fail as cancelled. It isn't
    /// named `close`, because Kotlin's classes already have that method.
    pub fn end_renewals(&self) {
        self.credential.close();
    }
}
