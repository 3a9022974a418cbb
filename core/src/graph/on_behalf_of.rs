//! The on-behalf-of flow: exchanges the caller's bearer token at Entra for a token for Graph.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tracing::info;
use zeroize::Zeroizing;

use super::error::{MappingError, MappingFailure};
use super::request::{Deadline, TIMEOUT, refusal, request, send};
use crate::cache::{Digest, DigestCache, digest};
use crate::clock::after;
use crate::credential::challenge;
use crate::entra::guid::is_guid;
use crate::error::{Error, ErrorKind};
use crate::models::AccessToken;
use crate::pipeline::Pipeline;
use crate::protocol::{Method, RawResponse};
use crate::redact::redact_exact;
use crate::secret::Secret;
use crate::single_flight::SingleFlight;

/// A token with less time left than this is replaced.
const MARGIN: Duration = Duration::from_secs(300);
const MOST_TOKENS: u64 = 10_000;
/// After this time without use, a token is evicted. Entra's tokens are valid for 60 to 90 minutes, or up to
/// 28 hours.
const IDLE: Duration = Duration::from_secs(3600);

/// The characters that are not escaped in a form.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Tokens for Graph on behalf of callers. Concurrent calls with the same bearer token share one request to
/// Entra.
pub(super) struct OnBehalfOf {
    shared: Arc<Shared>,
    fetches: SingleFlight<Digest, Result<AccessToken, MappingError>>,
}

struct Shared {
    entra: Pipeline,
    authority: String,
    client_id: String,
    client_secret: Secret,
    scope: String,
    /// By the digest of the bearer token.
    tokens: DigestCache<AccessToken>,
}

impl OnBehalfOf {
    /// Creates the flow with the pipeline for requests to Entra.
    pub(super) fn new(
        entra: Pipeline,
        authority: String,
        client_id: String,
        client_secret: Secret,
        scope: String,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                entra,
                authority,
                client_id,
                client_secret,
                scope,
                tokens: DigestCache::new(MOST_TOKENS, |options| options.time_to_idle(IDLE)),
            }),
            fetches: SingleFlight::default(),
        }
    }

    /// Returns a token for Graph, and whether it was cached.
    ///
    /// The request to Entra ends after [`TIMEOUT`], whichever caller started it. Callers limit their own
    /// wait.
    pub(super) async fn token(
        &self,
        tenant_id: &str,
        bearer: &Secret,
    ) -> Result<(Secret, bool), MappingError> {
        let hash = digest([bearer.expose().as_bytes()]);
        if let Some(cached) = self.shared.cached(hash) {
            return Ok((cached.token, true));
        }
        let (shared, tenant_id, bearer) = (Arc::clone(&self.shared), tenant_id.to_owned(), bearer.clone());
        let joined = self
            .fetches
            .join(hash, || async move {
                // Another request may have ended since the cache was read above.
                if let Some(cached) = shared.cached(hash) {
                    return Ok(cached);
                }
                let deadline = Deadline::within(TIMEOUT);
                let token = shared.fetch(&tenant_id, bearer.expose(), deadline).await?;
                shared.tokens.insert(hash, Arc::new(token.clone()));
                Ok(token)
            })
            .await;
        match joined {
            Some(joined) => joined.value.map(|token| (token.token, false)),
            None => Err(MappingError::new(
                MappingFailure::Internal,
                Error::new(
                    ErrorKind::Internal,
                    "The request for a token ended without a result.",
                ),
            )),
        }
    }

    /// Evicts the token for this bearer token, because Graph rejected it.
    pub(super) fn forget(&self, bearer: &Secret) {
        self.shared
            .tokens
            .invalidate(&digest([bearer.expose().as_bytes()]));
    }
}

impl Shared {
    /// The cached token, unless it expires soon.
    fn cached(&self, bearer: Digest) -> Option<AccessToken> {
        let token = self.tokens.get(&bearer)?;
        (token.expires_on > after((self.entra.now)(), MARGIN)).then(|| AccessToken::clone(&token))
    }

    async fn fetch(
        &self,
        tenant_id: &str,
        bearer: &str,
        deadline: Deadline,
    ) -> Result<AccessToken, MappingError> {
        if !is_guid(tenant_id) {
            let error = Error::invalid_argument("tenant_id", "It must be a GUID.");
            return Err(MappingError::new(MappingFailure::Internal, error));
        }
        let mut token_request = request(
            Method::Post,
            format!("{}/{tenant_id}/oauth2/v2.0/token", self.authority),
            vec![
                ("accept", "application/json".to_owned()),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ],
        );
        token_request.body = form(&[
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.expose()),
            ("assertion", bearer),
            ("requested_token_use", "on_behalf_of"),
            ("scope", &self.scope),
        ]);
        let answer = send(&self.entra, token_request, deadline, MappingFailure::EntraFailed)
            .await
            .result?;
        answer.read(|response| {
            if response.status == 200 {
                return read_token(response);
            }
            let mut refused = read_refusal(response);
            let secrets = [bearer, self.client_secret.expose()];
            let details = refused.error.details_mut();
            details.reason = redact_exact(&details.reason, &secrets);
            details.code = details.code.as_ref().map(|code| redact_exact(code, &secrets));
            info!(
                status = response.status,
                code = refused.error.code,
                failure = refused.failure.code(),
                "Entra rejected a request for a token on behalf of a caller"
            );
            Err(refused)
        })
    }
}

