//! Calls by name: arguments from JSON, results to JSON with their printed forms.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use acs_auth::cloud::Cloud;
use acs_auth::entra::{Expectations, Outcome, inspect};
use acs_auth::identifier::{
    CommunicationCloudEnvironment, CommunicationIdentifier, CommunicationIdentifierKind,
    MicrosoftTeamsAppIdentifier, MicrosoftTeamsUserIdentifier, PhoneNumberIdentifier,
    TeamsExtensionUserIdentifier, UnknownIdentifier,
};
use acs_auth::protocol::{self, Authentication, PreparedRequest, RawResponse, Retryable};
use acs_auth::{
    AccessKey, AccessToken, CommunicationIdentityClient, CommunicationTokenScope, CommunicationUserDetail,
    CommunicationUserIdentifier, CommunicationUserToken, ConnectionString, Endpoint, Result, SignableRequest,
    TeamsExtensionAssignment, TeamsExtensionPrincipalType, sign_request,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::testee::printed;

/// A result, and its printed forms.
pub(crate) type Given = (Value, Vec<String>);

pub(crate) fn result<T: Debug>(value: &T, to_json: impl FnOnce(&T) -> Value) -> Given {
    (to_json(value), printed(value).to_vec())
}

#[derive(Deserialize)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    /// An argument; `None` if it is absent.
    pub(crate) fn get<T: DeserializeOwned>(&self, name: &str) -> std::result::Result<T, String> {
        let value = self.0.get(name).cloned().unwrap_or_default();
        serde_json::from_value(value).map_err(|error| format!("the argument {name}: {error}"))
    }

    pub(crate) fn text(&self, name: &str) -> std::result::Result<String, String> {
        self.get(name)
    }

    fn user(&self) -> std::result::Result<CommunicationUserIdentifier, String> {
        Ok(CommunicationUserIdentifier::new(self.text("user")?))
    }

    fn scopes(&self) -> std::result::Result<Vec<CommunicationTokenScope>, String> {
        let scopes: Vec<String> = self.get("scopes")?;
        Ok(scopes.into_iter().map(CommunicationTokenScope::from).collect())
    }

    fn token_expires_in(&self) -> std::result::Result<Option<Duration>, String> {
        Ok(self
            .get::<Option<u64>>("token_expires_in_s")?
            .map(Duration::from_secs))
    }
}

fn user(user: CommunicationUserIdentifier) -> Given {
    result(&user, |it| json!({"id": it.id}))
}

pub(crate) fn token(token: AccessToken) -> Given {
    result(
        &token,
        |it| json!({"token": it.token.expose(), "expires_on": it.expires_on_unix()}),
    )
}

fn both(both: CommunicationUserToken) -> Given {
    result(&both, |it| {
        let token = &it.token;
        json!({"id": it.user.id, "token": token.token.expose(), "expires_on": token.expires_on_unix()})
    })
}

fn detail(detail: CommunicationUserDetail) -> Given {
    result(&detail, |it| {
        let issued = it
            .last_token_issued_at
            .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        json!({
            "id": it.user.id,
            "custom_id": it.custom_id,
            "last_token_issued_at": issued.map(|at| at.as_secs()),
        })
    })
}

fn assignment(assignment: TeamsExtensionAssignment) -> Given {
    result(&assignment, |it| {
        json!({
            "tenant_id": it.tenant_id,
            "object_id": it.object_id,
            "principal_type": it.principal_type.as_str(),
            "client_ids": it.client_ids,
        })
    })
}

fn done((): ()) -> Given {
    (json!({}), Vec::new())
}

