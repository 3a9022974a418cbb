//! The calls without I/O.

use std::path::Path;
use std::time::{Duration, SystemTime};

use acs_auth::cloud::Cloud;
use acs_auth::entra::{Expectations, Outcome, inspect};
use acs_auth::protocol::{self, Authentication, PreparedRequest, RawResponse, Repeatable};
use acs_auth::{AccessKey, ConnectionString, Endpoint, Error, SignableRequest, sign_request};
use acs_conformance::case::Operation;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::calls::{Arguments, both, done, token, user};

type Called = Result<Result<Value, Error>, String>;

/// Calls an operation without I/O; `None` if this is none.
pub(crate) fn call(operation: Operation, arguments: Arguments) -> Option<Called> {
    Some(match operation {
        Operation::ParseConnectionString => parse_connection_string(arguments),
        Operation::SignRequest => sign(arguments),
        Operation::PrepareRequest => prepare(arguments),
        Operation::ParseResponse => parse(arguments),
        Operation::Inspect => explain(arguments),
        Operation::CreateUser
        | Operation::CreateUserAndToken
        | Operation::GetToken
        | Operation::RevokeTokens
        | Operation::DeleteUser
        | Operation::GetTokenForTeamsUser
        | Operation::GetTokenForTeamsExtensionUser
        | Operation::UpdateAccessKey
        | Operation::Handle => return None,
    })
}

fn parse_connection_string(mut a: Arguments) -> Called {
    let text = a.text("text")?;
    a.end()?;
    Ok(ConnectionString::parse(&text).map(|parsed| json!({"endpoint": parsed.endpoint.url()})))
}

/// Signs what is given, or the request of a vector; the result has the names that vectors have.
fn sign(mut a: Arguments) -> Called {
    let given = match a.take::<Option<String>>("vector")? {
        Some(name) => shared("vectors", &name)?,
        None => json!({
            "method": a.text("method")?,
            "url": a.text("url")?,
            "body_base64": a.text("body_base64")?,
            "access_key": a.text("access_key")?,
            "x-ms-date": a.text("x-ms-date")?,
        }),
    };
    a.end()?;
    let text = |name: &str| given[name].as_str().ok_or_else(|| format!("{name} is no text"));
    let body = STANDARD
        .decode(text("body_base64")?)
        .map_err(|error| error.to_string())?;
    let now = httpdate::parse_http_date(text("x-ms-date")?).map_err(|error| error.to_string())?;
    let request = SignableRequest {
        method: text("method")?,
        url: text("url")?,
        body: &body,
    };
    let key = match AccessKey::from_base64(text("access_key")?) {
        Ok(key) => key,
        Err(error) => return Ok(Err(error)),
    };
    Ok(sign_request(&request, &key, now).map(|signed| {
        let mut result = json!({"string_to_sign": signed.string_to_sign()});
        for (name, value) in signed.headers() {
            result[name] = value.into();
        }
        let as_in_vector = result
            .as_object()
            .is_some_and(|r| r.iter().all(|(name, value)| given[name] == *value));
        result["as_in_vector"] = as_in_vector.into();
        result
    }))
}

fn prepare(mut a: Arguments) -> Called {
    let operation = operation(&mut a)?;
    let endpoint = match Endpoint::parse(&a.text("endpoint")?) {
        Ok(endpoint) => endpoint,
        Err(error) => return Ok(Err(error)),
    };
    let version = a.text("api_version")?;
    let prepared = match operation {
        Operation::CreateUser => protocol::prepare_create_user(&endpoint, &version),
        Operation::CreateUserAndToken => {
            protocol::prepare_create_user_and_token(&endpoint, &a.scopes()?, a.token_expires_in()?, &version)
        }
        Operation::GetToken => protocol::prepare_issue_token(
            &endpoint,
            &a.user()?,
            &a.scopes()?,
            a.token_expires_in()?,
            &version,
        ),
        Operation::RevokeTokens => protocol::prepare_revoke_tokens(&endpoint, &a.user()?, &version),
        Operation::DeleteUser => protocol::prepare_delete_user(&endpoint, &a.user()?, &version),
        Operation::GetTokenForTeamsUser => {
            let (aad_token, client_id) = (a.text("aad_token")?, a.text("client_id")?);
            let user = a.text("user_object_id")?;
            protocol::prepare_exchange_teams_user(&endpoint, &aad_token, &client_id, &user, &version)
        }
        Operation::GetTokenForTeamsExtensionUser => {
            protocol::prepare_exchange_teams_extension(&endpoint, &a.text("aad_token")?, &version)
        }
        other => return Err(format!("{} has no request", other.name())),
    };
    a.end()?;
    Ok(prepared.map(|request| {
        let PreparedRequest {
            method,
            url,
            headers,
            body,
            authentication,
            repeatable,
        } = request;
        let headers: serde_json::Map<String, Value> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
            .collect();
        json!({
            "method": method.as_str(),
            "url": url,
            "headers": headers,
            "body": String::from_utf8_lossy(&body),
            "authentication": match authentication {
                Authentication::Credential => "credential",
                Authentication::UserToken => "user_token",
            },
            "repeatable": match repeatable {
                Repeatable::Always => "always",
                Repeatable::IfNotProcessed => "if_not_processed",
            },
        })
    }))
}

