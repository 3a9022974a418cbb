//! Where a user's ACS tokens come from besides a refresher: Entra tokens that are exchanged.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[cfg(feature = "exchange")]
use crate::TeamsTokenExchanger;
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::cloud::Cloud;
use crate::credential::{AccessTokenInfo, TokenCredential, TokenRequestOptions};
use crate::entra::{Expectations, inspect};
use crate::error::{Error, Result};
use crate::locking::lock;
use crate::models::AccessToken;
use crate::secret::Secret;
use crate::transport::BoxFuture;

/// How long a token is taken to be good whose expiry cannot be read.
const UNREADABLE_LIFETIME: Duration = Duration::from_secs(600);
/// What scopes of Teams extension users begin with, in the public cloud and in that of the US government.
const TEAMS_EXTENSION: [&str; 2] = [
    "https://auth.msft.communication.azure.com/",
    "https://auth.msft.communication.azure.us/",
];

/// A token with what it says of its expiry, believed by no one.
pub(super) fn read(token: &str, now: SystemTime) -> AccessToken {
    let inspection = inspect(token, &Expectations::teams_user(&Cloud::public()), now);
    let expires_at = inspection.claims().expires_at;
    let read = expires_at
        .and_then(|at| u64::try_from(at).ok())
        .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at)));
    AccessToken {
        token: Secret::from(token),
        expires_on: read.unwrap_or(now + UNREADABLE_LIFETIME),
    }
}

/// The scopes of Entra tokens that the exchange takes.
#[derive(Debug)]
pub(super) struct EntraScopes(Vec<String>);

impl EntraScopes {
    pub(super) fn new<S: AsRef<str>>(scopes: &[S]) -> Result<Self> {
        let scopes: Vec<String> = scopes.iter().map(|scope| scope.as_ref().to_owned()).collect();
        let is_known = |scope: &String| TEAMS_EXTENSION.iter().any(|prefix| scope.starts_with(prefix));
        if scopes.is_empty() || !scopes.iter().all(is_known) {
            let reason = format!(
                "One or more are needed that all begin with {}.",
                TEAMS_EXTENSION.join(" or ")
            );
            return Err(Error::invalid_argument("scopes", reason));
        }
        Ok(Self(scopes))
    }
}

/// The tokens of a credential of Entra, exchanged.
pub(super) struct Entra {
    client: CommunicationIdentityClient,
    credential: Arc<dyn TokenCredential>,
    scopes: EntraScopes,
    /// The last Entra token, and what it was exchanged for.
    last: Mutex<Option<(Secret, AccessToken)>>,
    now: Now,
}

impl Entra {
    pub(super) fn new(
        client: CommunicationIdentityClient,
        credential: Arc<dyn TokenCredential>,
        scopes: EntraScopes,
        now: Now,
    ) -> Self {
        Self {
            client,
            credential,
            scopes,
            last: Mutex::default(),
            now,
        }
    }

    /// The ACS token of the same Entra token, while it is good.
    fn known(&self, aad_token: &Secret) -> Option<AccessToken> {
        let last = lock(&self.last);
        let (_, token) = last.as_ref().filter(|(last, _)| last == aad_token)?;
        (token.expires_on > (self.now)()).then(|| token.clone())
    }

    async fn exchanged(&self, options: &TokenRequestOptions) -> Result<AccessToken> {
        let scopes: Vec<&str> = self.scopes.0.iter().map(String::as_str).collect();
        let aad_token = self.credential.get_token_info(&scopes, options).await?.token;
        if let Some(token) = self.known(&aad_token) {
            return Ok(token);
        }
        let exchanged = self
            .client
            .get_token_for_teams_extension_user(aad_token.expose())
            .await?;
        *lock(&self.last) = Some((aad_token, exchanged.token.clone()));
        Ok(exchanged.token)
    }
}

/// The tokens of a Teams user, by an exchanger.
#[cfg(feature = "exchange")]
pub(super) struct TeamsUser {
    exchanger: TeamsTokenExchanger,
    credential: Arc<dyn TokenCredential>,
    client_id: String,
    user_object_id: String,
}

#[cfg(feature = "exchange")]
impl TeamsUser {
    pub(super) fn new(
        exchanger: TeamsTokenExchanger,
        credential: Arc<dyn TokenCredential>,
        client_id: &str,
        user_object_id: &str,
    ) -> Self {
        Self {
            exchanger,
            credential,
            client_id: client_id.to_owned(),
            user_object_id: user_object_id.to_owned(),
        }
    }

    async fn exchanged(&self, options: &TokenRequestOptions) -> Result<AccessToken> {
        let cloud = self.exchanger.cloud();
        let scopes =
            ["Teams.ManageCalls", "Teams.ManageChats"].map(|permission| cloud.teams_scope(permission));
        let scopes = scopes.each_ref().map(String::as_str);
        let aad_token = self.credential.get_token_info(&scopes, options).await?.token;
        self.exchanger
            .exchange(aad_token.expose(), &self.client_id, &self.user_object_id)
            .await
    }
}

macro_rules! source_of_tokens {
    ($source:ident) => {
        impl TokenCredential for $source {
            /// Whatever the scopes: they are those of the Entra token.
            fn get_token<'a>(&'a self, _: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
                Box::pin(async { self.exchanged(&TokenRequestOptions::default()).await })
            }

            fn get_token_info<'a>(
                &'a self,
                _: &'a [&'a str],
                options: &'a TokenRequestOptions,
            ) -> BoxFuture<'a, Result<AccessTokenInfo>> {
                Box::pin(async { Ok(self.exchanged(options).await?.into()) })
            }
        }

        impl fmt::Debug for $source {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($source))
                    .field("credential", &self.credential)
                    .finish_non_exhaustive()
            }
        }
    };
}

source_of_tokens!(Entra);
#[cfg(feature = "exchange")]
source_of_tokens!(TeamsUser);
