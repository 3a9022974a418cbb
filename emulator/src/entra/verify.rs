//! Verifies access tokens of this emulator.

use super::Entra;
use super::claims::{Claims, integer, list, text, words};
use super::jwt::{self, Parsed};
use crate::http::Checks;
use serde_json::{Map, Value};

/// Why a token was rejected. It never contains the token or a part of its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenProblem {
    /// The check that failed: `form`, `algorithm`, `key`, `signature`, `issuer`, `audience`, `lifetime`,
    /// `token kind`.
    pub check: &'static str,
    /// What was found in the token.
    pub detail: String,
}

impl std::fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.check, self.detail)
    }
}

impl std::error::Error for TokenProblem {}

impl Entra {
    /// Verifies an access token: its form, signature by `kid`, issuer, lifetime and audience (one of
    /// `audiences`, a final slash ignored).
    ///
    /// Scopes, roles, client and user are not checked; that is up to the caller.
    ///
    /// # Errors
    /// The first check that failed, which is also noted in `checks`.
    pub fn verify(
        &self,
        token: &str,
        audiences: &[&str],
        checks: &mut Checks,
    ) -> Result<Claims, TokenProblem> {
        let outcome = self.verify_any_audience(token, checks).and_then(|claims| {
            let wanted = || audiences.join(" or ");
            step(checks, "audience", names(audiences, &claims.aud), || {
                format!("{} (accepted: {})", claims.aud, wanted())
            })?;
            Ok(claims)
        });
        if let Err(problem) = &outcome {
            checks.fail(problem.check, problem.detail.clone());
        }
        outcome
    }

    /// Verifies an access token without checking its audience. Unlike [`Self::verify`], it does not note a
    /// failed check.
    pub(super) fn verify_any_audience(
        &self,
        token: &str,
        checks: &mut Checks,
    ) -> Result<Claims, TokenProblem> {
        let payload = self.verify_signed(token, checks)?;
        self.trusted(&payload, checks)
    }

    /// The payload of a token that one of the published keys signed.
    fn verify_signed(&self, token: &str, checks: &mut Checks) -> Result<Map<String, Value>, TokenProblem> {
        let Parsed {
            header,
            payload,
            signing_input,
            signature,
        } = jwt::parse(token).map_err(|detail| TokenProblem {
            check: "form",
            detail,
        })?;
        let alg = text(&header, "alg").unwrap_or("absent");
        step(checks, "algorithm", alg == "RS256", || {
            format!("{} (RS256 only)", shorten(alg))
        })?;
        let critical = header.contains_key("crit");
        step(checks, "form", !critical, || {
            if critical {
                "crit in the header".into()
            } else {
                "three parts, no crit".into()
            }
        })?;
        let kid = text(&header, "kid").unwrap_or("absent");
        let key = self.keys.find(kid);
        step(checks, "key", key.is_some(), || format!("kid {}", shorten(kid)))?;
        let valid = key.is_some_and(|key| key.verifies(signing_input.as_bytes(), &signature));
        step(checks, "signature", valid, || {
            if valid { "valid" } else { "not that of the key" }.into()
        })?;
        Ok(payload)
    }

    fn trusted(&self, payload: &Map<String, Value>, checks: &mut Checks) -> Result<Claims, TokenProblem> {
        let ver = match text(payload, "ver") {
            Some("1.0") => 1,
            Some("2.0") => 2,
            _ => return problem("token kind", "ver is neither 1.0 nor 2.0"),
        };
        let tid = text(payload, "tid").unwrap_or_default();
        if !is_guid(tid) {
            return problem("issuer", "tid is not a GUID");
        }
        let iss = text(payload, "iss").unwrap_or("absent");
        let ours = &self.issuers;
        step(checks, "issuer", ours.is_ours(iss, tid, ver), || {
            format!("{} for tid {tid}", shorten(iss))
        })?;
        let (iat, exp) = self.lifetime(payload, checks)?;
        let Some(client_id) = text(payload, if ver == 1 { "appid" } else { "azp" }) else {
            return problem(
                "token kind",
                "it names no client, so it is no access token (an id_token?)",
            );
        };
        let Some(oid) = text(payload, "oid") else {
            return problem("token kind", "oid is missing");
        };
        let owned = |name| text(payload, name).map(str::to_owned);
        Ok(Claims {
            tid: tid.to_owned(),
            oid: oid.to_owned(),
            client_id: client_id.to_owned(),
            scopes: words(payload, "scp"),
            roles: list(payload, "roles"),
            aud: owned("aud").unwrap_or_default(),
            iat,
            exp,
            ver,
            app_only: text(payload, "idtyp") == Some("app"),
            mfa: list(payload, "amr").iter().any(|how| how == "mfa") || !list(payload, "acrs").is_empty(),
            name: owned("name"),
            username: owned("preferred_username").or_else(|| owned("upn")),
        })
    }

    fn lifetime(
        &self,
        payload: &Map<String, Value>,
        checks: &mut Checks,
    ) -> Result<(i64, i64), TokenProblem> {
        let whole = |name| integer(payload, name);
        let (Some(iat), Some(nbf), Some(exp)) = (whole("iat"), whole("nbf"), whole("exp")) else {
            return problem("lifetime", "iat, nbf and exp must be there, as whole numbers");
        };
        let (now, skew) = (self.now(), self.options.clock_skew);
        let lasts = exp.saturating_sub(iat);
        let believable = lasts <= self.options.max_lifetime;
        step(checks, "lifetime", believable, || format!("it lasts {lasts} s"))?;
        let begun = nbf <= now.saturating_add(skew);
        step(checks, "lifetime", begun, || {
            format!("valid from {} s ago", now.saturating_sub(nbf))
        })?;
        let left = exp.saturating_sub(now);
        step(checks, "lifetime", left > -skew, || format!("{left} s left"))?;
        Ok((iat, exp))
    }
}

/// Notes a check that passed. One that failed is returned, and noted once by the caller.
fn step(
    checks: &mut Checks,
    check: &'static str,
    ok: bool,
    detail: impl FnOnce() -> String,
) -> Result<(), TokenProblem> {
    if !ok {
        return Err(TokenProblem {
            check,
            detail: detail(),
        });
    }
    checks.pass(check, detail());
    Ok(())
}

fn problem<T>(check: &'static str, detail: &str) -> Result<T, TokenProblem> {
    Err(TokenProblem {
        check,
        detail: detail.to_owned(),
    })
}

fn names(audiences: &[&str], aud: &str) -> bool {
    let bare = |uri: &str| uri.trim_end_matches('/').to_ascii_lowercase();
    !aud.is_empty() && audiences.iter().any(|audience| bare(audience) == bare(aud))
}

/// A GUID in its usual form: 36 characters, lower or upper case.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 120 {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(120).collect::<String>())
}
