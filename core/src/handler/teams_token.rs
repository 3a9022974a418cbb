//! The checks of a Teams token before it is sent to ACS. Only the check of the token's user is required for
//! security: ACS relies on the handler for that. The others are hints.

use std::ops::Range;
use std::time::SystemTime;

use tracing::warn;

use super::challenge::Challenge;
use super::problem::{Code, Problem};
use crate::cloud::Cloud;
use crate::entra::verify::VerifiedToken;
use crate::entra::{CheckName, Expectations, Inspection, Outcome, TokenCheck, UnverifiedClaims, inspect};
use crate::models::CommunicationUserIdentifier;
use crate::unix_time::unix_seconds;

/// The rules for Teams tokens.
#[derive(Debug, Clone)]
pub(super) struct TeamsTokenRules {
    pub(super) cloud: Cloud,
    /// The applications that Teams tokens may be issued to; never empty.
    pub(super) client_ids: Vec<String>,
    pub(super) token_check: TokenCheck,
}

/// A token that passed the checks.
#[derive(Debug)]
pub(super) struct Passed<'a> {
    /// The application to send to the service; empty if the service reads it from the token.
    pub(super) client_id: &'a str,
    /// Its claims, if it was parsed.
    pub(super) claims: Option<UnverifiedClaims>,
    /// The times, in seconds since 1970, at which it may be accepted with this bearer token without being
    /// parsed again. `None` if a check only warned, since each request must log that.
    pub(super) valid: Option<Range<i64>>,
}

impl TeamsTokenRules {
    /// Checks a token and returns the client id to exchange it with: the one that it was issued to, if that
    /// is on the list.
    ///
    /// Unless the token check is off, the user and the application must match; the other checks are enforced
    /// or only logged. A token that cannot be read is left to the service, which gets the user of the bearer
    /// token.
    pub(super) fn client_id(
        &self,
        token: &str,
        bearer: &VerifiedToken,
        now: SystemTime,
    ) -> Result<Passed<'_>, Problem> {
        if self.token_check == TokenCheck::Off {
            let first = self.client_ids.first().ok_or(Code::Internal)?;
            return Ok(Passed::unread(first));
        }
        let expected = expected(Expectations::teams_user(&self.cloud), bearer);
        let inspection = inspect(token, &expected, now);
        require_owner(&inspection)?;
        let client_id = match (self.listed(&inspection), &self.client_ids[..]) {
            (Some(listed), _) => listed?,
            (None, [only]) => only,
            (None, _) => {
                warn!(
                    event = "teams_token_rejected",
                    check = "app",
                    "the Teams token cannot be read, and teams_client_ids has several"
                );
                return Err(Code::TeamsTokenUnreadable.into());
            }
        };
        let is_certain = self.judge(&inspection)?;
        Ok(Passed::new(client_id, inspection, is_certain, &expected, now))
    }

    /// Checks a token for Teams Phone extensibility, whose application the service reads from the token.
    pub(super) fn extension(
        &self,
        token: &str,
        bearer: &VerifiedToken,
        now: SystemTime,
    ) -> Result<Passed<'static>, Problem> {
        if self.token_check == TokenCheck::Off {
            return Ok(Passed::unread(""));
        }
        let expected = expected(Expectations::teams_extension(&self.cloud), bearer);
        let inspection = inspect(token, &expected, now);
        require_owner(&inspection)?;
        self.listed(&inspection).transpose()?;
        let is_certain = self.judge(&inspection).map_err(|problem| match problem.code {
            Code::TeamsTokenScope => Problem {
                detail: Some(EXTENSION_SCOPE),
                ..problem
            },
            _ => problem,
        })?;
        Ok(Passed::new("", inspection, is_certain, &expected, now))
    }

    /// Returns the client id on the list that the token was issued to; `None` for a token that cannot be
    /// read.
    fn listed(&self, inspection: &Inspection) -> Option<Result<&str, Problem>> {
        if is_unreadable(inspection) {
            return None;
        }
        let app = inspection.claims().app_id.as_deref();
        let listed = self
            .client_ids
            .iter()
            .find(|known| app.is_some_and(|app| app.eq_ignore_ascii_case(known)));
        Some(match listed {
            Some(listed) => Ok(listed),
            None => {
                warn!(
                    event = "teams_token_rejected",
                    check = "app",
                    found = app,
                    "the Teams token was issued to an application that is not listed"
                );
                Err(Code::TeamsTokenWrongApp.into())
            }
        })
    }

    /// If the token check is enforced, requires the other checks; otherwise logs failed ones. Returns whether
    /// none was logged.
    fn judge(&self, inspection: &Inspection) -> Result<bool, Problem> {
        let mut is_certain = true;
        for name in [CheckName::Audience, CheckName::Scopes, CheckName::Expiry] {
            if self.token_check == TokenCheck::Enforce {
                require(inspection, name)?;
            } else if let Some(check) = failed(inspection, name) {
                warn!(event = "teams_token_doubtful", check = name.as_str(), "{}", check);
                is_certain = false;
            }
        }
        Ok(is_certain)
    }
}

