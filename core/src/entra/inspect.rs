//! What the service would object to in a user's Entra token, found without trusting the token.
//!
//! Nothing here verifies a signature: whatever passes can still be forged. Use it to explain and to save calls,
//! never to let anyone in. The service's own rules are not all known; those beyond the published ones are
//! Microsoft's to change, and [`TokenCheck`](super::TokenCheck) can switch the inspection off.

mod checks;
mod claims;
mod words;

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use self::claims::Claims;
use super::jwt;
use crate::cloud::Cloud;
use crate::error::{Error, ErrorKind};

pub use self::claims::UnverifiedClaims;

/// The application id of ACS in Entra, which tokens for the exchange are made for.
pub const ACS_RESOURCE_APP_ID: &str = "1fd5118e-2576-4263-8130-9503064c837a";

/// The application id and the resource of ACS's clients, which Entra users' tokens are made for.
const ACS_CLIENTS_APP_ID: &str = "2a04943b-b6a7-4f65-8786-2bb6131b59f6";
const ACS_CLIENTS: &str = "https://communication.azure.com/clients";

/// The Calling SDK refreshes a token that has less time left than this.
const CALLING_SDK_REFRESH: Duration = Duration::from_secs(600);

/// One check of an inspection; they are made in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckName {
    /// It is a signed JWT that can be read. Not checked, as all others, for a token that is encrypted or opaque: ACS decides.
    Shape,
    /// It is made for ACS.
    Audience,
    /// It holds the permissions, given by a user.
    Scopes,
    /// It was issued to the application of this client id.
    App,
    /// It is of the user with this object id.
    User,
    /// It is of this tenant, and of a tenant that ACS takes.
    Tenant,
    /// It is valid, for long enough.
    Expiry,
}

impl CheckName {
    /// Every check, in order.
    pub const ALL: &'static [Self] = &[
        Self::Shape,
        Self::Audience,
        Self::Scopes,
        Self::App,
        Self::User,
        Self::Tenant,
        Self::Expiry,
    ];

    /// The check's stable name, which is also the `code` of the error.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Audience => "audience",
            Self::Scopes => "scopes",
            Self::App => "app",
            Self::User => "user",
            Self::Tenant => "tenant",
            Self::Expiry => "expiry",
        }
    }
}

impl fmt::Display for CheckName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing to object to.
    Passed,
    /// The service is likely to reject the token, or it is of little use.
    Failed,
    /// There was nothing to compare with.
    NotChecked,
}

impl Outcome {
    /// The outcome's stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotChecked => "not_checked",
        }
    }
}

/// One check and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, what was expected and what to do, for a person.
    pub explanation: String,
}

/// What a token should be. GUIDs are compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    /// The application that signed the user in.
    pub client_id: Option<String>,
    /// The user's `oid`.
    pub user_object_id: Option<String>,
    /// The user's tenant. `organizations` and `common` mean any.
    pub tenant_id: Option<String>,
    /// The audiences that will do; none means any.
    pub audiences: Vec<String>,
    /// The permissions that must all be there, by their short names.
    pub scopes: Vec<String>,
    /// The resource that the permissions belong to, to say what MSAL is to be asked for.
    pub resource: String,
    /// More than this must be left until the token expires.
    pub min_remaining: Duration,
}

impl Expectations {
    /// What the Teams user exchange wants: both Teams permissions, and more than ten minutes left.
    pub fn teams_user(cloud: &Cloud) -> Self {
        Self::of_permissions(cloud, &["Teams.ManageCalls", "Teams.ManageChats"])
    }

    /// What the Teams extension exchange wants: `TeamsExtension.ManageCalls`, and more than ten minutes left.
    pub fn teams_extension(cloud: &Cloud) -> Self {
        Self::of_permissions(cloud, &["TeamsExtension.ManageCalls"])
    }

    /// What the Entra user exchange wants: a token for `https://communication.azure.com/clients`, the only resource that is
    /// documented for it, and more than ten minutes left. Which permissions the token has is left to ACS, since one is enough.
    pub fn entra_user() -> Self {
        let resource = ACS_CLIENTS.to_owned();
        Self {
            audiences: vec![
                ACS_CLIENTS_APP_ID.to_owned(),
                resource.clone(),
                format!("{resource}/"),
            ],
            scopes: Vec::new(),
            resource,
            ..Self::default()
        }
    }

