//! Verifies the bearer tokens of a back end's callers, with the keys that Entra publishes and the
//! rules for an API's access tokens.

mod builder;
mod documents;
mod fetch;
mod key_store;
mod rejection;
mod rsa;
mod rules;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use tracing::info;

pub use self::builder::TokenVerifierBuilder;
use self::documents::{DocumentId, Key};
use self::key_store::{KeyStore, NoKey};
use self::rejection::Rejection;
use self::rules::{Origin, Rules};
use super::jwt::{self, Unreadable, Unverified};
use crate::clock::Now;
use crate::cloud::TokenVersion;
use crate::error::{Error, ErrorKind, Result};
use crate::unix_time::unix_seconds;

/// Verifies the bearer tokens of a back end's callers: Microsoft 365 users signed in through a
/// known app.
///
/// A token is accepted if a key that Entra publishes for its issuer signed it with RS256, and if
/// its issuer, tenant, audience, lifetime, application and permission are the configured ones.
/// Clones are cheap and share the keys, which are fetched when the first token arrives and stay in
/// use during outages of Entra, for 7 days at most.
///
/// ```no_run
/// # async fn verify(bearer_token: &str) -> acs_auth::Result<()> {
/// use acs_auth::entra::verify::TokenVerifier;
///
/// let verifier = TokenVerifier::builder()
///     .tenant_id("c0c0c0c0-0000-4000-8000-000000000001")
///     .audience("api://1fec8e78-bce4-4aaf-ab1b-5451cc387264") // tokens of version 1
///     .audience("1fec8e78-bce4-4aaf-ab1b-5451cc387264") // tokens of version 2
///     .allowed_client_id("2be7fa0b-1ed7-4c9a-9a2e-0ab0a8f8f3d1")
///     .build()?;
/// let caller = verifier.verify(bearer_token).await?;
/// println!("user {} of tenant {}", caller.object_id, caller.tenant_id);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TokenVerifier {
    inner: Arc<Inner>,
}

struct Inner {
    rules: Rules,
    keys: KeyStore,
    now: Now,
}

/// The caller, and what accepting its token depended on: the same token is accepted again while the time is
/// in `valid` and the issuer's keys are still those of the document `keys`.
#[derive(Debug, Clone)]
#[cfg_attr(
    not(feature = "handler"),
    allow(dead_code, reason = "only a handler accepts a token again")
)]
pub(crate) struct Verdict {
    pub(crate) token: Arc<VerifiedToken>,
    keys: DocumentId,
    valid: Range<i64>,
}

/// The caller, as named by a verified token. Identify a user only by tenant and object id together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// `tid`: the user's tenant.
    pub tenant_id: String,
    /// `oid`: the user.
    pub object_id: String,
    /// `azp` or `appid`: the application that calls on behalf of the user.
    pub client_id: String,
    /// `scp`: the permissions.
    pub scopes: Vec<String>,
    /// The token's version.
    pub version: TokenVersion,
    /// When it expires. The verifier accepts it until then plus the clock skew.
    pub expires_on: SystemTime,
}

impl TokenVerifier {
    /// Returns a builder with the default options. Tenant, audience and applications must be set.
    pub fn builder() -> TokenVerifierBuilder {
        TokenVerifierBuilder::default()
    }

    /// Verifies a bearer token, passed without the word `Bearer`.
    ///
    /// The error is for the log. Return only its kind to the caller, not which check failed.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthorized`] if the token is not valid for this API, [`ErrorKind::Forbidden`]
    /// if it is valid but its tenant, application or permissions are not allowed; `code` names the
    /// check. [`ErrorKind::TransportError`] with `code` = `keys_unreachable` if the key is unknown
    /// and Entra cannot be reached.
    pub async fn verify(&self, bearer_token: &str) -> Result<VerifiedToken> {
        Ok(Arc::unwrap_or_clone(self.judge(bearer_token).await?.token))
    }

    /// Like [`Self::verify`], but returns also what `still_holds` needs to accept the same token again.
    pub(crate) async fn judge(&self, bearer_token: &str) -> Result<Verdict> {
        let verified = self.inner.verify(bearer_token).await;
        if let Err(error) = &verified {
            info!(
                check = error.code.as_deref(),
                "a caller's bearer token was rejected: {}", error.reason
            );
        }
        verified
    }

