//! The configuration of a user's token credential.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use core_auth::{
    AccessToken, CommunicationIdentityClient, CommunicationTokenCredential,
    CommunicationTokenCredentialBuilder, Result, Secret, TeamsTokenExchanger, TokenCredential,
};

use crate::ffi::invalid;

/// The configuration from which each process makes its instance of a user's token credential.
#[derive(Default)]
#[expect(missing_docs, reason = "each is the option of its name")]
pub struct UserCredentialConfig {
    pub token: Option<Secret>,
    pub token_expires_on: Option<SystemTime>,
    pub refresher: Option<Arc<dyn TokenCredential>>,
    pub entra_credential: Option<Arc<dyn TokenCredential>>,
    pub scopes: Option<Vec<String>>,
    pub client_id: Option<String>,
    pub user_object_id: Option<String>,
    pub refresh_proactively: Option<bool>,
    pub refresh_time_before_expiry: Option<Duration>,
    pub timeout: Option<Duration>,
}

/// The client or the exchanger of this process that exchanges Entra tokens. Setting both is an error.
#[derive(Default)]
pub(crate) struct Exchanges {
    pub client: Option<CommunicationIdentityClient>,
    pub exchanger: Option<TeamsTokenExchanger>,
}

impl UserCredentialConfig {
    /// Makes the instance of this process.
    pub(crate) fn make(&self, exchanges: Exchanges) -> Result<CommunicationTokenCredential> {
        let Exchanges { client, exchanger } = exchanges;
        let token = self.first()?;
        let of_teams_user = [
            ("client_id", self.client_id.is_some()),
            ("user_object_id", self.user_object_id.is_some()),
        ];
        let made = match (&self.refresher, &self.entra_credential) {
            (Some(_), Some(_)) => {
                return Err(invalid(
                    "entra_credential",
                    "Give a refresher or an Entra credential, not both.",
                ));
            }
            (None, Some(entra)) => match (client, exchanger) {
                (Some(_), Some(_)) => {
                    return Err(invalid("exchanger", "Give a client or an exchanger, not both."));
                }
                (None, None) => {
                    return Err(invalid(
                        "entra_credential",
                        "Its tokens need a client or an exchanger that exchanges them.",
                    ));
                }
                (Some(client), None) => {
                    none_of(&of_teams_user, "It requires an exchanger instead of a client.")?;
                    let scopes = self.scopes.as_deref().unwrap_or_default();
                    CommunicationTokenCredential::builder_for_entra(client, Arc::clone(entra), scopes)?
                }
                (None, Some(exchanger)) => {
                    none_of(
                        &[("scopes", self.scopes.is_some())],
                        "They require a client instead of an exchanger.",
                    )?;
                    let needed = |value: &Option<String>, name| {
                        value
                            .clone()
                            .filter(|value| !value.is_empty())
                            .ok_or_else(|| invalid(name, "The exchanger needs it."))
                    };
                    let client_id = needed(&self.client_id, "client_id")?;
                    let user = needed(&self.user_object_id, "user_object_id")?;
                    CommunicationTokenCredential::builder_for_teams_user(
                        exchanger,
                        Arc::clone(entra),
                        &client_id,
                        &user,
                    )
                }
            },
            (refresher, None) => {
                let exchanging = [
                    ("client", client.is_some()),
                    ("exchanger", exchanger.is_some()),
                    ("scopes", self.scopes.is_some()),
                ];
                none_of(&exchanging, "It requires an Entra credential.")?;
                none_of(&of_teams_user, "It requires an Entra credential.")?;
                match refresher {
                    Some(refresher) => CommunicationTokenCredential::builder(Arc::clone(refresher)),
                    None => return self.fixed(token),
                }
            }
        };
        self.renewed(made, token).build()
    }

    /// The initial token.
    fn first(&self) -> Result<Option<AccessToken>> {
        match (&self.token, self.token_expires_on) {
            (None, Some(_)) => Err(invalid("token_expires_on", "It requires a token.")),
            (None, None) => Ok(None),
            (Some(token), _) if token.expose().is_empty() => Err(invalid("token", "It is empty.")),
            (Some(token), None) => Ok(Some(AccessToken::read(token.expose())?)),
            (Some(token), Some(expires_on)) => Ok(Some(AccessToken {
                token: token.clone(),
                expires_on,
            })),
        }
    }

    fn fixed(&self, token: Option<AccessToken>) -> Result<CommunicationTokenCredential> {
        let renewing = [
            ("refresh_proactively", self.refresh_proactively == Some(true)),
            (
                "refresh_time_before_expiry",
                self.refresh_time_before_expiry.is_some(),
            ),
            ("timeout", self.timeout.is_some()),
        ];
        none_of(
            &renewing,
            "Nothing renews the token: give a refresher or an Entra credential.",
        )?;
        match token {
            Some(token) => Ok(CommunicationTokenCredential::from_access_token(token)),
            None => Err(invalid(
                "token",
                "Give a token, a refresher or an Entra credential.",
            )),
        }
    }

    fn renewed(
        &self,
        mut builder: CommunicationTokenCredentialBuilder,
        token: Option<AccessToken>,
    ) -> CommunicationTokenCredentialBuilder {
        if let Some(token) = token {
            builder = builder.token(token);
        }
        macro_rules! given {
            ($($option:ident)+) => {
                $(if let Some(value) = self.$option {
                    builder = builder.$option(value);
                })+
            };
        }
        given! { refresh_proactively refresh_time_before_expiry timeout }
        builder
    }
}

/// Rejects the first of these options that is set.
fn none_of(options: &[(&str, bool)], reason: &str) -> Result<()> {
    match options.iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) => Err(invalid(name, reason)),
        None => Ok(()),
    }
}
