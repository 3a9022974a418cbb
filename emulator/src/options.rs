//! The options of an emulator, and how its services behave where the real ones' behaviour is not known.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::entra::EntraOptions;
use crate::seed::{Secret, Seed};

/// The options of an emulator. By default it listens on free loopback ports, with generated data.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port of plain HTTP; 0, the default, takes a free one.
    pub http_port: u16,
    /// The port of HTTPS; 0, the default, takes a free one.
    pub https_port: u16,
    /// Tenants, users, apps and resources; `None` generates them, with random secrets.
    pub seed: Option<Seed>,
    /// The resource's access key, in base64; `None` generates one.
    pub access_key: Option<Secret>,
    /// The resource's id, a GUID; `None` generates one.
    pub resource_id: Option<String>,
    /// Makes random values (token lifetimes, ids of identities) the same at each start. Secrets stay random.
    pub rng_seed: Option<u64>,
    /// The options of the emulated Entra ID.
    pub entra: EntraOptions,
    /// Adds the names of the real services to the certificate, for clients that a hosts file redirects here.
    pub intercept: bool,
    /// More names for the certificate.
    pub extra_names: Vec<String>,
    /// The maximum size of a request body, in bytes; a larger one is rejected with 413. Defaults to 1 MiB.
    pub max_body: usize,
    /// The timeout of a connection's first request, TLS handshake included, after which the connection is
    /// closed; and that of a request's body, after which the response is a 408. Defaults to 30 s.
    pub client_timeout: Duration,
    /// The maximum number of recorded requests; the oldest are evicted. Defaults to 1000.
    pub keep_requests: usize,
    /// How the services behave. It can be changed while the emulator runs.
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
            client_timeout: Duration::from_secs(30),
            keep_requests: 1000,
            behaviour: Behaviour::default(),
        }
    }
}

/// How the emulated services behave. Every member except `exchange_limit` stands for something that is not
/// known of the real services, so each default is a guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// The tolerated difference between `x-ms-date` and the emulator's clock, in seconds; `null` accepts any
    /// date. Unverified: the real window is not documented.
    pub date_window_seconds: Option<u64>,
    /// The response to an exchange for a user without a Teams licence. Unverified for the Teams user's
    /// exchange.
    pub licence: LicenceRule,
    /// The response to an exchange of a token that lacks one of the required scopes. Unverified.
    pub missing_scope: ScopeRule,
    /// The response for an identity of this resource that was never created or has been deleted. Unverified.
    pub unknown_identity: UnknownIdentity,
    /// The response to a Teams Phone extensibility exchange without an assignment. The assignment is
    /// documented as required; the response if it is missing is unverified.
    pub assignment: AssignmentRule,
    /// The response of the exchanges under `/access` to an invalid token. Unverified.
    pub access_rejection: AccessRejection,
    /// The body of errors of which no recording exists: those of the exchanges under `/access`, of
    /// assignments, of an identity's details, and of the service limit.
    pub unrecorded_errors: ErrorBody,
    /// How members of a request's body are treated that the operation does not have. Unverified.
    pub unknown_member: UnknownMember,
    /// The status of creating an identity with a custom id that exists: 200 or 201. 201 was recorded in 2025.
    pub existing_custom_id: u16,
    /// The service limit of the exchanges; `null` means no limit. 500 in 30 s is documented; what counts
    /// towards it and the body of the 429 are unverified.
    pub exchange_limit: Option<Limit>,
    /// Graph's status when an extension's name is taken, 400 to 499. Unverified: code and text are known from
    /// clients' tests, but not the status. Graph's documentation has 409 for conflicts, but the code suggests
    /// 400.
    pub extension_conflict: u16,
}

impl Behaviour {
    /// Rejects values that no service can have; the error names the member.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(200..=201).contains(&self.existing_custom_id) {
            return Err("existing_custom_id must be 200 or 201".into());
        }
        if !(400..=499).contains(&self.extension_conflict) {
            return Err("extension_conflict must be from 400 to 499".into());
        }
        self.exchange_limit.map_or(Ok(()), Limit::check)
    }
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

/// The response to an exchange for a user without a Teams licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum LicenceRule {
    /// 403 `UserLicenseNotPresentForbidden`, which is documented for Teams Phone extensibility only.
    Forbidden,
    /// 401 `InvalidAccessToken`.
    InvalidToken,
    /// The licence is not checked.
    Ignored,
}

/// The response to an exchange of a token that lacks a required scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum ScopeRule {
    /// 401 `InvalidAccessToken`.
    InvalidToken,
    /// The scopes are not checked.
    Ignored,
}

/// The response for an identity that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum UnknownIdentity {
    /// 404 `NotFound`.
    NotFound,
    /// 401 `IdentityNotOwned`, as recorded for an identity of another resource.
    NotOwned,
    /// The operation succeeds as if the identity existed.
    Accepted,
}

/// The response to a Teams Phone extensibility exchange for a user without an assignment, or through an app
/// that the assignment does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum AssignmentRule {
    /// Assignments are not checked.
    Ignored,
    /// 403 `Forbidden`.
    Forbidden,
    /// 401 `Denied`.
    Denied,
}

/// The response of the exchanges under `/access` to an invalid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum AccessRejection {
    /// 401 `Denied`.
    Denied,
    /// 401 `InvalidAccessToken`, as for a Teams user's token.
    InvalidToken,
    /// 403 `Forbidden`.
    Forbidden,
}

/// The body of an error response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum ErrorBody {
    /// `{"error": {"code", "message"}}`, as in all recorded errors.
    Code,
    /// An empty body.
    Empty,
}

/// How members of a request's body are treated that the operation does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum UnknownMember {
    /// They are ignored, and the record of the request has a failed check that names them.
    Noted,
    /// 400 `ValidationError` with the member as `target`.
    Refused,
}

/// A limit of `count` requests in `per_seconds` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limit {
    /// The number of requests that are admitted in one window; 0 rejects all.
    pub count: usize,
    /// The length of the sliding window, in seconds: 1 to 86400.
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

impl Limit {
    /// The longest window: a day.
    const LONGEST: u64 = 24 * 60 * 60;

    pub(crate) fn check(self) -> Result<(), String> {
        if (1..=Self::LONGEST).contains(&self.per_seconds) {
            return Ok(());
        }
        Err(format!(
            "exchange_limit: per_seconds must be from 1 to {}",
            Self::LONGEST
        ))
    }
}