/// Calls an operation of the client: the outer error is the testee's, the inner one the library's.
pub(crate) async fn call(
    client: &CommunicationIdentityClient,
    operation: &str,
    a: &Arguments,
) -> std::result::Result<Result<Given>, String> {
    Ok(match operation {
        "create_user" => client.create_user().await.map(user),
        "create_user_and_token" => client
            .create_user_and_token(&a.scopes()?, a.token_expires_in()?)
            .await
            .map(both),
        "get_token" => client
            .get_token(&a.user()?, &a.scopes()?, a.token_expires_in()?)
            .await
            .map(token),
        "revoke_tokens" => client.revoke_tokens(&a.user()?).await.map(done),
        "delete_user" => client.delete_user(&a.user()?).await.map(done),
        "update_access_key" => {
            let secondary: Option<String> = a.get("secondary_access_key")?;
            client
                .update_access_key(&a.text("access_key")?, secondary.as_deref())
                .map(done)
        }
        "get_token_for_teams_user" => {
            let (aad_token, client_id) = (a.text("aad_token")?, a.text("client_id")?);
            let user = a.text("user_object_id")?;
            client
                .get_token_for_teams_user(&aad_token, &client_id, &user)
                .await
                .map(token)
        }
        "get_token_for_teams_extension_user" => client
            .get_token_for_teams_extension_user(&a.text("aad_token")?)
            .await
            .map(both),
        "put_teams_extension_assignment" => {
            let (tenant_id, object_id) = (a.text("tenant_id")?, a.text("object_id")?);
            let client_ids: Vec<String> = a.get("client_ids")?;
            let principal_type = TeamsExtensionPrincipalType::from(a.text("principal_type")?);
            client
                .put_teams_extension_assignment(&tenant_id, &object_id, principal_type, &client_ids)
                .await
                .map(assignment)
        }
        "get_teams_extension_assignment" => client
            .get_teams_extension_assignment(&a.text("tenant_id")?, &a.text("object_id")?)
            .await
            .map(assignment),
        "delete_teams_extension_assignment" => client
            .delete_teams_extension_assignment(&a.text("tenant_id")?, &a.text("object_id")?)
            .await
            .map(done),
        "get_token_for_entra_user" => client
            .get_token_for_entra_user(&a.text("aad_token")?)
            .await
            .map(both),
        "create_user_with_custom_id" => client
            .create_user_with_custom_id(&a.text("custom_id")?)
            .await
            .map(user),
        "create_user_and_token_with_custom_id" => {
            let custom_id = a.text("custom_id")?;
            client
                .create_user_and_token_with_custom_id(&custom_id, &a.scopes()?, a.token_expires_in()?)
                .await
                .map(both)
        }
        "get_user_detail" => client.get_user_detail(&a.user()?).await.map(detail),
        other => return Err(format!("there is no operation {other}")),
    })
}

/// Calls an operation without I/O; `None` if it isn't one.
pub(crate) fn no_io(operation: &str, a: &Arguments) -> std::result::Result<Option<Result<Given>>, String> {
    Ok(Some(match operation {
        "parse_connection_string" => ConnectionString::parse(&a.text("text")?)
            .map(|parsed| result(&parsed, |it| json!({"endpoint": it.endpoint.url()}))),
        "sign_request" => sign(a)?,
        "prepare_request" => match Endpoint::parse(&a.text("endpoint")?) {
            Ok(endpoint) => prepare(&endpoint, a)?.map(|request| result(&request, request_json)),
            Err(error) => Err(error),
        },
        "parse_response" => parse(a)?,
        "inspect" => Ok(explain(a)?),
        "identifier_from_raw_id" => Ok(identifier(CommunicationIdentifier::from_raw_id(
            &a.text("raw_id")?,
        ))),
        "make_identifier" => Ok(identifier(made(a)?)),
        _ => return Ok(None),
    }))
}

fn sign(a: &Arguments) -> std::result::Result<Result<Given>, String> {
    let (method, url, body) = (a.text("method")?, a.text("url")?, a.text("body")?);
    let request = SignableRequest {
        method: &method,
        url: &url,
        body: body.as_bytes(),
    };
    let now = UNIX_EPOCH + Duration::from_secs(a.get("now")?);
    let key = match AccessKey::from_base64(&a.text("access_key")?) {
        Ok(key) => key,
        Err(error) => return Ok(Err(error)),
    };
    Ok(sign_request(&request, &key, now).map(|signed| {
        result(&signed, |it| {
            let mut members = json!({"string_to_sign": it.string_to_sign()});
            for (name, value) in it.headers() {
                members[name] = value.into();
            }
            members
        })
    }))
}

