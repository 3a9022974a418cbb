//! The Rust testee: a request a line in, an answer a line out.

use std::fmt::Debug;
use std::io::{BufRead as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acs_auth::entra::TokenCheck;
use acs_auth::handler::{HandlerSettings, Request, TokenExchangeHandler};
use acs_auth::{
    CallOptions, CallResponse, CommunicationIdentityClient, CommunicationTokenCredential, Error,
    PreviewApiVersion, Result, RetryPolicy,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::{Arguments, Given, call, no_io, result};
use crate::credentials::{
    self, Asked, CredentialOptions, UserCredentialOptions, credential, user_credential,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    case: Option<String>,
    client: Option<ClientOptions>,
    handler: Option<String>,
    #[serde(default)]
    settings: serde_json::Map<String, Value>,
    user_credential: Option<UserCredentialOptions>,
    operation: String,
    arguments: Arguments,
    timeout_ms: Option<u64>,
    client_request_id: Option<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    user_agent: Option<String>,
    max_attempts: Option<u32>,
    attempt_timeout_ms: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientOptions {
    connection_string: Option<String>,
    endpoint: Option<String>,
    token_credential: Option<CredentialOptions>,
    secondary_access_key: Option<String>,
    root_certificates_pem: Option<String>,
    allow_insecure_endpoint: Option<bool>,
    api_version: Option<String>,
    preview: Option<String>,
    application_id: Option<String>,
    user_agent: Option<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    token_check: Option<String>,
    timeout_ms: Option<u64>,
    max_attempts: Option<u32>,
}

#[derive(Default)]
struct Testee {
    client: Option<CommunicationIdentityClient>,
    handler: Option<TokenExchangeHandler>,
    asked: Asked,
    user_credential: Option<CommunicationTokenCredential>,
    asked_for_user: Asked,
    response: Arc<Mutex<Option<CallResponse>>>,
}

pub(crate) fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut testee = Testee::default();
    let mut stdout = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let answer = match serde_json::from_str(&line.unwrap()) {
            Ok(call) => runtime.block_on(testee.answer(call)),
            Err(error) => Err(error.to_string()),
        };
        let answer = answer.unwrap_or_else(|failure| json!({"failure": failure}));
        writeln!(stdout, "{answer}").unwrap();
        stdout.flush().unwrap();
    }
}

impl Testee {
    async fn answer(&mut self, request: Call) -> std::result::Result<Value, String> {
        if request.case.is_some() {
            *self = Self::default();
        }
        let outcome = self.called(request).await?;
        let response = self.response.lock().unwrap().take().map(|response| {
            json!({
                "status": response.status,
                "headers": response.headers,
                "client_request_id": response.client_request_id,
                "attempts": response.attempts,
            })
        });
        let mut made = Vec::new();
        made.extend(self.client.iter().flat_map(printed));
        made.extend(self.handler.iter().flat_map(printed));
        made.extend(self.user_credential.iter().flat_map(printed));
        let user_credential = self.user_credential.as_ref();
        let user_credential = user_credential.map(|_| json!({"asked": *self.asked_for_user.lock().unwrap()}));
        let client = self.client.as_ref().map(|client| {
            json!({
                "endpoint": client.endpoint().url(),
                "clock_skew_seconds": client.clock_skew_seconds(),
                "asked": *self.asked.lock().unwrap(),
            })
        });
        Ok(match outcome {
            Ok((result, outcome)) => {
                json!({
                    "result": result,
                    "printed": {"outcome": outcome, "made": made},
                    "client": client,
                    "response": response,
                    "user_credential": user_credential,
                })
            }
            Err(error) => {
                let mut outcome = printed(&error).to_vec();
                outcome.push(error.to_string());
                let error = fields(error);
                json!({
                    "error": error,
                    "printed": {"outcome": outcome, "made": made},
                    "client": client,
                    "response": response,
                    "user_credential": user_credential,
                })
            }
        })
    }

    /// The outer error is the testee's, the inner one the library's.
    async fn called(&mut self, request: Call) -> std::result::Result<Result<Given>, String> {
        let Call {
            operation,
            arguments: a,
            ..
        } = request;
        if let Some(options) = request.client {
            match make_client(options, &self.asked)? {
                Ok(client) => self.client = Some(client),
                Err(error) => return Ok(Err(error)),
            }
        }
        if let Some(toml) = request.handler {
            match make_handler(&toml, &request.settings) {
                Ok(handler) => self.handler = Some(handler),
                Err(error) => return Ok(Err(error)),
            }
        }
        if let Some(options) = request.user_credential {
            match user_credential(options, self.client.as_ref(), &self.asked_for_user)? {
                Ok(credential) => self.user_credential = Some(credential),
                Err(error) => return Ok(Err(error)),
            }
        }
        if let Some(credential) = &self.user_credential
            && let Some(outcome) = credentials::call(credential, &operation).await
        {
            return Ok(outcome);
        }
        if operation == "handle" {
            let handler = self.handler.as_ref().ok_or("there is no handler")?;
            let (method, path, headers) = (a.get("method")?, a.get("path")?, a.get("headers")?);
            let body = a.text("body")?.into_bytes();
            let response = handler
                .handle(Request {
                    method,
                    path,
                    headers,
                    body,
                })
                .await;
            return Ok(Ok(result(&response, |it| {
                let body = String::from_utf8_lossy(&it.body);
                json!({"status": it.status, "headers": it.headers, "body": body})
            })));
        }
        if let Some(outcome) = no_io(&operation, &a)? {
            return Ok(outcome);
        }
        let client = self.client.as_ref().ok_or("there is no client")?;
        let client = client.with_options(CallOptions {
            timeout: request.timeout_ms.map(Duration::from_millis),
            client_request_id: request.client_request_id,
            headers: request.headers,
            user_agent: request.user_agent,
            max_attempts: request.max_attempts,
            attempt_timeout: request.attempt_timeout_ms.map(Duration::from_millis),
        });
        let heard = Arc::clone(&self.response);
        let client =
            client.with_response_hook(move |response| *heard.lock().unwrap() = Some(response.clone()));
        call(&client, &operation, &a).await
    }
}

fn make_handler(toml: &str, by_name: &serde_json::Map<String, Value>) -> Result<TokenExchangeHandler> {
    let mut settings = HandlerSettings::from_toml(toml)?;
    for (name, value) in by_name {
        match value {
            Value::String(text) => settings.set(name, text.as_str())?,
            Value::Array(list) => settings.set(
                name,
                list.iter().map(|text| text.as_str().unwrap()).collect::<Vec<_>>(),
            )?,
            Value::Number(number) => settings.set(name, number.as_i64().unwrap())?,
            Value::Bool(flag) => settings.set(name, *flag)?,
            Value::Null | Value::Object(_) => panic!("{name} has no form"),
        }
    }
    TokenExchangeHandler::builder().settings(settings).build()
}

fn make_client(
    given: ClientOptions,
    asked: &Asked,
) -> std::result::Result<Result<CommunicationIdentityClient>, String> {
    let mut builder = CommunicationIdentityClient::builder();
    if let Some(text) = given.connection_string {
        builder = builder.connection_string(&text);
    }
    if let Some(endpoint) = given.endpoint {
        builder = builder.endpoint(endpoint);
    }
    if let Some(given) = given.token_credential {
        builder = builder.token_credential(credential(given, asked));
    }
    if let Some(key) = given.secondary_access_key {
        builder = builder.secondary_access_key(&key);
    }
    if let Some(pem) = given.root_certificates_pem {
        builder = builder.root_certificates_pem(pem);
    }
    if let Some(allow) = given.allow_insecure_endpoint {
        builder = builder.allow_insecure_endpoint(allow);
    }
    if let Some(version) = given.api_version {
        builder = builder.api_version(version);
    }
    if let Some(version) = given.preview {
        let preview = PreviewApiVersion::from_text(&version);
        builder = builder.preview(preview.ok_or_else(|| format!("there is no preview {version}"))?);
    }
    if let Some(id) = given.application_id {
        builder = builder.application_id(id);
    }
    if let Some(user_agent) = given.user_agent {
        builder = builder.user_agent(user_agent);
    }
    for (name, value) in given.headers {
        builder = builder.header(name, value);
    }
    if let Some(token_check) = given.token_check {
        builder = builder.token_check(match token_check.as_str() {
            "off" => TokenCheck::Off,
            "warn" => TokenCheck::Warn,
            "enforce" => TokenCheck::Enforce,
            other => return Err(format!("there is no token_check {other}")),
        });
    }
    if let Some(timeout) = given.timeout_ms {
        builder = builder.timeout(Duration::from_millis(timeout));
    }
    if let Some(max_attempts) = given.max_attempts {
        let policy = RetryPolicy {
            max_attempts,
            ..RetryPolicy::default()
        };
        builder = builder.retry_policy(policy);
    }
    Ok(builder.build())
}

pub(crate) fn printed(value: &impl Debug) -> [String; 2] {
    [format!("{value:?}"), format!("{value:#?}")]
}

fn fields(error: Error) -> Value {
    let details = error.into_details();
    json!({
        "kind": details.kind.name(),
        "value": details.kind.value(),
        "status": details.status,
        "code": details.code,
        "target": details.target,
        "reason": details.reason,
        "retry_after_ms": details.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        "client_request_id": details.client_request_id,
        "ms_cv": details.ms_cv,
    })
}