    fn of_permissions(cloud: &Cloud, scopes: &[&str]) -> Self {
        let resource = cloud.teams_resource.to_string();
        Self {
            client_id: None,
            user_object_id: None,
            tenant_id: None,
            audiences: vec![
                ACS_RESOURCE_APP_ID.to_owned(),
                resource.clone(),
                format!("{resource}/"),
            ],
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            resource,
            min_remaining: CALLING_SDK_REFRESH,
        }
    }
}

impl Default for Expectations {
    /// [`Expectations::teams_user`] in the public cloud.
    fn default() -> Self {
        Self::teams_user(&Cloud::public())
    }
}

/// What was found in a token. Holds neither the token nor its signature, and nothing personal but ids.
///
/// As JSON: `{"ok", "checks": [{"name", "outcome", "explanation"}], "token": {…}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    checks: Vec<Check>,
    claims: UnverifiedClaims,
}

impl Inspection {
    /// Every check, in the order of [`CheckName::ALL`].
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Whether no check failed.
    pub fn is_ok(&self) -> bool {
        self.first_failure().is_none()
    }

    /// The first check that failed.
    pub fn first_failure(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.outcome == Outcome::Failed)
    }

    /// What the token says of itself, believed by no one.
    pub fn claims(&self) -> &UnverifiedClaims {
        &self.claims
    }

    /// The first failure as an [`ErrorKind::EntraTokenInvalid`], its `code` naming the check.
    pub fn to_error(&self) -> Option<Error> {
        let check = self.first_failure()?;
        Some(Error::new(ErrorKind::EntraTokenInvalid, &check.explanation).with_code(check.name.as_str()))
    }
}

/// Reads a user's Entra token without trusting it and tells, check by check, what the service would object to.
///
/// Any text will do; nothing panics, and nothing is verified.
///
/// ```
/// use std::time::SystemTime;
///
/// use acs_auth::cloud::Cloud;
/// use acs_auth::entra::{CheckName, Expectations, inspect};
///
/// let expected = Expectations {
///     client_id: Some("a1b2c3d4-0000-4000-8000-00000000000a".into()),
///     ..Expectations::teams_user(&Cloud::public())
/// };
/// let inspection = inspect("not a token", &expected, SystemTime::now());
/// let failure = inspection.first_failure().expect("this is no token");
/// assert_eq!(failure.name, CheckName::Shape);
/// println!("{}", failure.explanation);
/// ```
pub fn inspect(token: &str, expected: &Expectations, now: SystemTime) -> Inspection {
    let (shape, token) = checks::shape(jwt::read(token));
    let claims = token.as_ref().map(|token| Claims(&token.claims));
    let checks = CheckName::ALL.iter().map(|name| {
        let found = match (name, &claims) {
            (CheckName::Shape, _) => shape.clone(),
            (_, None) => checks::Found::not_checked("The token could not be read."),
            (CheckName::Audience, Some(claims)) => checks::audience(claims, expected),
            (CheckName::Scopes, Some(claims)) => checks::scopes(claims, expected),
            (CheckName::App, Some(claims)) => checks::app(claims, expected.client_id.as_deref()),
            (CheckName::User, Some(claims)) => checks::user(claims, expected.user_object_id.as_deref()),
            (CheckName::Tenant, Some(claims)) => checks::tenant(claims, expected.tenant_id.as_deref()),
            (CheckName::Expiry, Some(claims)) => checks::expiry(claims, expected.min_remaining, now),
        };
        Check {
            name: *name,
            outcome: found.outcome,
            explanation: found.explanation,
        }
    });
    let checks = checks.collect();
    Inspection {
        checks,
        claims: claims.map(|claims| claims.unverified()).unwrap_or_default(),
    }
}

impl Serialize for Inspection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Inspection", 3)?;
        object.serialize_field("ok", &self.is_ok())?;
        object.serialize_field("checks", &self.checks)?;
        object.serialize_field("token", &self.claims)?;
        object.end()
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Check", 3)?;
        object.serialize_field("name", self.name.as_str())?;
        object.serialize_field("outcome", self.outcome.as_str())?;
        object.serialize_field("explanation", &self.explanation)?;
        object.end()
    }
}