/// `application/x-www-form-urlencoded`, written into memory that is zeroized.
fn form(fields: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let size = fields
        .iter()
        .map(|(name, value)| name.len() + 3 * value.len() + 2)
        .sum();
    let mut body = Zeroizing::new(Vec::with_capacity(size));
    for (name, value) in fields {
        if !body.is_empty() {
            body.push(b'&');
        }
        body.extend_from_slice(name.as_bytes());
        body.push(b'=');
        for part in utf8_percent_encode(value, PLAIN) {
            body.extend_from_slice(part.as_bytes());
        }
    }
    body
}

#[derive(Deserialize)]
struct Granted<'a> {
    // Borrowed, so that there is no copy to zeroize. Possible because tokens need no JSON escapes.
    access_token: &'a str,
    token_type: &'a str,
    #[serde(deserialize_with = "seconds")]
    expires_in: u64,
}

/// Whole seconds as a number, or as text, as Entra's older endpoints return them.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .ok_or_else(|| D::Error::custom("no whole number of seconds"))
}

fn read_token(response: &RawResponse<'_>) -> Result<AccessToken, MappingError> {
    let unexpected = || {
        MappingError::unexpected(
            MappingFailure::EntraFailed,
            "Entra answered 200, but not with a bearer token and its lifetime.",
        )
    };
    let granted: Granted<'_> = serde_json::from_slice(response.body).map_err(|_| unexpected())?;
    let usable =
        !granted.access_token.is_empty() && granted.access_token.bytes().all(|b| b.is_ascii_graphic());
    let expires_on = response
        .received_at
        .checked_add(Duration::from_secs(granted.expires_in))
        .unwrap_or(SystemTime::UNIX_EPOCH);
    if !usable || !granted.token_type.eq_ignore_ascii_case("bearer") {
        return Err(unexpected());
    }
    Ok(AccessToken {
        token: Secret::new(granted.access_token),
        expires_on,
    })
}

/// Entra's error. Each member is read separately: an unexpected type must not hide the others.
struct Refused {
    error: String,
    suberror: String,
    error_codes: Vec<i64>,
    claims: Option<String>,
}

impl Refused {
    fn read(body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let code = |code: &Value| code.as_i64().or_else(|| code.as_str()?.parse().ok());
        Self {
            error: text("error").unwrap_or_default(),
            suberror: text("suberror").unwrap_or_default(),
            error_codes: body["error_codes"]
                .as_array()
                .map(|codes| codes.iter().filter_map(code).collect())
                .unwrap_or_default(),
            claims: text("claims"),
        }
    }
}

/// Entra's error codes for an unusable bearer token: 50013 invalid, 500131 for another audience, 500133
/// outside its lifetime, 50020 and 51004 of an unknown user.
const BAD_ASSERTION: [i64; 5] = [50013, 500_131, 500_133, 50020, 51004];
/// Entra's error codes for missing consent: none given (65001), only an administrator can (90094, 90093),
/// declined (65004).
const CONSENT: [i64; 4] = [65001, 65004, 90093, 90094];

fn read_refusal(response: &RawResponse<'_>) -> MappingError {
    let refused = Refused::read(response.body);
    let has = |codes: &[i64]| refused.error_codes.iter().any(|code| codes.contains(code));
    let consent =
        refused.suberror == "consent_required" || refused.error == "consent_required" || has(&CONSENT);
    let claims = refused.claims.and_then(challenge::checked);
    let failure = match (response.status, refused.error.as_str()) {
        (400 | 401 | 403, _) if consent => MappingFailure::ConsentRequired,
        (400 | 401 | 403, "interaction_required" | "login_required") => MappingFailure::InteractionRequired,
        (400 | 401 | 403, _) if claims.is_some() => MappingFailure::InteractionRequired,
        (400 | 401 | 403, "invalid_grant") if has(&BAD_ASSERTION) => MappingFailure::BearerRejected,
        // A revoked session, an expired password or a disabled user: the user learns which by signing in
        // again.
        (400 | 401 | 403, "invalid_grant") => MappingFailure::InteractionRequired,
        (400..=428 | 430..=499, _) => MappingFailure::EntraRefused,
        _ => MappingFailure::EntraFailed,
    };
    let mut error = refusal("Entra", response);
    if let (Some(name), Some(number)) = (&error.code, refused.error_codes.first()) {
        let code = format!("{name} AADSTS{number}");
        error = error.with_code(code);
    }
    MappingError::new(failure, error).with_claims(claims)
}

impl fmt::Debug for OnBehalfOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnBehalfOf")
            .field("authority", &self.shared.authority)
            .field("client_id", &self.shared.client_id)
            .field("scope", &self.shared.scope)
            .finish_non_exhaustive()
    }
}
