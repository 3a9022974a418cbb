//! The members of a case, which README.md describes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::expect::{Expect, Seen};

mod setup;

pub use self::setup::{ClientOptions, Protocol, TokenCheck, TokenCredential, UserCredentialOptions};

/// The file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The schema that describes the file, for editors.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// The cases, in the order in which they run.
    pub cases: Vec<Case>,
}

impl Suite {
    /// The cases of this repository.
    ///
    /// # Errors
    /// If a case uses a word that the runner does not know.
    pub fn load() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("../cases.json"))
    }
}

/// One behaviour.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A unique name in snake case.
    pub name: String,
    /// The rule, in a sentence.
    pub about: String,
    /// Where the rule comes from.
    pub source: Source,
    /// Options of the client.
    #[serde(default)]
    pub client: ClientOptions,
    /// Settings of the handler by their names in TOML, over those that fit the emulator; `null` removes one.
    #[serde(default)]
    pub handler: Map<String, Value>,
    /// Settings that the host sets by name, over those of `handler`.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// Options of the user's token credential.
    #[serde(default)]
    pub user_credential: UserCredentialOptions,
    /// The steps before the call.
    #[serde(default)]
    pub before: Vec<Action>,
    /// The call under test.
    pub call: Call,
    /// The expected outcome.
    pub expect: Expect,
    /// What the emulator must have recorded.
    pub emulator: Option<Seen>,
}

/// Where a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// This library decided it.
    Own,
    /// The official SDKs were seen to do it.
    OfficialSdks,
    /// The service's specification or documentation has it.
    Specified,
    /// The live service was recorded doing it.
    Recorded,
    /// There is no reliable source; the emulator does what is likely.
    Assumed,
}

/// A step before the call.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// `POST /_emulator/faults` with this.
    Faults(Vec<Map<String, Value>>),
    /// `POST /_emulator/clock` with this.
    Clock(Map<String, Value>),
    /// `PUT /_emulator/behaviour` with this.
    Behaviour(Map<String, Value>),
    /// `POST /_emulator/access-keys` with this.
    AccessKeys(Map<String, Value>),
    /// `GET /_emulator/mint`.
    Mint(Mint),
    /// A call that must succeed.
    Call(EarlierCall),
}

/// A token to mint; serialised, the query for it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mint {
    /// The name that refers to the token from here on.
    #[serde(rename = "as", skip_serializing)]
    pub name: String,
    /// The user whose token it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The client id of the application that it is issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The emulator's name for its audience and scopes, such as `teams`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The emulator's name for what is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attack: Option<String>,
    /// The token's version, 1 or 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u8>,
    /// Its lifetime in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<i64>,
    /// Its scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A call before the one under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierCall {
    /// The name that refers to its result from here on.
    #[serde(rename = "as")]
    pub name: Option<String>,
    /// What is called.
    pub operation: Operation,
    /// With what.
    #[serde(default)]
    pub arguments: Map<String, Value>,
}

/// The call under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// What is called.
    pub operation: Operation,
    /// With what.
    #[serde(default)]
    pub arguments: Map<String, Value>,
    /// This call's deadline.
    pub timeout_ms: Option<u64>,
    /// This call's `x-ms-client-request-id`.
    pub client_request_id: Option<String>,
    /// Headers of this call, pairs of name and value.
    pub headers: Option<Vec<(String, String)>>,
    /// What this call prepends to the `User-Agent`.
    pub user_agent: Option<String>,
    /// How many attempts this call may make.
    pub max_attempts: Option<u32>,
    /// How long an attempt of this call may take.
    pub attempt_timeout_ms: Option<u64>,
}

impl Call {
    /// A call without options.
    pub(crate) const fn new(operation: Operation, arguments: Map<String, Value>) -> Self {
        Self {
            operation,
            arguments,
            timeout_ms: None,
            client_request_id: None,
            headers: None,
            user_agent: None,
            max_attempts: None,
            attempt_timeout_ms: None,
        }
    }

    /// Whether it has options of a call.
    pub(crate) fn has_options(&self) -> bool {
        let Self {
            operation: _,
            arguments: _,
            timeout_ms,
            client_request_id,
            headers,
            user_agent,
            max_attempts,
            attempt_timeout_ms,
        } = self;
        timeout_ms.is_some()
            || client_request_id.is_some()
            || headers.is_some()
            || user_agent.is_some()
            || max_attempts.is_some()
            || attempt_timeout_ms.is_some()
    }
}

macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal,)+) => {
        /// What can be called.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
        pub enum Operation {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Those whose request every host can prepare without I/O.
            pub const PREPARED: &'static [Self] = &[
                Self::CreateUser,
                Self::CreateUserAndToken,
                Self::GetToken,
                Self::RevokeTokens,
                Self::DeleteUser,
                Self::GetTokenForTeamsUser,
                Self::GetTokenForTeamsExtensionUser,
                Self::PutTeamsExtensionAssignment,
                Self::GetTeamsExtensionAssignment,
                Self::DeleteTeamsExtensionAssignment,
                Self::GetTokenForEntraUser,
                Self::CreateUserWithCustomId,
                Self::CreateUserAndTokenWithCustomId,
                Self::GetUserDetail,
            ];

            /// Whether it is an operation of the client.
            pub fn needs_client(self) -> bool {
                Self::PREPARED.contains(&self) || self == Self::UpdateAccessKey
            }

            /// Whether it is called on the user's token credential.
            pub fn needs_user_credential(self) -> bool {
                matches!(self, Self::UserCredentialGetToken | Self::UserCredentialClose)
            }

            /// The name in cases.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

operations! {
    /// An operation of the client.
    CreateUser "create_user",
    /// An operation of the client.
    CreateUserAndToken "create_user_and_token",
    /// An operation of the client.
    GetToken "get_token",
    /// An operation of the client.
    RevokeTokens "revoke_tokens",
    /// An operation of the client.
    DeleteUser "delete_user",
    /// An operation of the client.
    GetTokenForTeamsUser "get_token_for_teams_user",
    /// An operation of the client.
    GetTokenForTeamsExtensionUser "get_token_for_teams_extension_user",
    /// An operation of the client.
    PutTeamsExtensionAssignment "put_teams_extension_assignment",
    /// An operation of the client.
    GetTeamsExtensionAssignment "get_teams_extension_assignment",
    /// An operation of the client.
    DeleteTeamsExtensionAssignment "delete_teams_extension_assignment",
    /// An operation of the client.
    GetTokenForEntraUser "get_token_for_entra_user",
    /// An operation of the client.
    CreateUserWithCustomId "create_user_with_custom_id",
    /// An operation of the client.
    CreateUserAndTokenWithCustomId "create_user_and_token_with_custom_id",
    /// An operation of the client.
    GetUserDetail "get_user_detail",
    /// Replaces the client's access key.
    UpdateAccessKey "update_access_key",
    /// Parses a connection string.
    ParseConnectionString "parse_connection_string",
    /// Signs a request.
    SignRequest "sign_request",
    /// Builds an operation's request.
    PrepareRequest "prepare_request",
    /// Parses an operation's response.
    ParseResponse "parse_response",
    /// Explains an Entra token.
    Inspect "inspect",
    /// Parses a raw id.
    IdentifierFromRawId "identifier_from_raw_id",
    /// Creates an identifier from its parts.
    MakeIdentifier "make_identifier",
    /// Gets a token from the user's token credential.
    UserCredentialGetToken "user_credential_get_token",
    /// Closes the user's token credential.
    UserCredentialClose "user_credential_close",
    /// Passes an HTTP request to the handler.
    Handle "handle",
}