/// Reads what is given, or the answer of a recording.
fn parse(mut a: Arguments) -> Called {
    let operation = operation(&mut a)?;
    let (status, headers, body) = match a.take::<Option<String>>("recording")? {
        Some(name) => {
            let recording = shared("recordings", &name)?;
            let body = match &recording["response_body"] {
                Value::Null => String::new(),
                body => body.to_string(),
            };
            (
                recording["status"].clone(),
                recording["response_headers"].clone(),
                body,
            )
        }
        None => (a.take("status")?, a.take("headers")?, a.text("body")?),
    };
    a.end()?;
    let status = status
        .as_u64()
        .and_then(|status| status.try_into().ok())
        .ok_or("the status is no number")?;
    let headers = headers.as_object().cloned().unwrap_or_default();
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect::<Option<_>>()
        .ok_or("a header is no text")?;
    let response = RawResponse {
        status,
        headers: &headers,
        body: body.as_bytes(),
        received_at: SystemTime::now(),
    };
    Ok(match operation {
        Operation::CreateUser => protocol::parse_create_user(&response).map(user),
        Operation::CreateUserAndToken => protocol::parse_create_user_and_token(&response).map(both),
        Operation::GetToken => protocol::parse_issue_token(&response).map(token),
        Operation::RevokeTokens => protocol::parse_revoke_tokens(&response).map(done),
        Operation::DeleteUser => protocol::parse_delete_user(&response).map(done),
        Operation::GetTokenForTeamsUser => protocol::parse_exchange_teams_user(&response).map(token),
        Operation::GetTokenForTeamsExtensionUser => {
            protocol::parse_exchange_teams_extension(&response).map(both)
        }
        other => return Err(format!("{} has no answer", other.name())),
    })
}

fn explain(mut a: Arguments) -> Called {
    let cloud = Cloud::public();
    let mut expected = match a.text("expect")?.as_str() {
        "teams_user" => Expectations::teams_user(&cloud),
        "teams_extension" => Expectations::teams_extension(&cloud),
        other => return Err(format!("there are no expectations {other:?}")),
    };
    expected.client_id = a.take("client_id")?;
    expected.user_object_id = a.take("user_object_id")?;
    expected.tenant_id = a.take("tenant_id")?;
    if let Some(seconds) = a.take("min_remaining_s")? {
        expected.min_remaining = Duration::from_secs(seconds);
    }
    let token = a.text("token")?;
    a.end()?;
    let inspection = inspect(&token, &expected, SystemTime::now());
    let of = |outcome: Outcome| -> Vec<&str> {
        let checks = inspection
            .checks()
            .iter()
            .filter(|check| check.outcome == outcome);
        checks.map(|check| check.name.as_str()).collect()
    };
    let failure = inspection.first_failure();
    Ok(Ok(json!({
        "ok": inspection.is_ok(),
        "passed": of(Outcome::Passed),
        "failed": of(Outcome::Failed),
        "not_checked": of(Outcome::NotChecked),
        "explanation": failure.map(|check| check.explanation.as_str()),
    })))
}

fn operation(a: &mut Arguments) -> Result<Operation, String> {
    a.take("operation")
}

/// A file that the hosts share.
fn shared(folder: &str, name: &str) -> Result<Value, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder)
        .join(format!("{name}.json"));
    let text = std::fs::read(&path).map_err(|error| format!("{folder}/{name}.json: {error}"))?;
    serde_json::from_slice(&text).map_err(|error| format!("{folder}/{name}.json: {error}"))
}
