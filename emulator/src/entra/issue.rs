//! Builds tokens, and the token endpoint's responses.

use super::Entra;
use super::aadsts::Refusal;
use super::jwt::{base64url, header};
use super::scopes::Asked;
use super::store::RefreshToken;
use crate::seed::{App, GRAPH_APP_ID, User};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

/// How a client authenticated: the value of the access token's `appidacr` or `azpacr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Not at all.
    Public,
    /// By its secret.
    Secret,
    /// By an assertion that its certificate's key signed.
    Certificate,
}

/// An access token to be issued.
#[derive(Debug, Clone)]
pub(crate) struct Access<'a> {
    pub(crate) app: &'a App,
    /// The user; `None` for an app's own token.
    pub(crate) user: Option<&'a User>,
    /// Whether the user passed multi-factor authentication.
    pub(crate) mfa: bool,
    pub(crate) tid: &'a str,
    pub(crate) asked: Asked,
    pub(crate) scopes: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) proof: Proof,
    /// 1 or 2, as the resource requires.
    pub(crate) version: u8,
    /// In seconds.
    pub(crate) lifetime: i64,
}

/// The tokens in the token endpoint's response for a user.
#[derive(Debug)]
pub(crate) struct UserTokens<'a> {
    pub(crate) access: Access<'a>,
    /// The requested OpenID Connect scopes.
    pub(crate) oidc: Vec<String>,
    pub(crate) nonce: Option<String>,
    /// The family of the refresh token; `None` issues no refresh token.
    pub(crate) family: Option<u64>,
}

impl Entra {
    /// A random lifetime between 60 and 90 minutes, in seconds.
    pub(super) fn lifetime_seconds(&self) -> i64 {
        self.lifetimes.lock().i64(3600..=5400)
    }

    /// The claims of an access token issued now.
    pub(super) fn access_claims(&self, base: &str, access: &Access<'_>) -> Value {
        let now = self.now();
        let v1 = access.version == 1;
        let subject = access.user.map_or_else(
            || service_principal(&access.app.client_id, access.tid),
            |user| user.object_id.clone(),
        );
        let mut claims = json!({
            "aud": if v1 { access.asked.identifier.as_str() } else { access.asked.app_id.as_str() },
            "iss": self.issuers.name(base, access.tid, access.version),
            "iat": now,
            "nbf": now - 300,
            "exp": now.saturating_add(access.lifetime),
        });
        let proof = match access.proof {
            Proof::Public => "0",
            Proof::Secret => "1",
            Proof::Certificate => "2",
        };
        let (client, how) = if v1 {
            ("appid", "appidacr")
        } else {
            ("azp", "azpacr")
        };
        claims[client] = access.app.client_id.as_str().into();
        claims[how] = proof.into();
        match access.user {
            Some(user) => {
                claims["name"] = user.name.as_str().into();
                claims["scp"] = access.scopes.join(" ").into();
                claims["sub"] = pairwise(&user.object_id, &access.asked.app_id).into();
                if v1 {
                    claims["acr"] = "1".into();
                    claims["amr"] = if access.mfa {
                        json!(["pwd", "mfa"])
                    } else {
                        json!(["pwd"])
                    };
                    claims["app_displayname"] = access.app.name.as_str().into();
                    claims["upn"] = user.username.as_str().into();
                    claims["unique_name"] = user.username.as_str().into();
                } else {
                    claims["preferred_username"] = user.username.as_str().into();
                    if access.mfa {
                        claims["acrs"] = json!(["c1"]);
                    }
                }
            }
            None => {
                claims["idtyp"] = "app".into();
                claims["sub"] = subject.as_str().into();
            }
        }
        if !access.roles.is_empty() {
            claims["roles"] = json!(access.roles);
        }
        claims["oid"] = subject.into();
        claims["tid"] = access.tid.into();
        claims["uti"] = base64url(uuid::Uuid::new_v4().as_bytes()).into();
        claims["ver"] = if v1 { "1.0" } else { "2.0" }.into();
        claims
    }

