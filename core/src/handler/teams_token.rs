//! The checks of a Teams token before it is sent. They are only hints, except for the token's user: ACS relies on the
//! handler for that.

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
    /// The applications that they may be issued to; never empty.
    pub(super) client_ids: Vec<String>,
    pub(super) token_check: TokenCheck,
}

/// A token that passed the checks.
#[derive(Debug)]
pub(super) struct Passed<'a> {
    /// The application to name to the service; empty where the service reads it from the token.
    pub(super) client_id: &'a str,
    /// Its claims, if it was read.
    pub(super) claims: Option<UnverifiedClaims>,
    /// The times, in Unix seconds, at which it passes for this bearer without being read again. `None` if a check only
    /// warned: each request logs that.
    pub(super) valid: Option<Range<i64>>,
}

impl TeamsTokenRules {
    /// The client id to exchange the token with: the one that it was issued to, if that is on the list.
    ///
    /// Whose the token is and to which application it was issued is required unless the inspection is off; the rest is
    /// required or only logged. What cannot be read is left to the service, which gets the bearer's user.
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

    /// The same for a token of Teams Phone extensibility, whose application the service reads from the token.
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

    /// The client id on the list that the token was issued to; nothing for a token that cannot be read.
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

    /// Requires the checks that are hints, or logs them. Returns whether there was nothing to log.
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

/// The response for a token without the permission of Teams Phone extensibility.
const EXTENSION_SCOPE: &str = "The Teams token lacks the permission TeamsExtension.ManageCalls.";

impl<'a> Passed<'a> {
    /// One that is not checked, now or later.
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
        // A token that cannot be read has no time of its own.
        let until = claims
            .expires_at
            .map_or(i64::MAX, |at| at.saturating_sub(min_remaining));
        Self {
            client_id,
            claims: Some(claims),
            // Its start is not before now, so a clock that is set back has the token read again.
            valid: is_certain.then_some(unix_seconds(now)..until),
        }
    }
}

/// What is expected of a token, with what is known of the bearer.
fn expected(expected: Expectations, bearer: &VerifiedToken) -> Expectations {
    Expectations {
        user_object_id: Some(bearer.object_id.clone()),
        tenant_id: Some(bearer.tenant_id.clone()),
        ..expected
    }
}

/// Requires a token, and one of the bearer's user as far as it can be read.
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

/// Whether an identity of Teams Phone extensibility is of the bearer's user: it ends in the tenant and the object.
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

/// The response to the caller for a failed check.
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
