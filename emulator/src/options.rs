//! How an emulator is started, and how its service behaves where the real one is not known.

use serde::{Deserialize, Serialize};

use crate::entra::EntraOptions;
use crate::seed::{Secret, Seed};

/// How an emulator is started. The default listens on free loopback ports with generated data.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port of plain HTTP; 0 takes a free one.
    pub http_port: u16,
    /// The port of HTTPS; 0 takes a free one.
    pub https_port: u16,
    /// Tenants, users, applications and resources; `None` generates them, with random secrets.
    pub seed: Option<Seed>,
    /// The resource's access key, in base64; random when left out.
    pub access_key: Option<Secret>,
    /// The resource's id, a GUID; random when left out.
    pub resource_id: Option<String>,
    /// Makes what is drawn at random (token lifetimes, identities) repeatable.
    pub rng_seed: Option<u64>,
    /// How the emulated Entra ID behaves where there is a choice.
    pub entra: EntraOptions,
    /// Puts the names of the real services into the certificate, for clients that are led here by a hosts file.
    pub intercept: bool,
    /// More names for the certificate.
    pub extra_names: Vec<String>,
    /// The largest request body, in bytes.
    pub max_body: usize,
    /// How many requests are kept for the explanation.
    pub keep_requests: usize,
    /// What the service does; can be changed while it runs.
    pub behaviour: Behaviour,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            http_port: 0,
            https_port: 0,
            seed: None,
            access_key: None,
            resource_id: None,
            rng_seed: None,
            entra: EntraOptions::default(),
            intercept: false,
            extra_names: Vec::new(),
            max_body: 1024 * 1024,
            keep_requests: 1000,
            behaviour: Behaviour::default(),
        }
    }
}

/// What the service does. Every member but `exchange_limit` stands for something that is not known of
/// the real service, so each default is a labelled guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// How far `x-ms-date` may be from the emulator's clock, in seconds; `null` accepts any date.
    /// Unverified: the real window is not documented.
    pub date_window_seconds: Option<u64>,
    /// What the exchange does for a user without a Teams licence. Unverified for the Teams user exchange.
    pub licence: LicenceRule,
    /// What the exchange does for a token that lacks one of the two Teams scopes. Unverified.
    pub missing_scope: ScopeRule,
    /// What happens for an identity of this resource that was never created or has been deleted. Unverified.
    pub unknown_identity: UnknownIdentity,
    /// Whether the exchange of Teams Phone extensibility needs an assignment. Documented as needed; the answer where it is
    /// missing is unverified.
    pub assignment: AssignmentRule,
    /// What the exchanges under `/access` answer to a token that is not for them. Unverified.
    pub access_rejection: AccessRejection,
    /// What error responses hold where none was ever recorded: the exchanges under `/access`, assignments, and details of
    /// an identity.
    pub unrecorded_errors: ErrorBody,
    /// What happens to members of a request's body that the operation does not have. Unverified.
    pub unknown_member: UnknownMember,
    /// The status of a creation with the custom id of an identity that exists: 200 or 201. Recorded in 2025 as 201.
    pub existing_custom_id: u16,
    /// The service limit of the exchanges; `null` is no limit. Documented as 500 in 30 s; what
    /// counts towards it and the body of the 429 are unverified.
    pub exchange_limit: Option<Limit>,
    /// The status of Graph's answer when an extension's name is taken. Unverified: its text is known from clients'
    /// tests, without the status; Graph's documentation has 409 for conflicts, and the text's code speaks for 400.
    pub extension_conflict: u16,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            date_window_seconds: Some(300),
            licence: LicenceRule::Forbidden,
            missing_scope: ScopeRule::InvalidToken,
            unknown_identity: UnknownIdentity::NotFound,
            assignment: AssignmentRule::Ignored,
            access_rejection: AccessRejection::Denied,
            unrecorded_errors: ErrorBody::Code,
            unknown_member: UnknownMember::Noted,
            existing_custom_id: 201,
            exchange_limit: None,
            extension_conflict: 409,
        }
    }
}

/// What the exchange does for a user without a Teams licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum LicenceRule {
    /// 403 `UserLicenseNotPresentForbidden`, which is documented for Teams Phone extensibility only.
    Forbidden,
    /// 401 `InvalidAccessToken`.
    InvalidToken,
    /// The licence is not looked at.
    Ignored,
}

/// What the exchange does for a token that lacks a Teams scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum ScopeRule {
    /// 401 `InvalidAccessToken`.
    InvalidToken,
    /// The scopes are not looked at.
    Ignored,
}

/// What happens for an identity that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum UnknownIdentity {
    /// 404 `NotFound`.
    NotFound,
    /// 401 `IdentityNotOwned`, as it was recorded for an identity of another resource.
    NotOwned,
    /// The operation is answered as if the identity existed.
    Accepted,
}

/// What the exchange of Teams Phone extensibility does for a user without an assignment, or through an app that it does not
/// list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum AssignmentRule {
    /// Assignments are not looked at.
    Ignored,
    /// 403 `Forbidden`.
    Forbidden,
    /// 401 `Denied`.
    Denied,
}

/// What the exchanges under `/access` answer to a token that is not for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum AccessRejection {
    /// 401 `Denied`.
    Denied,
    /// 401 `InvalidAccessToken`, as the exchange of a Teams user's token.
    InvalidToken,
    /// 403 `Forbidden`.
    Forbidden,
}

/// What an error response holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum ErrorBody {
    /// `{"error": {"code", "message"}}`, as all that were recorded.
    Code,
    /// Nothing.
    Empty,
}

/// What happens to members of a request's body that the operation does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum UnknownMember {
    /// They are ignored, and the record of the request has a failed check that names them.
    Noted,
    /// 400 `ValidationError` with the member as `target`.
    Refused,
}

/// So many requests in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limit {
    /// The requests that are let through in one window.
    pub count: usize,
    /// The length of the sliding window.
    pub per_seconds: u64,
}

impl Default for Limit {
    fn default() -> Self {
        Self {
            count: 500,
            per_seconds: 30,
        }
    }
}
