//! The sources of a user's ACS tokens other than a refresher: they exchange Entra tokens.

#[cfg(feature = "exchange")]
use crate::TeamsTokenExchanger;
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::credential::{AccessTokenInfo, TokenCredential, TokenRequestOptions};
use crate::error::{Error, Result};
use crate::locking::lock;
use crate::models::AccessToken;
use crate::secret::Secret;
use crate::transport::BoxFuture;
use std::fmt;
use std::sync::{Arc, Mutex};

/// The prefix of the scopes of Entra users.
const ENTRA_USER: &str = "https://communication.azure.com/clients/";
/// The scope that is requested if none are given.
const DEFAULT_SCOPE: &str = "https://communication.azure.com/clients/.default";
/// The prefixes of the scopes of Teams extension users, in the public cloud and in that of the US government.
const TEAMS_EXTENSION: [&str; 2] = [
    "https://auth.msft.communication.azure.com/",
    "https://auth.msft.communication.azure.us/",
];

/// The scopes of Entra tokens, and which exchange accepts the tokens.
#[derive(Debug)]
pub(super) struct EntraScopes {
    scopes: Vec<String>,
    exchange: Exchange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exchange {
    EntraUser,
    TeamsExtension,
}

impl EntraScopes {
    pub(super) fn new<S: AsRef<str>>(scopes: &[S]) -> Result<Self> {
        let mut scopes: Vec<String> = scopes.iter().map(|scope| scope.as_ref().to_owned()).collect();
        if scopes.is_empty() {
            scopes.push(DEFAULT_SCOPE.to_owned());
        }
        let all_begin = |prefixes: &[&str]| {
            scopes
                .iter()
                .all(|scope| prefixes.iter().any(|prefix| scope.starts_with(prefix)))
        };
        let exchange = if all_begin(&[ENTRA_USER]) {
            Exchange::EntraUser
        } else if all_begin(&TEAMS_EXTENSION) {
            Exchange::TeamsExtension
        } else {
            let reason = format!(
                "All must begin with {ENTRA_USER}, or all with {}.",
                TEAMS_EXTENSION.join(" or ")
            );
            return Err(Error::invalid_argument("scopes", reason));
        };
        Ok(Self { scopes, exchange })
    }

    /// Fails unless this client can exchange tokens with these scopes.
    pub(super) fn fit(&self, client: &CommunicationIdentityClient) -> Result<()> {
        match self.exchange {
            Exchange::EntraUser => client
                .preview("The exchange of an Entra user's tokens, which these scopes are for,")
                .map(|_| ()),
            Exchange::TeamsExtension => Ok(()),
        }
    }
}

/// Exchanges the tokens of an Entra credential by a client.
pub(super) struct Entra {
    client: CommunicationIdentityClient,
    credential: Arc<dyn TokenCredential>,
    scopes: EntraScopes,
    /// The last Entra token, and the ACS token that it was exchanged for.
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

    /// The ACS token that the same Entra token was exchanged for, while it is valid.
    fn known(&self, aad_token: &Secret) -> Option<AccessToken> {
        let last = lock(&self.last);
        let (_, token) = last.as_ref().filter(|(last, _)| last == aad_token)?;
        (token.expires_on > (self.now)()).then(|| token.clone())
    }

    async fn exchanged(&self, options: &TokenRequestOptions) -> Result<AccessToken> {
        let scopes: Vec<&str> = self.scopes.scopes.iter().map(String::as_str).collect();
        let aad_token = self.credential.get_token_info(&scopes, options).await?.token;
        if let Some(token) = self.known(&aad_token) {
            return Ok(token);
        }
        let (client, text) = (&self.client, aad_token.expose());
        let exchanged = match self.scopes.exchange {
            Exchange::EntraUser => client.get_token_for_entra_user(text).await?,
            Exchange::TeamsExtension => client.get_token_for_teams_extension_user(text).await?,
        };
        *lock(&self.last) = Some((aad_token, exchanged.token.clone()));
        Ok(exchanged.token)
    }
}

/// Exchanges the Entra tokens of a Teams user by an exchanger.
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
            /// Ignores the scopes: the Entra token has its own.
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
