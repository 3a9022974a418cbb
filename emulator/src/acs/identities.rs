//! The identities of the resource: create, issue, read, revoke, delete.

use std::collections::HashMap;

use parking_lot::{Mutex, MutexGuard};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::answer::Outcome;
use super::token::{Grant, Issued};
use super::versions::{self, IDENTITIES, IDENTITY_DETAILS};
use super::{Call, members};
use crate::options::UnknownIdentity;
use crate::time;

/// The claim that identifies revoked tokens.
pub(crate) const REVOCATIONS: &str = "revocations";

/// An identity that was created and not deleted.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Identity {
    /// In seconds since 1970.
    pub(crate) created: i64,
    pub(crate) tokens_issued: u64,
    /// In seconds since 1970.
    pub(crate) last_token_issued: Option<i64>,
    /// The caller's own name for it.
    pub(crate) custom_id: Option<String>,
    /// How often its tokens were revoked. A token carries the count at its issue; its time would not do,
    /// since a token may be issued and revoked within the same second.
    pub(crate) revocations: u64,
}

/// All identities, by id.
#[derive(Debug, Default)]
pub(crate) struct Identities(Mutex<HashMap<String, Identity>>);

impl Identities {
    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<String, Identity>> {
        self.0.lock()
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }
}

/// `POST /identities`
pub(super) fn create(call: &Call<'_>) -> Result<Outcome, Outcome> {
    let body = body(call)?;
    let previews = versions::is_one_of(call.request, IDENTITY_DETAILS);
    let all = ["createTokenWithScopes", "expiresInMinutes", "customId"];
    members::known(call, &body, if previews { &all } else { &all[..2] })?;
    let custom_id = if previews { custom_id(&body)? } else { None };
    let scopes = scopes(&body, "createTokenWithScopes")?.unwrap_or_default();
    let minutes = minutes(&body)?;

    let (id, existed) = created(call, custom_id);
    let token = if scopes.is_empty() {
        None
    } else {
        Some(token(call, &id, scopes, minutes)?)
    };
    let mut answer = json!({"identity": {"id": id}});
    if previews {
        answer["identity"] = shown(&id, call.acs.identities.lock().get(&id));
    }
    if let Some(token) = token {
        answer["accessToken"] = json!({"token": token.token, "expiresOn": token.expires_on});
    }
    let status = if existed {
        call.behaviour.existing_custom_id
    } else {
        201
    };
    Ok(Outcome::ok(status, answer, IDENTITIES))
}

/// The id of a new identity, or of the one that has this custom id; and whether it existed.
fn created(call: &Call<'_>, custom_id: Option<String>) -> (String, bool) {
    let mut identities = call.acs.identities.lock();
    let of_custom_id = |identity: &Identity| custom_id.is_some() && identity.custom_id == custom_id;
    if let Some((id, _)) = identities.iter().find(|(_, identity)| of_custom_id(identity)) {
        return (id.clone(), true);
    }
    let id = format!(
        "8:acs:{}_{:08x}-{}",
        call.acs.resource_id,
        0x24,
        &call.acs.random.uuid().to_string()[9..]
    );
    let identity = Identity {
        created: call.now,
        custom_id,
        ..Identity::default()
    };
    identities.insert(id.clone(), identity);
    (id, false)
}

/// `GET /identities/{id}`
pub(super) fn detail(call: &Call<'_>, id: &str) -> Result<Outcome, Outcome> {
    members::none(call)?;
    known(call, id)?;
    let answer = shown(id, call.acs.identities.lock().get(id));
    // As recorded: `api-supported-versions` lists all versions of the path, even those without this
    // operation.
    Ok(Outcome::ok(200, answer, IDENTITIES))
}

/// An identity with its details.
fn shown(id: &str, identity: Option<&Identity>) -> Value {
    let mut shown = json!({"id": id});
    if let Some(custom_id) = identity.and_then(|identity| identity.custom_id.as_deref()) {
        shown["customId"] = custom_id.into();
    }
    if let Some(issued) = identity.and_then(|identity| identity.last_token_issued) {
        shown["lastTokenIssuedAt"] = time::utc(issued).into();
    }
    shown
}

/// `POST /identities/{id}/:issueAccessToken`
pub(super) fn issue(call: &Call<'_>, id: &str) -> Result<Outcome, Outcome> {
    let body = body(call)?;
    members::known(call, &body, &["scopes", "expiresInMinutes"])?;
    // An empty list is treated like a missing one, which is unverified.
    let Some(scopes) = scopes(&body, "scopes")?.filter(|scopes| !scopes.is_empty()) else {
        return Err(Outcome::invalid(
            "Scopes",
            "Scopes: The Scopes field is required.",
        ));
    };
    let minutes = minutes(&body)?;
    known(call, id)?;
    let token = token(call, id, scopes, minutes)?;
    Ok(Outcome::ok(
        200,
        json!({"token": token.token, "expiresOn": token.expires_on}),
        IDENTITIES,
    ))
}

