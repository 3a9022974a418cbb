//! `/_emulator/identities` and `/_emulator/introspect`: the state of identities and of their tokens.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, body};
use crate::acs::assignments::DELETIONS;
use crate::acs::identities::REVOCATIONS;
use crate::core::Core;
use crate::http::{Reply, WireRequest};
use crate::time;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Introspect {
    token: String,
}

pub(super) fn list(core: &Core) -> Reply {
    let identities = core.acs.identities.lock();
    let mut list: Vec<_> = identities
        .iter()
        .map(|(id, identity)| {
            json!({
                "id": id,
                "created": identity.created,
                "custom_id": identity.custom_id,
                "tokens_issued": identity.tokens_issued,
                "last_token_issued": identity.last_token_issued,
                "revocations": identity.revocations,
            })
        })
        .collect();
    list.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
    Reply::json(200, &json!({"identities": list}))
}

/// Returns whether an access token of the service is valid now, and if not, why.
pub(super) fn introspect(core: &Core, request: &WireRequest) -> Answer {
    let Introspect { token } = body(request)?;
    let Some(claims) = core.acs.signer.claims(&token) else {
        return Err(Refusal::Invalid(
            "the token is none that this emulator issued".into(),
        ));
    };
    let now = i64::try_from(time::seconds(core.clock.now())).unwrap_or(i64::MAX);
    let reason = refused(core, &claims, now);
    Ok(Reply::json(
        200,
        &json!({"active": reason.is_none(), "reason": reason, "claims": claims}),
    ))
}

fn refused(core: &Core, claims: &Value, now: i64) -> Option<&'static str> {
    if claims["exp"].as_i64().is_none_or(|exp| exp <= now) {
        return Some("expired");
    }
    if let Some(deletions) = claims[DELETIONS].as_u64() {
        let text = |name: &str| claims[name].as_str().unwrap_or_default();
        let is_deleted = core.acs.assignments.deletions(text("tid"), text("oid")) != deletions;
        return is_deleted.then_some("assignment deleted");
    }
    // The token of a Teams or Entra user belongs to no identity of the resource.
    let identity = claims["skypeid"]
        .as_str()
        .filter(|id| id.starts_with("acs:") && claims["oid"].is_null())?;
    let identities = core.acs.identities.lock();
    match identities.get(&format!("8:{identity}")) {
        None => Some("identity deleted"),
        Some(identity) => {
            let revoked = claims[REVOCATIONS].as_u64() != Some(identity.revocations);
            revoked.then_some("revoked")
        }
    }
}
