//! Checks that the returned token is the right one.

use acs_emulator::Record;
use acs_emulator::seed::{ACS_TEAMS_APP_ID, ACS_TEAMS_URI};

use super::claims::Claims;
use super::exchange::{Exchanged, failed};
use super::story::Story;
use crate::failure::Failure;
use crate::service;

/// The permissions that the exchange needs.
pub(super) const TEAMS_PERMISSIONS: [&str; 2] = ["Teams.ManageCalls", "Teams.ManageChats"];

/// The values that the tokens' claims must have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) client_id: &'a str,
    pub(super) user_id: &'a str,
    pub(super) tenant_id: &'a str,
    pub(super) resource_id: &'a str,
}

/// A condition, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) ok: bool,
    pub(super) what: String,
}

pub(super) fn finding(ok: bool, what: impl Into<String>) -> Finding {
    Finding {
        ok,
        what: what.into(),
    }
}

/// Checks the Entra token: issued for ACS, with both permissions, to this app and for this user.
pub(super) fn of_entra(claims: &Claims, expected: Expected<'_>) -> Vec<Finding> {
    let scopes: Vec<&str> = claims.text("scp").unwrap_or_default().split(' ').collect();
    let audience = claims.text("aud").unwrap_or_default();
    let app = claims.text("appid").or_else(|| claims.text("azp"));
    vec![
        finding(
            TEAMS_PERMISSIONS.iter().all(|wanted| scopes.contains(wanted)),
            "The Entra token has both Teams permissions.",
        ),
        finding(
            [ACS_TEAMS_APP_ID, ACS_TEAMS_URI].contains(&audience.trim_end_matches('/')),
            "It was issued for ACS (aud).",
        ),
        finding(
            app == Some(expected.client_id) && is_of(claims, expected),
            "It was issued to this app (appid or azp), for this user (oid) of this tenant (tid).",
        ),
    ]
}

/// Checks the ACS token: for the same user, app and tenant, of this resource, and expiring no later than the
/// Entra token.
pub(super) fn of_acs(
    acs: &Claims,
    entra: &Claims,
    expires_on: i64,
    now: i64,
    expected: Expected<'_>,
) -> Vec<Finding> {
    let bound = entra.seconds("exp").unwrap_or_default();
    let subject = format!("orgid:{}", expected.user_id);
    let scopes: Vec<&str> = acs.text("acsScope").unwrap_or_default().split(',').collect();
    vec![
        finding(
            acs.text("skypeid") == Some(&subject) && is_of(acs, expected),
            "The ACS token is the same user's (skypeid, oid, tid).",
        ),
        finding(
            acs.text("appid") == Some(expected.client_id)
                && acs.text("resourceId") == Some(expected.resource_id),
            "It was issued for this app (appid), by this resource (resourceId).",
        ),
        finding(
            scopes == ["chat", "voip"],
            "It is valid for chat and calling (acsScope).",
        ),
        finding(
            acs.seconds("exp") == Some(expires_on) && expires_on > now,
            format!(
                "It expires at the time in the response: {}.",
                service::time(expires_on)
            ),
        ),
        finding(
            expires_on <= bound,
            format!(
                "That is not after the Entra token's expiry: {}.",
                service::time(bound)
            ),
        ),
    ]
}

fn is_of(claims: &Claims, expected: Expected<'_>) -> bool {
    claims.text("oid") == Some(expected.user_id) && claims.text("tid") == Some(expected.tenant_id)
}

/// Checks the request: signed as it was sent, and verified by the emulator.
pub(super) fn of_request(exchanged: &Exchanged, record: Option<&Record>) -> Vec<Finding> {
    let checks = record.map(|record| &record.checks.0[..]).unwrap_or_default();
    let verified = checks.iter().any(|check| check.name == "signature" && check.ok);
    let all = !checks.is_empty() && checks.iter().all(|check| check.ok);
    vec![
        finding(
            exchanged.signed_as_sent,
            "What was signed is byte for byte what was sent.",
        ),
        finding(
            verified && record.is_some_and(|record| record.request.tls),
            "The emulator verified the signature of what arrived through TLS.",
        ),
        finding(
            all && record.and_then(|record| record.status) == Some(200),
            format!(
                "Its record of the request: {} checks, none failed, status 200.",
                checks.len()
            ),
        ),
    ]
}

/// Prints the findings; returns an error if one does not hold.
pub(super) fn tell(story: &Story, findings: &[Finding]) -> Result<(), Failure> {
    for finding in findings {
        story.check(finding.ok, &finding.what)?;
    }
    match findings.iter().filter(|finding| !finding.ok).count() {
        0 => Ok(()),
        wrong => Err(failed(&format!(
            "A token was returned, but {wrong} of the checks above failed."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const EXPECTED: Expected<'_> = Expected {
        client_id: "client",
        user_id: "user",
        tenant_id: "tenant",
        resource_id: "resource",
    };

    fn entra() -> Value {
        json!({"aud": ACS_TEAMS_APP_ID, "azp": "client", "oid": "user", "tid": "tenant", "exp": 2_000,
               "scp": "Teams.ManageChats Teams.ManageCalls"})
    }

    fn acs() -> Value {
        json!({"skypeid": "orgid:user", "oid": "user", "tid": "tenant", "appid": "client",
               "resourceId": "resource", "acsScope": "chat,voip", "exp": 1_999})
    }

    fn wrong(findings: &[Finding]) -> usize {
        findings.iter().filter(|finding| !finding.ok).count()
    }

    fn judged(acs: Value, entra: Value, expires_on: i64) -> usize {
        let (acs, entra) = (Claims::made_up(acs), Claims::made_up(entra));
        wrong(&of_entra(&entra, EXPECTED)) + wrong(&of_acs(&acs, &entra, expires_on, 1_000, EXPECTED))
    }

    #[test]
    fn the_right_claims_are_right() {
        assert_eq!(judged(acs(), entra(), 1_999), 0);
    }

    #[test]
    fn each_wrong_claim_is_noticed() {
        for (name, value) in [
            ("aud", json!("https://graph.microsoft.com")),
            ("azp", json!("other")),
            ("oid", json!("other")),
            ("tid", json!("other")),
            ("scp", json!("Teams.ManageCalls")),
            ("scp", json!("Teams.ManageCalls Teams.ManageChats2")),
            ("exp", json!(1_998)),
        ] {
            let mut entra = entra();
            entra[name] = value;
            assert_eq!(judged(acs(), entra, 1_999), 1, "{name}");
        }
        for (name, value) in [
            ("skypeid", json!("orgid:other")),
            ("oid", json!("other")),
            ("tid", Value::Null),
            ("appid", json!("other")),
            ("resourceId", json!("other")),
            ("acsScope", json!("chat")),
            ("exp", json!(1_998)),
        ] {
            let mut acs = acs();
            acs[name] = value;
            assert_eq!(judged(acs, entra(), 1_999), 1, "{name}");
        }
        let mut late = acs();
        late["exp"] = json!(2_001);
        assert_eq!(judged(late, entra(), 2_001), 1);
        let mut past = acs();
        past["exp"] = json!(999);
        assert_eq!(judged(past, entra(), 999), 1);
        assert_eq!(judged(json!({}), json!({}), 0), 7);
    }
}