/// `POST /identities/{id}/:revokeAccessTokens`
pub(super) fn revoke(call: &Call<'_>, id: &str) -> Result<Outcome, Outcome> {
    members::none(call)?;
    known(call, id)?;
    if let Some(identity) = call.acs.identities.lock().get_mut(id) {
        identity.revocations += 1;
    }
    Ok(Outcome::no_content(IDENTITIES))
}

/// `DELETE /identities/{id}`
pub(super) fn delete(call: &Call<'_>, id: &str) -> Result<Outcome, Outcome> {
    members::none(call)?;
    known(call, id)?;
    call.acs.identities.lock().remove(id);
    Ok(Outcome::no_content(IDENTITIES))
}

/// Checks that the identity exists. The response for an identity of another resource was recorded; that for a
/// missing one of this resource is unverified.
fn known(call: &Call<'_>, id: &str) -> Result<(), Outcome> {
    let resource = call.acs.resource_id.as_str();
    let rest = id
        .strip_prefix("8:acs:")
        .and_then(|rest| rest.strip_prefix(resource));
    if !rest.is_some_and(|rest| rest.starts_with('_')) {
        call.fail("identity", format!("{id} is not of the form 8:acs:{resource}_…"));
        return Err(not_owned());
    }
    if call.acs.identities.lock().contains_key(id) {
        call.pass("identity", "it exists");
        return Ok(());
    }
    let detail = "it was never created, or it has been deleted";
    let error = match call.behaviour.unknown_identity {
        UnknownIdentity::Accepted => {
            call.pass("identity", format!("{detail}; that is let pass"));
            return Ok(());
        }
        UnknownIdentity::NotFound => {
            Outcome::error(404, "NotFound", "The identity was not found.").supporting(IDENTITIES)
        }
        UnknownIdentity::NotOwned => not_owned(),
    };
    call.fail("identity", detail);
    Err(error)
}

fn not_owned() -> Outcome {
    let message = "Provided identity doesn't belong to the resource.";
    Outcome::error(401, "IdentityNotOwned", message).supporting(IDENTITIES)
}

fn token(call: &Call<'_>, id: &str, scopes: Vec<String>, minutes: i64) -> Result<Issued, Outcome> {
    let mut revocations = 0;
    if let Some(identity) = call.acs.identities.lock().get_mut(id) {
        identity.tokens_issued += 1;
        identity.last_token_issued = Some(call.now);
        revocations = identity.revocations;
    }
    let grant = Grant {
        subject: id.trim_start_matches("8:").to_owned(),
        resource_id: &call.acs.resource_id,
        scopes,
        now: call.now,
        exp: call.now + minutes * 60,
        more: vec![(REVOCATIONS, revocations.into())],
    };
    call.acs.sign(&grant)
}

/// The members of the body; none for an empty one.
fn body(call: &Call<'_>) -> Result<Map<String, Value>, Outcome> {
    if call.request.body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(&call.request.body).map_err(|error| {
        call.fail("body", format!("it is not a JSON object: {error}"));
        // Unverified.
        Outcome::error(400, "ValidationError", "The request body is not valid JSON.")
    })
}

/// The caller's own name for an identity. Its length is documented; the error is unverified.
fn custom_id(body: &Map<String, Value>) -> Result<Option<String>, Outcome> {
    let refused = || Outcome::invalid("customId", "CustomId must have 1 to 256 characters.");
    match body.get("customId") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) if (1..=256).contains(&id.chars().count()) => Ok(Some(id.clone())),
        Some(_) => Err(refused().supporting(IDENTITIES)),
    }
}

fn scopes(body: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, Outcome> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value.clone()).map(Some).map_err(|_| {
            // Unverified.
            Outcome::invalid("Scopes", "The scopes must be a list of strings.")
        }),
    }
}

fn minutes(body: &Map<String, Value>) -> Result<i64, Outcome> {
    let asked = match body.get("expiresInMinutes") {
        None | Some(Value::Null) => return Ok(1440),
        Some(asked) => asked,
    };
    asked
        .as_i64()
        .filter(|minutes| (60..=1440).contains(minutes))
        .ok_or_else(|| {
            let message = format!(
                "ExpiresInMinutes value {asked} is invalid. Value must be within the [60, 1440] interval."
            );
            Outcome::invalid("ExpiresInMinutes", &message).supporting(IDENTITIES)
        })
}
