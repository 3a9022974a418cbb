//! The rules for a bearer token's claims, as pure functions. The signature is verified elsewhere.

use std::ops::Range;
use std::time::Duration;

use serde_json::{Map, Value};

use super::rejection::Rejection;
use crate::cloud::{Cloud, TokenVersion};
use crate::entra::guid::is_guid;

/// What the claims of a caller's token must be.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) cloud: Cloud,
    /// The tenants whose users may call; empty: any.
    pub(super) tenant_ids: Vec<String>,
    pub(super) audiences: Vec<String>,
    /// The applications that may call; empty: any.
    pub(super) client_ids: Vec<String>,
    pub(super) scope: String,
    pub(super) skew: Duration,
    pub(super) longest_life: Duration,
}

/// The issuer that a token claims to have, before it is verified: enough to find the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) version: TokenVersion,
    pub(super) tenant_id: String,
    pub(super) issuer: String,
}

/// The caller, provided that the signature is valid.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) object_id: String,
    pub(super) client_id: String,
    pub(super) expires_at: i64,
    /// The times at which the token is accepted, clock skew included.
    pub(super) valid: Range<i64>,
}

impl Rules {
    /// Returns the token's version, tenant and issuer; the issuer must be that tenant's in this cloud.
    pub(super) fn origin(&self, claims: &Map<String, Value>) -> Result<Origin, Rejection> {
        let version = match text(claims, "ver") {
            Some("1.0") => TokenVersion::V1,
            Some("2.0") => TokenVersion::V2,
            _ => return Err(Rejection::Version),
        };
        let tenant_id = text(claims, "tid")
            .filter(|id| is_guid(id))
            .ok_or(Rejection::TenantMissing)?;
        let issuer = self.cloud.issuer(version, tenant_id);
        if text(claims, "iss") != Some(issuer.as_str()) {
            return Err(Rejection::Issuer);
        }
        Ok(Origin {
            version,
            tenant_id: tenant_id.to_owned(),
            issuer,
        })
    }

    /// Checks that the tenant is allowed.
    pub(super) fn check_tenant(&self, origin: &Origin) -> Result<(), Rejection> {
        if is_allowed(&self.tenant_ids, &origin.tenant_id) {
            Ok(())
        } else {
            Err(Rejection::TenantNotAllowed)
        }
    }

    /// Checks all that makes a token invalid, except its key and signature. No key is fetched for a token
    /// that fails here.
    pub(super) fn check(
        &self,
        origin: &Origin,
        claims: &Map<String, Value>,
        now: i64,
    ) -> Result<Caller, Rejection> {
        self.check_audience(claims)?;
        let (expires_at, valid) = self.check_lifetime(claims, now)?;
        let object_id = text(claims, "oid")
            .filter(|id| is_guid(id))
            .ok_or(Rejection::ObjectIdMissing)?;
        // If an app shares the API's registration, its ID tokens have the API's audience too. But only access
        // tokens name the application that they were issued to.
        if text(claims, "azp").or(text(claims, "appid")).is_none() {
            return Err(Rejection::NoAccessToken);
        }
        let claim = match origin.version {
            TokenVersion::V1 => "appid",
            TokenVersion::V2 => "azp",
        };
        let client_id = text(claims, claim).ok_or(Rejection::ClientMissing)?;
        Ok(Caller {
            object_id: object_id.to_owned(),
            client_id: client_id.to_owned(),
            expires_at,
            valid,
        })
    }

    /// Checks what the caller may do, once the signature is verified. Returns the permissions.
    pub(super) fn check_permissions(
        &self,
        caller: &Caller,
        claims: &Map<String, Value>,
    ) -> Result<Vec<String>, Rejection> {
        if claims
            .get("idtyp")
            .is_some_and(|kind| kind.as_str() != Some("user"))
        {
            return Err(Rejection::AppOnly);
        }
        let Some(scp) = text(claims, "scp") else {
            return Err(if claims.contains_key("roles") {
                Rejection::AppOnly
            } else {
                Rejection::ScopeMissing
            });
        };
        let scopes: Vec<String> = scp
            .split(' ')
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect();
        if !scopes.contains(&self.scope) {
            return Err(Rejection::ScopeMissing);
        }
        if !is_allowed(&self.client_ids, &caller.client_id) {
            return Err(Rejection::ClientNotAllowed);
        }
        Ok(scopes)
    }

    fn check_audience(&self, claims: &Map<String, Value>) -> Result<(), Rejection> {
        let audience = text(claims, "aud").ok_or(Rejection::Audience)?;
        if !self.audiences.iter().any(|ours| ours == audience) {
            return Err(Rejection::Audience);
        }
        Ok(())
    }

    /// Returns when the token expires, and the times at which it is accepted.
    fn check_lifetime(&self, claims: &Map<String, Value>, now: i64) -> Result<(i64, Range<i64>), Rejection> {
        let seconds = |name| claims.get(name).and_then(Value::as_i64);
        let skew = i64::try_from(self.skew.as_secs()).unwrap_or(i64::MAX);
        let longest = i64::try_from(self.longest_life.as_secs()).unwrap_or(i64::MAX);
        let expires_at = seconds("exp").ok_or(Rejection::ExpiryMissing)?;
        let not_before = seconds("nbf").ok_or(Rejection::NotBeforeMissing)?;
        let issued_at = seconds("iat").ok_or(Rejection::IssuedAtMissing)?;
        let valid = not_before.max(issued_at).saturating_sub(skew)..expires_at.saturating_add(skew);
        if now >= valid.end {
            return Err(Rejection::Expired);
        }
        if now < valid.start {
            return Err(Rejection::NotYetValid);
        }
        if expires_at.saturating_sub(issued_at) > longest {
            return Err(Rejection::LivesTooLong);
        }
        Ok((expires_at, valid))
    }
}

/// Returns a claim that is a text and not empty.
fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Whether a GUID is in the list, ignoring case; an empty list allows any.
fn is_allowed(list: &[String], id: &str) -> bool {
    list.is_empty() || list.iter().any(|allowed| allowed.eq_ignore_ascii_case(id))
}
