//! What the service would object to in a user's Entra token, found without trusting it. No I/O.

use core_auth::entra;

use crate::error::Result;
use crate::expectations::Expectations;

/// One check of an inspection; they are made in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CheckName {
    /// It is a signed JWT that can be read.
    Shape,
    /// It is made for ACS.
    Audience,
    /// It holds the permissions, given by a user.
    Scopes,
    /// It was issued to the application of the client id.
    App,
    /// It is of the user with the object id.
    User,
    /// It is of the tenant, and of one that ACS takes.
    Tenant,
    /// It is valid, for long enough.
    Expiry,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Outcome {
    /// Nothing to object to.
    Passed,
    /// The service is likely to reject the token, or it is of little use.
    Failed,
    /// There was nothing to compare with.
    NotChecked,
}

/// One check and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, what was expected and what to do, for a person.
    pub explanation: String,
}

/// The claims of a token, for display: not verified.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnverifiedClaims {
    /// The claim tid: the user's tenant.
    pub tenant_id: Option<String>,
    /// The claim oid: the user.
    pub object_id: Option<String>,
    /// The claim appid or azp: the application that it was issued to.
    pub app_id: Option<String>,
    /// The claim aud: the resource that it is made for.
    pub audience: Option<String>,
    /// The claim scp: the permissions.
    pub scopes: Vec<String>,
    /// The claim ver: "1.0" or "2.0".
    pub version: Option<String>,
    /// The claim iat, in seconds since 1970.
    pub issued_at: Option<i64>,
    /// The claim exp, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// Whether it stands for an application and no user.
    pub app_only: bool,
}

/// What was found in a token. It holds neither the token nor its signature.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Inspection {
    /// Every check, in their order.
    pub checks: Vec<Check>,
    /// What the token says of itself.
    pub claims: UnverifiedClaims,
    /// The first check that failed.
    pub first_failure: Option<Check>,
    /// Whether no check failed.
    pub is_ok: bool,
}

impl From<entra::CheckName> for CheckName {
    fn from(name: entra::CheckName) -> Self {
        match name {
            entra::CheckName::Shape => Self::Shape,
            entra::CheckName::Audience => Self::Audience,
            entra::CheckName::Scopes => Self::Scopes,
            entra::CheckName::App => Self::App,
            entra::CheckName::User => Self::User,
            entra::CheckName::Tenant => Self::Tenant,
            entra::CheckName::Expiry => Self::Expiry,
        }
    }
}

impl From<entra::Outcome> for Outcome {
    fn from(outcome: entra::Outcome) -> Self {
        match outcome {
            entra::Outcome::Passed => Self::Passed,
            entra::Outcome::Failed => Self::Failed,
            entra::Outcome::NotChecked => Self::NotChecked,
        }
    }
}

impl From<entra::Check> for Check {
    fn from(check: entra::Check) -> Self {
        let entra::Check {
            name,
            outcome,
            explanation,
        } = check;
        Self {
            name: name.into(),
            outcome: outcome.into(),
            explanation,
        }
    }
}

impl From<entra::UnverifiedClaims> for UnverifiedClaims {
    fn from(claims: entra::UnverifiedClaims) -> Self {
        let entra::UnverifiedClaims {
            tenant_id,
            object_id,
            app_id,
            audience,
            scopes,
            version,
            issued_at,
            expires_at,
            app_only,
        } = claims;
        Self {
            tenant_id,
            object_id,
            app_id,
            audience,
            scopes,
            version,
            issued_at,
            expires_at,
            app_only,
        }
    }
}

impl From<&entra::Inspection> for Inspection {
    fn from(found: &entra::Inspection) -> Self {
        Self {
            checks: found.checks().iter().cloned().map(Into::into).collect(),
            claims: found.claims().clone().into(),
            first_failure: found.first_failure().cloned().map(Into::into),
            is_ok: found.is_ok(),
        }
    }
}

/// The application id of ACS in Entra, which tokens for the exchange are made for.
#[uniffi::export]
pub fn acs_resource_app_id() -> String {
    entra::inspect::ACS_RESOURCE_APP_ID.to_owned()
}

/// Reads a user's Entra token without trusting it and tells, check by check, what the service would object to. Any text
/// will do as a token. now: seconds since 1970.
///
/// Nothing here verifies a signature: whatever passes can still be forged. Use it to explain and to save calls, never to let
/// anyone in.
#[uniffi::export]
pub fn inspect(token: &str, expected: Expectations, now: i64) -> Result<Inspection> {
    let now = acs_auth_c::time(now, "now")?;
    Ok((&entra::inspect(token, &expected.into(), now)).into())
}
