//! Entra tokens with the claims that a test needs. Their signature is fake.

use std::time::Duration;

use acs_auth::cloud::Cloud;
use acs_auth::entra::{Check, CheckName, Expectations, Inspection, Outcome, inspect};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub(crate) const CLIENT: &str = "a1b2c3d4-0000-4000-8000-00000000000a";
pub(crate) const USER: &str = "b1b2c3d4-0000-4000-8000-00000000000b";
pub(crate) const TENANT: &str = "c1b2c3d4-0000-4000-8000-00000000000c";
pub(crate) const OTHER: &str = "d1b2c3d4-0000-4000-8000-00000000000d";
pub(crate) const SUBJECT: &str = "the-subject-of-this-app";
pub(crate) const SIGNATURE: &str = "c2lnbmF0dXJlLW9mLW5vLW9uZS1hdC1hbGw";
pub(crate) const BOTH: &str = "Teams.ManageCalls Teams.ManageChats";

/// The time at which the tests inspect tokens, in seconds since 1970.
pub(crate) const NOW: i64 = 1_730_797_687;

/// The claims of a token that passes every check.
pub(crate) fn good() -> Value {
    json!({
        "aud": "1fd5118e-2576-4263-8130-9503064c837a",
        "iss": format!("https://sts.windows.net/{TENANT}/"),
        "iat": NOW - 300, "nbf": NOW - 300, "exp": NOW + 4000,
        "appid": CLIENT, "oid": USER, "tid": TENANT, "sub": SUBJECT, "scp": BOTH, "ver": "1.0",
        "name": "Adele Vance", "upn": "adele@contoso.example", "preferred_username": "adele@contoso.example",
    })
}

/// The good claims with these changes; null removes a claim.
pub(crate) fn with(changes: Value) -> Value {
    let mut claims = good();
    let Value::Object(changes) = changes else {
        panic!("an object of claims")
    };
    for (name, value) in changes {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(&name);
        } else {
            claims[name] = value;
        }
    }
    claims
}

pub(crate) fn token(claims: &Value) -> String {
    raw(r#"{"typ":"JWT","alg":"RS256","kid":"k"}"#, &claims.to_string())
}

pub(crate) fn raw(header: &str, claims: &str) -> String {
    format!(
        "{}.{}.{SIGNATURE}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

pub(crate) fn expected() -> Expectations {
    Expectations {
        client_id: Some(CLIENT.to_owned()),
        user_object_id: Some(USER.to_owned()),
        tenant_id: Some(TENANT.to_owned()),
        ..Expectations::teams_user(&Cloud::public())
    }
}

pub(crate) fn look(token: &str, expected: &Expectations) -> Inspection {
    inspect(
        token,
        expected,
        std::time::UNIX_EPOCH + Duration::from_secs(NOW as u64),
    )
}

pub(crate) fn check(inspection: &Inspection, name: CheckName) -> &Check {
    inspection
        .checks()
        .iter()
        .find(|check| check.name == name)
        .unwrap()
}

/// The explanation of a check that failed on the good token with these changes.
#[track_caller]
pub(crate) fn objection(name: CheckName, changes: Value) -> String {
    objection_to(name, changes, &expected())
}

#[track_caller]
pub(crate) fn objection_to(name: CheckName, changes: Value, expected: &Expectations) -> String {
    let inspection = look(&token(&with(changes)), expected);
    let check = check(&inspection, name);
    assert_eq!(check.outcome, Outcome::Failed, "{check:?}");
    check.explanation.clone()
}

/// The outcome of a check on the good token with these changes.
pub(crate) fn outcome(name: CheckName, changes: Value, expected: &Expectations) -> Outcome {
    check(&look(&token(&with(changes)), expected), name).outcome
}
