//! Finds what the service would reject in a user's Entra token, without trusting the token.
//!
//! No signature is verified here: a token that passes can still be forged. Use it to explain errors
//! and to save calls, never to authorize anyone. Not all of the service's rules are known, and
//! those beyond the published ones may change; [`TokenCheck`](super::TokenCheck) can turn the
//! inspection off.

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

/// The application id of ACS in Entra, for which tokens to exchange are issued.
pub const ACS_RESOURCE_APP_ID: &str = "1fd5118e-2576-4263-8130-9503064c837a";

/// The application id and the resource of the ACS clients API, for which tokens of Entra users are issued.
const ACS_CLIENTS_APP_ID: &str = "2a04943b-b6a7-4f65-8786-2bb6131b59f6";
const ACS_CLIENTS: &str = "https://communication.azure.com/clients";

/// The ACS Calling SDK refreshes a token that has less time left than this.
const CALLING_SDK_REFRESH: Duration = Duration::from_secs(600);

/// A check of an inspection. The checks are made in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckName {
    /// The token is a readable signed JWT. If the token is encrypted or opaque, neither this nor
    /// any other check is made: ACS decides.
    Shape,
    /// The token is for ACS.
    Audience,
    /// The token has the permissions, consented to by a user.
    Scopes,
    /// The token was issued to the application with this client id.
    App,
    /// The token belongs to the user with this object id.
    User,
    /// The token is from this tenant, and from a tenant that ACS accepts.
    Tenant,
    /// The token is valid, and for long enough.
    Expiry,
}

impl CheckName {
    /// All checks, in order.
    pub const ALL: &'static [Self] = &[
        Self::Shape,
        Self::Audience,
        Self::Scopes,
        Self::App,
        Self::User,
        Self::Tenant,
        Self::Expiry,
    ];

    /// Returns the check's stable name, which is also the `code` of the error.
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

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing is wrong.
    Passed,
    /// The service is likely to reject the token, or the token is of little use.
    Failed,
    /// There was nothing to compare the token with.
    NotChecked,
}

impl Outcome {
    /// Returns the outcome's stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotChecked => "not_checked",
        }
    }
}

/// A check and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The check's name.
    pub name: CheckName,
    /// Its outcome.
    pub outcome: Outcome,
    /// What was found, what was expected and what to do, as text for a person.
    pub explanation: String,
}

/// The expected properties of a token. GUIDs are compared case-insensitively.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    /// The application that signed the user in.
    pub client_id: Option<String>,
    /// The user's `oid`.
    pub user_object_id: Option<String>,
    /// The user's tenant. `organizations` and `common` mean any tenant.
    pub tenant_id: Option<String>,
    /// The accepted audiences; an empty list accepts any.
    pub audiences: Vec<String>,
    /// The permissions that the token must have, all of them, by their short names, such as
    /// `Teams.ManageCalls`. An empty list is not checked.
    pub scopes: Vec<String>,
    /// The resource that the permissions belong to, for the advice on what to request from MSAL.
    pub resource: String,
    /// The minimum remaining lifetime: the token must have more than this left.
    pub min_remaining: Duration,
}

impl Expectations {
    /// Returns the expectations of the Teams user exchange: both Teams permissions, and more than
    /// ten minutes left.
    pub fn teams_user(cloud: &Cloud) -> Self {
        Self::of_permissions(cloud, &["Teams.ManageCalls", "Teams.ManageChats"])
    }

    /// Returns the expectations of the Teams extension exchange: `TeamsExtension.ManageCalls`, and
    /// more than ten minutes left.
    pub fn teams_extension(cloud: &Cloud) -> Self {
        Self::of_permissions(cloud, &["TeamsExtension.ManageCalls"])
    }

    /// Returns the expectations of the Entra user exchange: a token for
    /// `https://communication.azure.com/clients`, the only resource documented for it, and more
    /// than ten minutes left. Permissions are not checked, since either `VoIP` or `VoIP.Join` is enough.
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

/// The result of inspecting a token. It contains neither the token nor its signature, and no
/// personal data except ids.
///
/// As JSON: `{"ok", "checks": [{"name", "outcome", "explanation"}], "token": {…}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    checks: Vec<Check>,
    claims: UnverifiedClaims,
}

impl Inspection {
    /// Returns all checks, in the order of [`CheckName::ALL`].
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Returns whether no check failed.
    pub fn is_ok(&self) -> bool {
        self.first_failure().is_none()
    }

    /// Returns the first check that failed.
    pub fn first_failure(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.outcome == Outcome::Failed)
    }

    /// Returns the token's claims, which are not verified.
    pub fn claims(&self) -> &UnverifiedClaims {
        &self.claims
    }

    #[cfg(feature = "handler")]
    pub(crate) fn into_claims(self) -> UnverifiedClaims {
        self.claims
    }

    /// Returns the first failure as an [`ErrorKind::EntraTokenInvalid`] whose `code` names the
    /// check, or `None` if no check failed.
    pub fn to_error(&self) -> Option<Error> {
        let check = self.first_failure()?;
        Some(Error::new(ErrorKind::EntraTokenInvalid, &check.explanation).with_code(check.name.as_str()))
    }
}

/// Inspects a user's Entra token without trusting it, and reports check by check what the service
/// would reject.
///
/// Accepts any text. It never panics, and it verifies nothing.
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

/// Returns a token's claims without any check; empty if the token cannot be read.
#[cfg(feature = "handler")]
pub(crate) fn unverified_claims(token: &str) -> UnverifiedClaims {
    let token = jwt::read(token).ok();
    token
        .map(|token| Claims(&token.claims).unverified())
        .unwrap_or_default()
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
