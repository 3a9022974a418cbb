//! Finds what the service would reject in a user's Entra token, without trusting it. No I/O.

use core_auth::entra;

use crate::error::Result;
use crate::expectations::Expectations;

/// The checks of an inspection, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CheckName {
    /// The token is a readable signed JWT.
    Shape,
    /// The token is for ACS.
    Audience,
    /// The token has the expected permissions, and a user consented to them.
    Scopes,
    /// The token was issued to the expected application.
    App,
    /// The token belongs to the expected user.
    User,
    /// The token is from the expected tenant, and from one that ACS accepts.
    Tenant,
    /// The token is valid now, and for long enough.
    Expiry,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Outcome {
    /// The check found nothing wrong.
    Passed,
    /// The service is likely to reject the token, or the token is of little use.
    Failed,
    /// There was nothing to compare the token with.
    NotChecked,
}

/// A check and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// Its outcome.
    pub outcome: Outcome,
    /// What was found, what was expected and what to do, as text for a person.
    pub explanation: String,
}

/// The claims of a token, not verified: for display only. A claim that the token doesn't contain is none.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnverifiedClaims {
    /// The claim tid: the user's tenant.
    pub tenant_id: Option<String>,
    /// The claim oid: the user's object id.
    pub object_id: Option<String>,
    /// The claim appid or azp: the application the token was issued to.
    pub app_id: Option<String>,
    /// The claim aud: the resource the token is for.
    pub audience: Option<String>,
    /// The claim scp: the permissions.
    pub scopes: Vec<String>,
    /// The claim ver: "1.0" or "2.0".
    pub version: Option<String>,
    /// The claim iat, in seconds since 1970.
    pub issued_at: Option<i64>,
    /// The claim exp, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// Whether the token belongs to an application and not to a user.
    pub app_only: bool,
}

/// The result of inspecting a token. It contains neither the token nor its signature.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Inspection {
    /// All checks, in order.
    pub checks: Vec<Check>,
    /// The claims of the token.
    pub claims: UnverifiedClaims,
    /// The first check that failed, if any.
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

/// Returns the application id of ACS in Entra, for which tokens to exchange are issued.
#[uniffi::export]
pub fn acs_resource_app_id() -> String {
    entra::inspect::ACS_RESOURCE_APP_ID.to_owned()
}

/// Inspects a user's Entra token without trusting it, and reports check by check what the service would
/// reject. Any text is accepted as a token. now: seconds since 1970.
///
/// No signature is verified here: a token that passes can still be forged. Use it to explain errors and to
/// save calls, never to authorize anyone.
#[uniffi::export]
pub fn inspect(token: &str, expected: Expectations, now: i64) -> Result<Inspection> {
    let now = acs_auth_c::time(now, "now")?;
    Ok((&entra::inspect(token, &expected.into(), now)).into())
}
