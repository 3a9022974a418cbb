//! The testee's own credentials, and the user's token credential that uses them.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use acs_auth::transport::BoxFuture;
use acs_auth::{
    AccessToken, CommunicationIdentityClient, CommunicationTokenCredential,
    CommunicationTokenCredentialBuilder, Error, ErrorKind, Result, Secret, TeamsTokenExchanger,
    TokenCredential,
};
use serde::Deserialize;

use crate::calls::{Given, token};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CredentialOptions {
    token: String,
    expires_in_s: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserCredentialOptions {
    token: Option<String>,
    token_expires_in_s: Option<i64>,
    refresher: Option<CredentialOptions>,
    entra_credential: Option<CredentialOptions>,
    #[serde(default)]
    client: bool,
    #[serde(default)]
    exchanger: bool,
    #[serde(default)]
    scopes: Vec<String>,
    client_id: Option<String>,
    user_object_id: Option<String>,
    refresh_proactively: Option<bool>,
    refresh_time_before_expiry_s: Option<u64>,
    timeout_ms: Option<u64>,
}

pub(crate) type Asked = Arc<Mutex<Vec<Vec<String>>>>;

/// Returns the same token each time, and records the scopes that it is asked for.
#[derive(Debug)]
struct Credential {
    token: Secret,
    expires_in_s: i64,
    asked: Asked,
}

impl TokenCredential for Credential {
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.asked.lock().unwrap().push(scopes);
        let expires_on = in_seconds(self.expires_in_s);
        let token = self.token.clone();
        Box::pin(std::future::ready(Ok(AccessToken { token, expires_on })))
    }
}

pub(crate) fn credential(given: CredentialOptions, asked: &Asked) -> Arc<dyn TokenCredential> {
    let CredentialOptions { token, expires_in_s } = given;
    Arc::new(Credential {
        token: token.into(),
        expires_in_s,
        asked: Arc::clone(asked),
    })
}

/// The token to begin with.
fn first(text: &str, expires_in_s: Option<i64>) -> Result<AccessToken> {
    let Some(seconds) = expires_in_s else {
        return AccessToken::read(text);
    };
    Ok(AccessToken {
        token: text.into(),
        expires_on: in_seconds(seconds),
    })
}

/// From now, or before it.
fn in_seconds(seconds: i64) -> SystemTime {
    let (now, size) = (SystemTime::now(), Duration::from_secs(seconds.unsigned_abs()));
    if seconds < 0 { now - size } else { now + size }
}

/// The outer error is the testee's, the inner one the library's.
pub(crate) fn user_credential(
    given: UserCredentialOptions,
    client: Option<&CommunicationIdentityClient>,
    asked: &Asked,
) -> std::result::Result<Result<CommunicationTokenCredential>, String> {
    let client = || client.cloned().ok_or("there is no client");
    let text = given.token.as_deref();
    let token = match text.map(|text| first(text, given.token_expires_in_s)).transpose() {
        Ok(token) => token,
        Err(error) => return Ok(Err(error)),
    };
    let builder = match (given.refresher, given.entra_credential) {
        (Some(refresher), None) => CommunicationTokenCredential::builder(credential(refresher, asked)),
        (None, Some(entra)) if given.client => {
            let entra = credential(entra, asked);
            match CommunicationTokenCredential::builder_for_entra(client()?, entra, &given.scopes) {
                Ok(builder) => builder,
                Err(error) => return Ok(Err(error)),
            }
        }
        (None, Some(entra)) if given.exchanger => {
            let exchanger = match TeamsTokenExchanger::builder(client()?).build() {
                Ok(exchanger) => exchanger,
                Err(error) => return Ok(Err(error)),
            };
            let (client_id, user) = (given.client_id, given.user_object_id);
            CommunicationTokenCredential::builder_for_teams_user(
                exchanger,
                credential(entra, asked),
                &client_id.ok_or("there is no client_id")?,
                &user.ok_or("there is no user_object_id")?,
            )
        }
        (None, None) => {
            return Ok(match token {
                Some(token) => Ok(CommunicationTokenCredential::from_access_token(token)),
                None => Err(Error::new(ErrorKind::InvalidArgument, "It has no token.")),
            });
        }
        (Some(_) | None, Some(_)) => return Err("there is no such way to feed it".into()),
    };
    let mut builder: CommunicationTokenCredentialBuilder = builder;
    if let Some(token) = token {
        builder = builder.token(token);
    }
    if let Some(proactively) = given.refresh_proactively {
        builder = builder.refresh_proactively(proactively);
    }
    if let Some(seconds) = given.refresh_time_before_expiry_s {
        builder = builder.refresh_time_before_expiry(Duration::from_secs(seconds));
    }
    if let Some(timeout) = given.timeout_ms {
        builder = builder.timeout(Duration::from_millis(timeout));
    }
    Ok(builder.build())
}

/// Calls an operation of the user's token credential.
pub(crate) async fn call(
    credential: &CommunicationTokenCredential,
    operation: &str,
) -> Option<Result<Given>> {
    match operation {
        "user_credential_get_token" => Some(credential.get_token().await.map(token)),
        "user_credential_close" => {
            credential.close();
            Some(Ok((serde_json::json!({}), Vec::new())))
        }
        _ => None,
    }
}