    /// Returns whether this verdict's token would be accepted now. Fetches old keys again, like
    /// [`Self::verify`].
    #[cfg(feature = "handler")]
    pub(crate) async fn still_holds(&self, verdict: &Verdict) -> bool {
        let inner = &self.inner;
        verdict.valid.contains(&unix_seconds((inner.now)()))
            && inner.keys.is_current(verdict.token.version, verdict.keys).await
    }

    /// Returns whether the keys for verification are available; fetches them if they are not.
    pub async fn keys_reachable(&self) -> bool {
        self.inner.keys.is_reachable().await
    }
}

impl Inner {
    async fn verify(&self, token: &str) -> Result<Verdict> {
        let unverified = jwt::read(token).map_err(|unreadable| match unreadable {
            Unreadable::Opaque(_) => Rejection::Opaque,
            Unreadable::Malformed(_) => Rejection::Malformed,
        })?;
        let kid = key_id(&unverified.header)?;
        let origin = self.rules.origin(&unverified.claims)?;
        let now = unix_seconds((self.now)());
        let caller = self.rules.check(&origin, &unverified.claims, now)?;
        let (keys, document) =
            self.keys
                .find(origin.version, kid)
                .await
                .map_err(|problem| match problem {
                    NoKey::Unknown => Rejection::KeyUnknown.into(),
                    NoKey::Unreachable => unreachable_keys(),
                })?;
        let signed_by = check_signature(token, &unverified, &keys)?;
        self.rules.check_tenant(&origin)?;
        if !signed_by.into_iter().any(|key| self.signs_for(key, &origin)) {
            return Err(Rejection::KeyIssuer.into());
        }
        let scopes = self.rules.check_permissions(&caller, &unverified.claims)?;
        let expires_at = u64::try_from(caller.expires_at).unwrap_or_default();
        let token = VerifiedToken {
            tenant_id: origin.tenant_id,
            object_id: caller.object_id,
            client_id: caller.client_id,
            scopes,
            version: origin.version,
            expires_on: UNIX_EPOCH
                .checked_add(Duration::from_secs(expires_at))
                .unwrap_or(UNIX_EPOCH),
        };
        Ok(Verdict {
            token: Arc::new(token),
            keys: document,
            valid: caller.valid,
        })
    }

    /// Whether the key's issuer, if its document names one, is the token's. Documents of version 1 may name
    /// the issuer in the form of version 2.
    fn signs_for(&self, key: &Key, origin: &Origin) -> bool {
        let Some(issuer) = &key.issuer else {
            return true;
        };
        let issuer = issuer.replace("{tenantid}", &origin.tenant_id);
        issuer == origin.issuer || issuer == self.rules.cloud.issuer(TokenVersion::V2, &origin.tenant_id)
    }
}

/// Returns the header's `kid`. Rejects algorithms other than RS256, and unsupported types and extensions.
/// Keys and URLs in the header are ignored.
fn key_id(header: &Map<String, Value>) -> std::result::Result<&str, Rejection> {
    let text = |name| header.get(name).and_then(Value::as_str);
    if header.get("alg").and_then(Value::as_str) != Some("RS256") {
        return Err(Rejection::Algorithm);
    }
    let is_jwt = |typ: &str| typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("at+jwt");
    let has_usual_typ = header
        .get("typ")
        .is_none_or(|typ| typ.as_str().is_some_and(is_jwt));
    if header.contains_key("crit") || header.contains_key("b64") || !has_usual_typ {
        return Err(Rejection::Header);
    }
    text("kid")
        .filter(|kid| !kid.is_empty() && kid.len() <= 256)
        .ok_or(Rejection::KeyIdMissing)
}

/// Returns the keys that signed the token, at least one.
fn check_signature<'a>(
    token: &str,
    unverified: &Unverified,
    keys: &'a [Key],
) -> std::result::Result<Vec<&'a Key>, Rejection> {
    #[cfg(test)]
    jwt::WORK.set(jwt::Work {
        signatures: jwt::WORK.get().signatures + 1,
        ..jwt::WORK.get()
    });
    let (message, _) = token.rsplit_once('.').ok_or(Rejection::Malformed)?;
    let signed_by: Vec<&Key> = keys
        .iter()
        .filter(|key| key.key.signed(message, &unverified.signature))
        .collect();
    if signed_by.is_empty() {
        return Err(Rejection::Signature);
    }
    Ok(signed_by)
}

fn unreachable_keys() -> Error {
    Error::new(
        ErrorKind::TransportError,
        "The issuer's keys cannot be read, and the token's is not among those known.",
    )
    .with_code("keys_unreachable")
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("rules", &self.inner.rules)
            .finish_non_exhaustive()
    }
}