fn prepare(endpoint: &Endpoint, a: &Arguments) -> std::result::Result<Result<PreparedRequest>, String> {
    let version = a.text("api_version")?;
    let aad_token: Option<String> = a.get("aad_token")?;
    let aad_token = aad_token.unwrap_or_default();
    Ok(match a.text("operation")?.as_str() {
        "create_user" => protocol::prepare_create_user(endpoint, &version),
        "create_user_and_token" => {
            let (scopes, expires_in) = (a.scopes()?, a.token_expires_in()?);
            protocol::prepare_create_user_and_token(endpoint, &scopes, expires_in, &version)
        }
        "get_token" => {
            let (scopes, expires_in) = (a.scopes()?, a.token_expires_in()?);
            protocol::prepare_issue_token(endpoint, &a.user()?, &scopes, expires_in, &version)
        }
        "revoke_tokens" => protocol::prepare_revoke_tokens(endpoint, &a.user()?, &version),
        "delete_user" => protocol::prepare_delete_user(endpoint, &a.user()?, &version),
        "get_token_for_teams_user" => {
            let (client_id, user) = (a.text("client_id")?, a.text("user_object_id")?);
            protocol::prepare_exchange_teams_user(endpoint, &aad_token, &client_id, &user, &version)
        }
        "get_token_for_teams_extension_user" => {
            protocol::prepare_exchange_teams_extension(endpoint, &aad_token, &version)
        }
        "get_token_for_entra_user" => protocol::prepare_exchange_entra_user(endpoint, &aad_token, &version),
        "put_teams_extension_assignment" => {
            let (tenant_id, object_id) = (a.text("tenant_id")?, a.text("object_id")?);
            let client_ids: Vec<String> = a.get("client_ids")?;
            protocol::prepare_put_teams_extension_assignment(
                endpoint,
                &tenant_id,
                &object_id,
                &TeamsExtensionPrincipalType::from(a.text("principal_type")?),
                &client_ids,
                &version,
            )
        }
        "get_teams_extension_assignment" => {
            let (tenant_id, object_id) = (a.text("tenant_id")?, a.text("object_id")?);
            protocol::prepare_get_teams_extension_assignment(endpoint, &tenant_id, &object_id, &version)
        }
        "delete_teams_extension_assignment" => {
            let (tenant_id, object_id) = (a.text("tenant_id")?, a.text("object_id")?);
            protocol::prepare_delete_teams_extension_assignment(endpoint, &tenant_id, &object_id, &version)
        }
        "create_user_with_custom_id" => {
            protocol::prepare_create_user_with_custom_id(endpoint, &a.text("custom_id")?, &version)
        }
        "create_user_and_token_with_custom_id" => protocol::prepare_create_user_and_token_with_custom_id(
            endpoint,
            &a.text("custom_id")?,
            &a.scopes()?,
            a.token_expires_in()?,
            &version,
        ),
        "get_user_detail" => protocol::prepare_get_user_detail(endpoint, &a.user()?, &version),
        other => return Err(format!("{other} has no request")),
    })
}

fn request_json(request: &PreparedRequest) -> Value {
    json!({
        "method": request.method.as_str(),
        "url": request.url,
        "headers": request.headers.iter().map(|(name, value)| json!([name, value.as_str()])).collect::<Vec<_>>(),
        "body": String::from_utf8_lossy(&request.body),
        "authentication": match request.authentication {
            Authentication::Credential => "credential",
            Authentication::UserToken => "user_token",
        },
        "retryable": match request.retryable {
            Retryable::Always => "always",
            Retryable::IfNotProcessed => "if_not_processed",
        },
    })
}

fn parse(a: &Arguments) -> std::result::Result<Result<Given>, String> {
    let (headers, body) = (a.get::<Vec<(String, String)>>("headers")?, a.text("body")?);
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let response = RawResponse {
        status: a.get("status")?,
        headers: &headers,
        body: body.as_bytes(),
        received_at: SystemTime::now(),
    };
    Ok(match a.text("operation")?.as_str() {
        "create_user" => protocol::parse_create_user(&response).map(user),
        "create_user_and_token" => protocol::parse_create_user_and_token(&response).map(both),
        "get_token" => protocol::parse_issue_token(&response).map(token),
        "revoke_tokens" => protocol::parse_revoke_tokens(&response).map(done),
        "delete_user" => protocol::parse_delete_user(&response).map(done),
        "get_token_for_teams_user" => protocol::parse_exchange_teams_user(&response).map(token),
        "get_token_for_teams_extension_user" => protocol::parse_exchange_teams_extension(&response).map(both),
        "get_token_for_entra_user" => protocol::parse_exchange_entra_user(&response).map(both),
        "put_teams_extension_assignment" => {
            protocol::parse_put_teams_extension_assignment(&response).map(assignment)
        }
        "get_teams_extension_assignment" => {
            protocol::parse_get_teams_extension_assignment(&response).map(assignment)
        }
        "delete_teams_extension_assignment" => {
            protocol::parse_delete_teams_extension_assignment(&response).map(done)
        }
        "create_user_with_custom_id" => protocol::parse_create_user_with_custom_id(&response).map(user),
        "create_user_and_token_with_custom_id" => {
            protocol::parse_create_user_and_token_with_custom_id(&response).map(both)
        }
        "get_user_detail" => protocol::parse_get_user_detail(&response).map(detail),
        other => return Err(format!("{other} has no response")),
    })
}