    /// A signed access token.
    pub(super) fn access_token(&self, base: &str, access: &Access<'_>) -> Result<String, Refusal> {
        self.issuers.remember(base);
        let key = self.keys.current().map_err(Refusal::fault)?;
        let claims = self.access_claims(base, access);
        key.token(&header(&key.kid, access.version), &claims.to_string())
            .map_err(Refusal::fault)
    }

    /// The claims of an id_token for `client_id`, issued now.
    pub(super) fn id_claims(&self, base: &str, client_id: &str, user: &User, version: u8) -> Value {
        let now = self.now();
        let mut claims = json!({
            "aud": client_id,
            "iss": self.issuers.name(base, &user.tenant, version),
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "auth_time": now,
            "name": user.name,
            "oid": user.object_id,
            "preferred_username": user.username,
            "sub": pairwise(&user.object_id, client_id),
            "tid": user.tenant,
            "uti": base64url(uuid::Uuid::new_v4().as_bytes()),
            "ver": if version == 1 { "1.0" } else { "2.0" },
        });
        if version == 1 {
            claims["upn"] = user.username.as_str().into();
            claims["unique_name"] = user.username.as_str().into();
        }
        claims
    }

    /// The token endpoint's response for a user.
    pub(super) fn user_tokens(&self, base: &str, tokens: &UserTokens<'_>) -> Result<Value, Refusal> {
        let access = &tokens.access;
        let mut body = self.access_body(base, access)?;
        body["scope"] = granted_scope(&access.asked, &access.scopes, &tokens.oidc).into();
        let Some(user) = access.user else { return Ok(body) };
        if let Some(family) = tokens.family {
            let token = format!("1.{}", crate::seed::random_text::<48>());
            let issued = RefreshToken {
                family,
                issued_at: self.now(),
                redeemed: None,
            };
            self.store().keep_refresh_token(token.clone(), issued);
            body["refresh_token"] = token.into();
        }
        if tokens.oidc.iter().any(|scope| scope == "openid") {
            let mut claims = self.id_claims(base, &access.app.client_id, user, 2);
            if let Some(nonce) = &tokens.nonce {
                claims["nonce"] = nonce.as_str().into();
            }
            let key = self.keys.current().map_err(Refusal::fault)?;
            let token = key.token(&header(&key.kid, 2), &claims.to_string());
            body["id_token"] = token.map_err(Refusal::fault)?.into();
        }
        body["client_info"] = client_info(user).into();
        Ok(body)
    }

    /// The members that every response with an access token has.
    pub(super) fn access_body(&self, base: &str, access: &Access<'_>) -> Result<Value, Refusal> {
        let token = self.access_token(base, access)?;
        let lifetime = access.lifetime;
        Ok(json!({
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
            "access_token": token,
        }))
    }
}

/// The response's `client_info`: the user's object id and tenant, from which MSAL identifies the account.
pub(crate) fn client_info(user: &User) -> String {
    base64url(json!({ "uid": user.object_id, "utid": user.tenant }).to_string())
}

/// The granted permissions as the response lists them: with their resource, except Microsoft Graph's.
fn granted_scope(asked: &Asked, scopes: &[String], oidc: &[String]) -> String {
    let full = |name: &String| match asked.app_id.as_str() {
        GRAPH_APP_ID => name.clone(),
        _ => format!("{}/{name}", asked.identifier),
    };
    let oidc = oidc.iter().filter(|scope| *scope != "offline_access").cloned();
    scopes.iter().map(full).chain(oidc).collect::<Vec<_>>().join(" ")
}

/// A pairwise `sub`: it differs per audience, so that two audiences cannot correlate a user by it.
pub(crate) fn pairwise(oid: &str, audience: &str) -> String {
    base64url(digest(&SHA256, format!("{oid} {audience}").as_bytes()))
}

/// The object id of an app's service principal in a tenant.
pub(crate) fn service_principal(client_id: &str, tid: &str) -> String {
    let hash = digest(&SHA256, format!("{client_id} {tid}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}
