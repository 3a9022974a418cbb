//! The options of a testee's client, handler and user's token credential, resolved: without references, names of files and
//! anything that needs the emulator.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::Scope;
use crate::case::{ClientOptions, Protocol, TokenCheck, TokenCredential, UserCredentialOptions};
use crate::control::Control;

/// The options of a client that a case sets.
pub(crate) fn client(given: &ClientOptions, scope: &Scope, control: &Control) -> Result<Value, String> {
    let (url, connection_string) = match given.transport {
        Protocol::Http => ("http_url", "connection_string_http"),
        Protocol::Https => ("https_url", "connection_string"),
    };
    let mut options = Map::new();
    if let Some(credential) = &given.token_credential {
        let token = scope.text(&credential.token)?;
        options.insert("endpoint".into(), control.text(url)?.into());
        let credential = json!({"token": token, "expires_in_s": credential.expires_in_s});
        options.insert("token_credential".into(), credential);
    } else {
        let text = match &given.connection_string {
            Some(text) => scope.text(text)?,
            None => control.text(connection_string)?.to_owned(),
        };
        options.insert("connection_string".into(), text.into());
    }
    if given.trust_ca.unwrap_or(true) {
        options.insert("root_certificates_pem".into(), control.ca()?.into());
    }
    let texts = [
        ("secondary_access_key", &given.secondary_access_key),
        ("api_version", &given.api_version),
        ("preview", &given.preview),
        ("application_id", &given.application_id),
        ("user_agent", &given.user_agent),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            options.insert(name.into(), scope.text(text)?.into());
        }
    }
    let token_check = given.token_check.map(|token_check| match token_check {
        TokenCheck::Off => "off",
        TokenCheck::Warn => "warn",
        TokenCheck::Enforce => "enforce",
    });
    let others = [
        ("headers", scope.fill(&json!(given.headers))?),
        ("allow_insecure_endpoint", json!(given.allow_insecure_endpoint)),
        ("token_check", json!(token_check)),
        ("timeout_ms", json!(given.timeout_ms)),
        ("max_attempts", json!(given.max_attempts)),
    ];
    let others = others.into_iter().filter(|(_, value)| !value.is_null());
    options.extend(others.map(|(name, value)| (name.to_owned(), value)));
    Ok(options.into())
}

/// The options of a user's token credential that a case sets.
pub(crate) fn user_credential(given: &UserCredentialOptions, scope: &Scope) -> Result<Value, String> {
    let credential = |given: &Option<TokenCredential>| match given {
        None => Ok(Value::Null),
        Some(TokenCredential { token, expires_in_s }) => {
            Ok::<_, String>(json!({"token": scope.text(token)?, "expires_in_s": expires_in_s}))
        }
    };
    let options = [
        ("token", scope.fill(&json!(given.token))?),
        ("token_expires_in_s", json!(given.token_expires_in_s)),
        ("refresher", credential(&given.refresher)?),
        ("entra_credential", credential(&given.entra_credential)?),
        ("client", json!(given.client)),
        ("exchanger", json!(given.exchanger)),
        ("scopes", scope.fill(&json!(given.scopes))?),
        ("client_id", scope.fill(&json!(given.client_id))?),
        ("user_object_id", scope.fill(&json!(given.user_object_id))?),
        ("refresh_proactively", json!(given.refresh_proactively)),
        (
            "refresh_time_before_expiry_s",
            json!(given.refresh_time_before_expiry_s),
        ),
        ("timeout_ms", json!(given.timeout_ms)),
    ];
    let options = options.into_iter().filter(|(_, value)| !value.is_null());
    Ok(options
        .map(|(name, value)| (name.to_owned(), value))
        .collect::<Map<_, _>>()
        .into())
}

/// The settings of a handler that fit the emulator.
const HANDLER: [(&str, &str); 5] = [
    ("connection_string", "\"${emulator.connection_string}\""),
    ("authority", "\"${emulator.https_url}\""),
    ("api_client_id", "\"${emulator.api.client_id}\""),
    ("tenant_ids", "[\"${emulator.tenant_id}\"]"),
    ("teams_client_ids", "[\"${emulator.spa.client_id}\"]"),
];

/// The settings of a handler as TOML: the case's over those that fit the emulator; `null` removes one.
pub(crate) fn handler(given: &Map<String, Value>, scope: &Scope, control: &Control) -> Result<Value, String> {
    let mut all = Map::from_iter([("root_certificates_pem".to_owned(), control.ca()?.into())]);
    for (name, value) in HANDLER {
        let value: Value = serde_json::from_str(value).map_err(|error| error.to_string())?;
        all.insert(name.to_owned(), scope.fill(&value)?);
    }
    for (name, value) in given {
        all.insert(name.clone(), scope.fill(value)?);
    }
    let mut toml = String::new();
    for (name, value) in all.iter().filter(|(_, value)| !value.is_null()) {
        // Texts, numbers, booleans and arrays of texts are written in JSON as in TOML.
        writeln!(toml, "{name} = {value}").map_err(|error| error.to_string())?;
    }
    Ok(toml.into())
}