fn explain(a: &Arguments) -> std::result::Result<Given, String> {
    let cloud = Cloud::public();
    let mut expected = match a.text("expect")?.as_str() {
        "teams_user" => Expectations::teams_user(&cloud),
        "teams_extension" => Expectations::teams_extension(&cloud),
        "entra_user" => Expectations::entra_user(),
        other => return Err(format!("there are no expectations {other}")),
    };
    expected.client_id = a.get("client_id")?;
    expected.user_object_id = a.get("user_object_id")?;
    expected.tenant_id = a.get("tenant_id")?;
    if let Some(seconds) = a.get("min_remaining_s")? {
        expected.min_remaining = Duration::from_secs(seconds);
    }
    let inspection = inspect(&a.text("token")?, &expected, SystemTime::now());
    Ok(result(&inspection, |it| {
        let checks = it.checks().iter().map(|check| {
            let outcome = match check.outcome {
                Outcome::Passed => "passed",
                Outcome::Failed => "failed",
                Outcome::NotChecked => "not_checked",
            };
            json!([check.name.as_str(), outcome])
        });
        json!({
            "ok": it.is_ok(),
            "checks": checks.collect::<Vec<_>>(),
            "explanation": it.first_failure().map(|check| check.explanation.as_str()),
        })
    }))
}

fn identifier(identifier: CommunicationIdentifier) -> Given {
    result(&identifier, |it| {
        let mut members = json!({
            "kind": it.kind().as_str(), "raw_id": it.raw_id(), "phone_number": null, "asserted_id": null,
            "is_anonymous": false, "user_id": null, "app_id": null, "tenant_id": null, "resource_id": null, "cloud": null,
        });
        match it {
            CommunicationIdentifier::CommunicationUser(_) | CommunicationIdentifier::Unknown(_) => {}
            CommunicationIdentifier::PhoneNumber(phone) => {
                members["phone_number"] = phone.phone_number().into();
                members["asserted_id"] = phone.asserted_id().into();
                members["is_anonymous"] = phone.is_anonymous().into();
            }
            CommunicationIdentifier::MicrosoftTeamsUser(user) => {
                members["user_id"] = user.user_id().into();
                members["is_anonymous"] = user.is_anonymous().into();
                members["cloud"] = user.cloud().as_str().into();
            }
            CommunicationIdentifier::MicrosoftTeamsApp(app) => {
                members["app_id"] = app.app_id().into();
                members["cloud"] = app.cloud().as_str().into();
            }
            CommunicationIdentifier::TeamsExtensionUser(user) => {
                members["user_id"] = user.user_id().into();
                members["tenant_id"] = user.tenant_id().into();
                members["resource_id"] = user.resource_id().into();
                members["cloud"] = user.cloud().as_str().into();
            }
        }
        members
    })
}

fn made(a: &Arguments) -> std::result::Result<CommunicationIdentifier, String> {
    let kind = a.text("kind")?;
    let kind = CommunicationIdentifierKind::ALL
        .iter()
        .find(|it| it.as_str() == kind);
    let cloud = a
        .get::<Option<String>>("cloud")?
        .unwrap_or_else(|| "public".into());
    let cloud = CommunicationCloudEnvironment::ALL
        .iter()
        .find(|it| it.as_str() == cloud);
    let cloud = *cloud.ok_or("there is no such cloud")?;
    let raw_id: Option<String> = a.get("raw_id")?;
    macro_rules! with_raw_id {
        ($made:expr) => {
            match raw_id {
                Some(raw_id) => $made.with_raw_id(raw_id).into(),
                None => $made.into(),
            }
        };
    }
    Ok(match kind.ok_or("there is no such kind")? {
        CommunicationIdentifierKind::CommunicationUser => {
            CommunicationUserIdentifier::new(a.text("id")?).into()
        }
        CommunicationIdentifierKind::PhoneNumber => {
            with_raw_id!(PhoneNumberIdentifier::new(a.text("phone_number")?))
        }
        CommunicationIdentifierKind::MicrosoftTeamsUser => {
            let is_anonymous = a.get::<Option<bool>>("is_anonymous")?.unwrap_or_default();
            with_raw_id!(MicrosoftTeamsUserIdentifier::new(
                a.text("user_id")?,
                is_anonymous,
                cloud
            ))
        }
        CommunicationIdentifierKind::MicrosoftTeamsApp => {
            with_raw_id!(MicrosoftTeamsAppIdentifier::new(a.text("app_id")?, cloud))
        }
        CommunicationIdentifierKind::TeamsExtensionUser => {
            let (user_id, tenant_id) = (a.text("user_id")?, a.text("tenant_id")?);
            with_raw_id!(TeamsExtensionUserIdentifier::new(
                user_id,
                tenant_id,
                a.text("resource_id")?,
                cloud
            ))
        }
        CommunicationIdentifierKind::Unknown => UnknownIdentifier::new(a.text("raw_id")?).into(),
    })
}