/// The detail of the response for a token without the permission for Teams Phone extensibility.
const EXTENSION_SCOPE: &str = "The Teams token lacks the permission TeamsExtension.ManageCalls.";

impl<'a> Passed<'a> {
    /// A token that is never checked.
    const fn unread(client_id: &'a str) -> Self {
        Self {
            client_id,
            claims: None,
            valid: Some(i64::MIN..i64::MAX),
        }
    }

    fn new(
        client_id: &'a str,
        inspection: Inspection,
        is_certain: bool,
        expected: &Expectations,
        now: SystemTime,
    ) -> Self {
        let claims = inspection.into_claims();
        let min_remaining = i64::try_from(expected.min_remaining.as_secs()).unwrap_or(i64::MAX);
        // A token that cannot be read has no known expiry.
        let until = claims
            .expires_at
            .map_or(i64::MAX, |at| at.saturating_sub(min_remaining));
        Self {
            client_id,
            claims: Some(claims),
            // Begins now, so that the token is checked again if the clock is set back.
            valid: is_certain.then_some(unix_seconds(now)..until),
        }
    }
}

/// Adds the bearer token's user and tenant to expectations.
fn expected(expected: Expectations, bearer: &VerifiedToken) -> Expectations {
    Expectations {
        user_object_id: Some(bearer.object_id.clone()),
        tenant_id: Some(bearer.tenant_id.clone()),
        ..expected
    }
}

/// Requires a well-formed token of the bearer token's user, as far as it can be read.
fn require_owner(inspection: &Inspection) -> Result<(), Problem> {
    require(inspection, CheckName::Shape)?;
    require(inspection, CheckName::User)?;
    require(inspection, CheckName::Tenant)
}

/// Whether the token is encrypted or opaque.
fn is_unreadable(inspection: &Inspection) -> bool {
    inspection
        .checks()
        .iter()
        .any(|check| check.name == CheckName::Shape && check.outcome == Outcome::NotChecked)
}

/// Whether an identity of Teams Phone extensibility belongs to the bearer token's user: it ends in the tenant
/// id and the object id.
pub(super) fn is_identity_of(user: &CommunicationUserIdentifier, bearer: &VerifiedToken) -> bool {
    let mut parts = user.id.rsplit('_');
    let mut is_next = |expected: &str| {
        parts
            .next()
            .is_some_and(|part| part.eq_ignore_ascii_case(expected))
    };
    is_next(&bearer.object_id) && is_next(&bearer.tenant_id)
}

fn require(inspection: &Inspection, name: CheckName) -> Result<(), Problem> {
    match failed(inspection, name) {
        None => Ok(()),
        Some(why) => {
            warn!(event = "teams_token_rejected", check = name.as_str(), "{why}");
            Err(problem(name))
        }
    }
}

fn failed(inspection: &Inspection, name: CheckName) -> Option<&str> {
    inspection
        .checks()
        .iter()
        .find(|check| check.name == name && check.outcome == Outcome::Failed)
        .map(|check| check.explanation.as_str())
}

/// The response to a failed check.
pub(super) fn problem(check: CheckName) -> Problem {
    match check {
        CheckName::Shape => Code::TeamsTokenMalformed.into(),
        CheckName::Audience => Code::TeamsTokenAudience.into(),
        CheckName::Scopes => Code::TeamsTokenScope.into(),
        CheckName::App => Code::TeamsTokenWrongApp.into(),
        CheckName::User | CheckName::Tenant => Code::UserMismatch.into(),
        CheckName::Expiry => Problem::from(Code::TeamsTokenExpired).with_challenge(Challenge::TeamsToken),
    }
}
