//! Calls by name: arguments from JSON, results to JSON.

use std::fmt::Display;
use std::time::Duration;

use acs_auth::{
    AccessToken, CommunicationIdentityClient, CommunicationTokenScope, CommunicationUserIdentifier,
    CommunicationUserToken, Error, Result,
};
use acs_conformance::case::Operation;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// The arguments of a call, each of which must be used.
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    pub(crate) fn new(arguments: Value) -> std::result::Result<Self, String> {
        match arguments {
            Value::Object(arguments) => Ok(Self(arguments)),
            other => Err(format!("the arguments are {other}")),
        }
    }

    /// An argument; `None` for one that may be left out and is.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> std::result::Result<T, String> {
        let value = self.0.remove(name).unwrap_or_default();
        serde_json::from_value(value).map_err(|error| format!("the argument {name}: {error}"))
    }

    pub(crate) fn text(&mut self, name: &str) -> std::result::Result<String, String> {
        self.take(name)
    }

    pub(crate) fn user(&mut self) -> std::result::Result<CommunicationUserIdentifier, String> {
        Ok(CommunicationUserIdentifier::new(self.text("user")?))
    }

    pub(crate) fn scopes(&mut self) -> std::result::Result<Vec<CommunicationTokenScope>, String> {
        let scopes: Vec<String> = self.take("scopes")?;
        Ok(scopes.into_iter().map(CommunicationTokenScope::from).collect())
    }

    pub(crate) fn token_expires_in(&mut self) -> std::result::Result<Option<Duration>, String> {
        Ok(self
            .take::<Option<u64>>("token_expires_in_s")?
            .map(Duration::from_secs))
    }

    /// Fails for arguments that the call does not have.
    pub(crate) fn end(self) -> std::result::Result<(), String> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(format!("there is no argument {name}")),
        }
    }
}

/// Calls an operation of the client: the outer error is the case's, the inner one the library's.
pub(crate) async fn call(
    client: &CommunicationIdentityClient,
    operation: Operation,
    mut arguments: Arguments,
) -> std::result::Result<Result<Value>, String> {
    let a = &mut arguments;
    Ok(match operation {
        Operation::CreateUser => {
            arguments.end()?;
            client.create_user().await.map(user)
        }
        Operation::CreateUserAndToken => {
            let (scopes, expires_in) = (a.scopes()?, a.token_expires_in()?);
            arguments.end()?;
            client.create_user_and_token(&scopes, expires_in).await.map(both)
        }
        Operation::GetToken => {
            let (user, scopes, expires_in) = (a.user()?, a.scopes()?, a.token_expires_in()?);
            arguments.end()?;
            client.get_token(&user, &scopes, expires_in).await.map(token)
        }
        Operation::RevokeTokens => {
            let user = a.user()?;
            arguments.end()?;
            client.revoke_tokens(&user).await.map(done)
        }
        Operation::UpdateAccessKey => {
            let primary = a.text("access_key")?;
            let secondary: Option<String> = a.take("secondary_access_key")?;
            arguments.end()?;
            client.update_access_key(&primary, secondary.as_deref()).map(done)
        }
        Operation::DeleteUser => {
            let user = a.user()?;
            arguments.end()?;
            client.delete_user(&user).await.map(done)
        }
        Operation::GetTokenForTeamsUser => {
            let (aad_token, client_id, user_object_id) = (
                a.text("aad_token")?,
                a.text("client_id")?,
                a.text("user_object_id")?,
            );
            arguments.end()?;
            client
                .get_token_for_teams_user(&aad_token, &client_id, &user_object_id)
                .await
                .map(token)
        }
        Operation::GetTokenForTeamsExtensionUser => {
            let aad_token = a.text("aad_token")?;
            arguments.end()?;
            client
                .get_token_for_teams_extension_user(&aad_token)
                .await
                .map(both)
        }
        Operation::ParseConnectionString
        | Operation::SignRequest
        | Operation::PrepareRequest
        | Operation::ParseResponse
        | Operation::Inspect
        | Operation::Handle => return Err(format!("{} is no call of a client", operation.name())),
    })
}

pub(crate) fn user(user: CommunicationUserIdentifier) -> Value {
    let CommunicationUserIdentifier { id } = user;
    json!({"id": id})
}

pub(crate) fn token(token: AccessToken) -> Value {
    json!({"token": token.token.expose(), "expires_on": token.expires_on_unix()})
}

pub(crate) fn both(both: CommunicationUserToken) -> Value {
    let CommunicationUserToken { user, token } = both;
    json!({"id": user.id, "token": token.token.expose(), "expires_on": token.expires_on_unix()})
}

pub(crate) fn done((): ()) -> Value {
    json!({})
}

/// An error as cases compare it.
pub(crate) fn error(error: &Error) -> Value {
    let details = error.clone().into_details();
    let milliseconds = |wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    json!({
        "kind": details.kind.name(),
        "value": details.kind.value(),
        "status": details.status,
        "code": details.code,
        "target": details.target,
        "reason": details.reason,
        "retry_after_ms": details.retry_after.map(milliseconds),
        "client_request_id": details.client_request_id,
        "ms_cv": details.ms_cv,
    })
}

/// Everything that an error can be made to show.
pub(crate) fn all_texts(error: &Error) -> String {
    let display: &dyn Display = error;
    format!("{display}\n{error:?}\n{error:#?}\n{}", self::error(error))
}
