//! What is asked of a Teams token before it is sent: hints only, but for whose it is, since ACS trusts us with that.

use std::time::SystemTime;

use tracing::warn;

use super::challenge::Challenge;
use super::problem::{Code, Problem};
use crate::cloud::Cloud;
use crate::entra::verify::VerifiedToken;
use crate::entra::{CheckName, Expectations, Inspection, Outcome, TokenCheck, inspect};

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
    /// required or only logged.
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
        let mut expected = Expectations::teams_user(&self.cloud);
        expected.user_object_id = Some(bearer.object_id.clone());
        expected.tenant_id = Some(bearer.tenant_id.clone());
        let inspection = inspect(token, &expected, now);
        require(&inspection, CheckName::Shape)?;
        require(&inspection, CheckName::User)?;
        require(&inspection, CheckName::Tenant)?;
        let app = inspection.claims().app_id.as_deref();
        let known = self
            .client_ids
            .iter()
            .find(|known| app.is_some_and(|app| app.eq_ignore_ascii_case(known)));
        let Some(client_id) = known else {
            warn!(
                event = "teams_token_rejected",
                check = "app",
                found = app,
                "the Teams token was issued to an application that is not listed"
            );
            return Err(Code::TeamsTokenWrongApp.into());
        };
        for name in [CheckName::Audience, CheckName::Scopes, CheckName::Expiry] {
            if self.token_check == TokenCheck::Enforce {
                require(&inspection, name)?;
            } else if let Some(check) = failed(&inspection, name) {
                warn!(event = "teams_token_doubtful", check = name.as_str(), "{}", check);
            }
        }
        Ok(client_id)
    }
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

/// What a caller is told of a failed check.
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
