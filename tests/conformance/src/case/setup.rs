//! What a case sets up: the options of the client, the user credential and the token credential under test.

use serde::Deserialize;

/// The options of the client under test; the others have the library's defaults.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientOptions {
    /// Which of the emulator's addresses it uses.
    pub transport: Protocol,
    /// Whether the emulator's CA is trusted, as it is by default.
    pub trust_ca: Option<bool>,
    /// In place of the emulator's.
    pub connection_string: Option<String>,
    /// The option `secondary_access_key`.
    pub secondary_access_key: Option<String>,
    /// In place of the access key.
    pub token_credential: Option<TokenCredential>,
    /// The option `allow_insecure_endpoint`.
    pub allow_insecure_endpoint: Option<bool>,
    /// The option `api_version`.
    pub api_version: Option<String>,
    /// The option `preview`.
    pub preview: Option<String>,
    /// The option `application_id`.
    pub application_id: Option<String>,
    /// The option `user_agent`.
    pub user_agent: Option<String>,
    /// The option `header`, once for each of these pairs of name and value.
    pub headers: Option<Vec<(String, String)>>,
    /// The option `token_check`.
    pub token_check: Option<TokenCheck>,
    /// The option `timeout`.
    pub timeout_ms: Option<u64>,
    /// The option `max_attempts` of the retry policy.
    pub max_attempts: Option<u32>,
}

/// Which address is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// `connection_string_http` of the start line.
    #[default]
    Http,
    /// `connection_string` of the start line.
    Https,
}

/// The options of a user's token credential; the others have the library's defaults.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserCredentialOptions {
    /// The option `token`.
    pub token: Option<String>,
    /// With `token`: its `expires_on`, so many seconds from now.
    pub token_expires_in_s: Option<i64>,
    /// The refresher.
    pub refresher: Option<TokenCredential>,
    /// The user's credential of Entra.
    pub entra_credential: Option<TokenCredential>,
    /// Whether the client exchanges that credential's tokens.
    pub client: Option<bool>,
    /// Whether an exchanger on the client, with its defaults, exchanges that credential's tokens.
    pub exchanger: Option<bool>,
    /// The option `scopes`.
    pub scopes: Option<Vec<String>>,
    /// The option `client_id`.
    pub client_id: Option<String>,
    /// The option `user_object_id`.
    pub user_object_id: Option<String>,
    /// The option `refresh_proactively`.
    pub refresh_proactively: Option<bool>,
    /// The option `refresh_time_before_expiry`.
    pub refresh_time_before_expiry_s: Option<u64>,
    /// The option `timeout`.
    pub timeout_ms: Option<u64>,
}

impl UserCredentialOptions {
    /// Whether the client is part of it.
    pub(crate) fn needs_client(&self) -> bool {
        self.client == Some(true) || self.exchanger == Some(true)
    }
}

/// A token credential that returns the same token each time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenCredential {
    /// The token.
    pub token: String,
    /// The token's lifetime that it returns, in seconds; below zero, how long ago it expired.
    pub expires_in_s: i64,
}

/// The option `token_check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenCheck {
    /// The token is not inspected.
    Off,
    /// A warning is logged.
    Warn,
    /// A bad token is not sent.
    Enforce,
}
