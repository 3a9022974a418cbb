//! The handler under test, made from a case's settings, and its answers as JSON.

use std::fmt::Write as _;

use acs_auth::Result;
use acs_auth::handler::{HandlerSettings, Request, TokenExchangeHandler};
use acs_conformance::Scope;
use serde_json::{Map, Value, json};

use crate::calls::Arguments;
use crate::emulator::Control;

/// The settings that fit the emulator.
const DEFAULTS: [(&str, &str); 5] = [
    ("connection_string", "\"${emulator.connection_string}\""),
    ("authority", "\"${emulator.https_url}\""),
    ("api_client_id", "\"${emulator.api.client_id}\""),
    ("tenants", "[\"${emulator.tenant_id}\"]"),
    ("teams_client_ids", "[\"${emulator.spa.client_id}\"]"),
];

/// Makes the handler: the outer error is the case's, the inner one the library's.
pub(crate) fn make(
    settings: &Map<String, Value>,
    scope: &Scope,
    control: &Control,
) -> std::result::Result<Result<TokenExchangeHandler>, String> {
    let ca_file = control.info["ca_file"].as_str().ok_or("a short start line")?;
    let ca = std::fs::read_to_string(ca_file).map_err(|error| error.to_string())?;
    let mut all = Map::from_iter([("root_certificates_pem".to_owned(), ca.into())]);
    for (name, value) in DEFAULTS {
        let value: Value = serde_json::from_str(value).map_err(|error| error.to_string())?;
        all.insert(name.to_owned(), scope.fill(&value)?);
    }
    for (name, value) in settings {
        all.insert(name.clone(), scope.fill(value)?);
    }
    let mut toml = String::new();
    for (name, value) in all.iter().filter(|(_, value)| !value.is_null()) {
        // Texts, numbers, booleans and arrays of texts are written in JSON as in TOML.
        writeln!(toml, "{name} = {value}").map_err(|error| error.to_string())?;
    }
    let settings = HandlerSettings::from_toml(&toml);
    Ok(settings.and_then(|settings| TokenExchangeHandler::builder().settings(settings).build()))
}

/// Lets the handler answer.
pub(crate) async fn handle(
    handler: &TokenExchangeHandler,
    mut a: Arguments,
) -> std::result::Result<Value, String> {
    let request = Request {
        method: a.text("method")?,
        path: a.text("path")?,
        headers: a
            .take::<Option<Vec<(String, String)>>>("headers")?
            .unwrap_or_default(),
        body: a.take::<Option<String>>("body")?.unwrap_or_default().into_bytes(),
    };
    a.end()?;
    let response = handler.handle(request).await;
    let headers: Map<String, Value> = response
        .headers
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    Ok(json!({
        "status": response.status,
        "headers": headers,
        "body": String::from_utf8_lossy(&response.body),
        "json": serde_json::from_slice::<Value>(&response.body).unwrap_or_default(),
    }))
}
