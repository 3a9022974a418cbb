//! The checks of a Teams token before it is sent. They are only hints, except for the token's user: ACS relies on the
//! handler for that.

use std::time::SystemTime;

use tracing::warn;

use super::challenge::Challenge;
use super::problem::{Code, Problem};
use crate::cloud::Cloud;
use crate::entra::verify::VerifiedToken;
use crate::entra::{CheckName, Expectations, Inspection, Outcome, TokenCheck, inspect};
use crate::models::CommunicationUserIdentifier;

/// The rules for Teams tokens.
#[derive(Debug, Clone)]
pub(super) struct TeamsTokenRules {
    pub(super) cloud: Cloud,
    /// The applications that they may be issued to; never empty.
    pub(super) client_ids: Vec<String>,
    pub(super) token_check: TokenCheck,
}

impl TeamsTokenRules {
    /// The client id to exchange the token with: the one that it was issued to, if that is on the list.
    ///
    /// Whose the token is and to which application it was issued is required unless the inspection is off; the rest is
    /// required or only logged. What cannot be read is left to the service, which is told the bearer's user.
    pub(super) fn client_id(
        &self,
        token: &str,
        bearer: &VerifiedToken,
        now: SystemTime,
    ) -> Result<&str, Problem> {
        if self.token_check == TokenCheck::Off {
            return self
                .client_ids
                .first()
                .map(String::as_str)
                .ok_or_else(|| Code::Internal.into());
        }
        let inspection = inspected(token, Expectations::teams_user(&self.cloud), bearer, now);
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
        self.judge(&inspection)?;
        Ok(client_id)
    }

    /// The same for a token of Teams Phone extensibility, whose application the service reads from the token.
    pub(super) fn extension(
        &self,
        token: &str,
        bearer: &VerifiedToken,
        now: SystemTime,
    ) -> Result<(), Problem> {
        if self.token_check == TokenCheck::Off {
            return Ok(());
        }
        let inspection = inspected(token, Expectations::teams_extension(&self.cloud), bearer, now);
        require_owner(&inspection)?;
        self.listed(&inspection).transpose()?;
        self.judge(&inspection).map_err(|problem| match problem.code {
            Code::TeamsTokenScope => Problem {
                detail: Some(EXTENSION_SCOPE),
                ..problem
            },
            _ => problem,
        })
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

    /// Requires the checks that are hints, or logs them.
    fn judge(&self, inspection: &Inspection) -> Result<(), Problem> {
        for name in [CheckName::Audience, CheckName::Scopes, CheckName::Expiry] {
            if self.token_check == TokenCheck::Enforce {
                require(inspection, name)?;
            } else if let Some(check) = failed(inspection, name) {
                warn!(event = "teams_token_doubtful", check = name.as_str(), "{}", check);
            }
        }
        Ok(())
    }
}

/// The response for a token without the permission of Teams Phone extensibility.
const EXTENSION_SCOPE: &str = "The Teams token lacks the permission TeamsExtension.ManageCalls.";

/// The token beside what is known of the bearer.
fn inspected(token: &str, expected: Expectations, bearer: &VerifiedToken, now: SystemTime) -> Inspection {
    let expected = Expectations {
        user_object_id: Some(bearer.object_id.clone()),
        tenant_id: Some(bearer.tenant_id.clone()),
        ..expected
    };
    inspect(token, &expected, now)
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
