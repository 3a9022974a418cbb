//! Refusals, by their AADSTS codes. The texts are the emulator's own; clients must not read them.

use super::Entra;
use crate::http::{Reply, WireRequest};
use serde_json::{Value, json};

/// A refusal, as the token endpoint and the redirect of authorize report it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) error: &'static str,
    pub(crate) code: u32,
    pub(crate) text: String,
    pub(crate) suberror: Option<&'static str>,
    pub(crate) status: u16,
}

/// The ids and the time under which a request is traced.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub(crate) trace_id: String,
    pub(crate) correlation_id: String,
    pub(crate) timestamp: String,
}

impl Entra {
    /// Ids for this request; the client's own correlation id is kept if it is a GUID.
    pub(super) fn trace(&self, request: &WireRequest, sent: Option<&str>) -> Trace {
        let sent = sent.or_else(|| request.header("client-request-id"));
        let kept = sent
            .and_then(|id| uuid::Uuid::parse_str(id).ok())
            .unwrap_or_else(uuid::Uuid::new_v4);
        let at = jiff::Timestamp::from_second(self.now()).unwrap_or_default();
        Trace {
            trace_id: uuid::Uuid::new_v4().to_string(),
            correlation_id: kept.to_string(),
            timestamp: at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}

impl Refusal {
    fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self {
            error,
            code,
            text: text.into(),
            suberror: None,
            status: 400,
        }
    }

    fn client(code: u32, text: impl Into<String>) -> Self {
        Self {
            status: 401,
            ..Self::new("invalid_client", code, text)
        }
    }

    /// `AADSTSnnnnn: …`, with the trace's ids.
    pub(crate) fn description(&self, trace: &Trace) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.code, self.text, trace.trace_id, trace.correlation_id, trace.timestamp
        )
    }

    /// The JSON body of the token endpoint.
    pub(crate) fn reply(&self, trace: &Trace, base: &str) -> Reply {
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(trace),
            "error_codes": [self.code],
            "timestamp": trace.timestamp,
            "trace_id": trace.trace_id,
            "correlation_id": trace.correlation_id,
            "error_uri": format!("{base}/error?code={}", self.code),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = Value::from(suberror);
        }
        Reply::json(self.status, &body)
    }

    pub(crate) fn fault(what: String) -> Self {
        Self {
            status: 500,
            ..Self::new("server_error", 90033, what)
        }
    }

    // Tenants and apps.

    pub(crate) fn tenant_not_found(name: &str) -> Self {
        Self::new(
            "invalid_request",
            90002,
            format!("Tenant '{name}' is not in the seed."),
        )
    }

    pub(crate) fn no_tenant(name: &str) -> Self {
        Self::new(
            "invalid_request",
            50059,
            format!("'{name}' does not say which tenant is meant."),
        )
    }

    pub(crate) fn app_not_found(client_id: &str, tenant: &str) -> Self {
        let text = format!("No application '{client_id}' in the directory '{tenant}'.");
        Self::new("unauthorized_client", 700016, text)
    }

    pub(crate) fn not_in_tenant(client_id: &str, tenant: &str) -> Self {
        let text = format!("The application '{client_id}' has no service principal in '{tenant}'.");
        Self::client(7_000_229, text)
    }

    pub(crate) fn not_for_personal_accounts(client_id: &str) -> Self {
        let text = format!("The application '{client_id}' is not enabled for consumers.");
        Self::new("unauthorized_client", 700016, text)
    }

    pub(crate) fn single_tenant(name: &str) -> Self {
        let text = format!("'{name}' is not a multi-tenant application; use its tenant's endpoint.");
        Self::new("invalid_request", 50194, text)
    }

    // Client authentication.

    pub(crate) fn secret_needed() -> Self {
        Self::client(
            7_000_218,
            "The body must hold 'client_assertion' or 'client_secret'.",
        )
    }

    pub(crate) fn bad_secret(client_id: &str) -> Self {
        Self::client(7_000_215, format!("Invalid client secret for app '{client_id}'."))
    }

    pub(crate) fn public_with_secret() -> Self {
        Self::client(
            700_025,
            "The client is public, so it must not present a secret or an assertion.",
        )
    }

    pub(crate) fn bad_client_assertion(code: u32, what: &str) -> Self {
        Self::client(code, format!("The client assertion is not accepted: {what}."))
    }

    // Parameters.

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            "invalid_request",
            900_144,
            format!("The parameter '{parameter}' is missing."),
        )
    }

    pub(crate) fn malformed(what: &str) -> Self {
        Self::new(
            "invalid_request",
            9_002_313,
            format!("The request is malformed: {what}."),
        )
    }

    pub(crate) fn wrong_method(method: &str) -> Self {
        Self::new(
            "invalid_request",
            900_561,
            format!("Only POST and OPTIONS are accepted, not {method}."),
        )
    }

    pub(crate) fn redirect_mismatch(uri: &str, client_id: &str) -> Self {
        let text = format!("The redirect URI '{uri}' is not registered for the application '{client_id}'.");
        Self::new("invalid_request", 50011, text)
    }

    pub(crate) fn response_type(name: &str) -> Self {
        let text = format!("response_type '{name}' is not enabled for the application.");
        Self::new("unsupported_response_type", 700_054, text)
    }

    pub(crate) fn response_mode(name: &str) -> Self {
        Self::new(
            "invalid_request",
            90_023,
            format!("response_mode '{name}' is not supported."),
        )
    }

    pub(crate) fn prompt(name: &str) -> Self {
        Self::new(
            "invalid_request",
            90_023,
            format!("prompt '{name}' is not supported."),
        )
    }

    pub(crate) fn challenge_method(name: &str) -> Self {
        Self::new(
            "invalid_request",
            50149,
            format!("code_challenge_method '{name}' is not supported."),
        )
    }

    pub(crate) fn challenge_size() -> Self {
        Self::new(
            "invalid_request",
            501_491,
            "The code_challenge must have 43 to 128 characters.",
        )
    }

    pub(crate) fn grant_type(name: &str) -> Self {
        Self::new(
            "unsupported_grant_type",
            70003,
            format!("The grant type '{name}' is not supported."),
        )
    }

    // Scopes and resources.

    pub(crate) fn bad_scope(scope: &str) -> Self {
        Self::new(
            "invalid_scope",
            70011,
            format!("The scope '{scope}' is not valid."),
        )
    }

    pub(crate) fn not_default_scope(scope: &str) -> Self {
        let text = format!("The scope '{scope}' must be a resource followed by /.default.");
        Self::new("invalid_scope", 1_002_012, text)
    }

    pub(crate) fn two_resources(first: &str, second: &str) -> Self {
        let text = format!("The scope names more than one resource: '{first}' and '{second}'.");
        Self::new("invalid_request", 28000, text)
    }

    pub(crate) fn unknown_resource(name: &str) -> Self {
        Self::new(
            "invalid_resource",
            500_011,
            format!("There is no resource principal '{name}'."),
        )
    }

    pub(crate) fn no_service_principal(resource: &str, tenant: &str) -> Self {
        let text = format!("The tenant '{tenant}' has no service principal of '{resource}'.");
        Self::new("invalid_client", 650_052, text)
    }

    pub(crate) fn unknown_scope(scope: &str, resource: &str) -> Self {
        let text = format!("The permission '{scope}' does not exist on '{resource}'.");
        Self::new("invalid_client", 650_053, text)
    }

    // Users and consent.

    pub(crate) fn bad_password() -> Self {
        Self::new("invalid_grant", 50126, "The username or the password is wrong.")
    }

    pub(crate) fn user_not_in_tenant(user: &str, tenant: &str) -> Self {
        let text = format!("The user '{user}' does not exist in the tenant '{tenant}'.");
        Self::new("invalid_grant", 50020, text)
    }

    pub(crate) fn login_required() -> Self {
        Self::new(
            "login_required",
            50058,
            "prompt=none was sent, but nobody is signed in.",
        )
    }

    pub(crate) fn account_choice_required() -> Self {
        Self::new(
            "interaction_required",
            16000,
            "Several accounts are signed in; one must be chosen.",
        )
    }

    pub(crate) fn consent_required(name: &str) -> Self {
        let text = format!("Nobody has consented to what '{name}' asks for.");
        Self {
            suberror: Some("consent_required"),
            ..Self::new("invalid_grant", 65001, text)
        }
    }

    /// The same, for authorize with `prompt=none`, where OpenID Connect has a name of its own.
    pub(crate) fn consent_required_silently(name: &str) -> Self {
        Self {
            error: "consent_required",
            ..Self::consent_required(name)
        }
    }

    pub(crate) fn declined() -> Self {
        Self::new("access_denied", 65004, "The user declined to consent.")
    }

    pub(crate) fn admin_needed() -> Self {
        Self::new(
            "access_denied",
            90094,
            "Only an administrator may consent to this.",
        )
    }

    // Codes.

    pub(crate) fn code_used() -> Self {
        Self::new(
            "invalid_grant",
            54005,
            "The authorization code was redeemed before.",
        )
    }

    pub(crate) fn code_expired() -> Self {
        Self::new("invalid_grant", 70008, "The authorization code has expired.")
    }

    pub(crate) fn unknown_grant(what: &str) -> Self {
        Self::new(
            "invalid_grant",
            70000,
            format!("The {what} was not issued here, or not to this client."),
        )
    }

    pub(crate) fn redemption_redirect() -> Self {
        let text = "The redirect URI is not the one that the authorization code was asked with.";
        Self {
            status: 400,
            ..Self::client(500_112, text)
        }
    }

    pub(crate) fn verifier_missing() -> Self {
        Self::new(
            "invalid_grant",
            50148,
            "A code_verifier is needed: a code_challenge was sent.",
        )
    }

    pub(crate) fn verifier_mismatch() -> Self {
        Self::new(
            "invalid_grant",
            501_481,
            "The code_verifier does not fit the code_challenge.",
        )
    }

    pub(crate) fn spa_needs_pkce() -> Self {
        Self::new(
            "invalid_request",
            9_002_325,
            "A single-page application must use PKCE.",
        )
    }

    pub(crate) fn cross_origin_not_spa() -> Self {
        let text = "Cross-origin redemption is for redirect URIs of type spa only.";
        Self::new("invalid_request", 9_002_326, text)
    }

    pub(crate) fn spa_not_cross_origin() -> Self {
        let text = "Tokens of a single-page application are redeemed by cross-origin requests only.";
        Self::new("invalid_request", 9_002_327, text)
    }

    // Refresh tokens.

    pub(crate) fn refresh_expired() -> Self {
        Self::new(
            "invalid_grant",
            700_082,
            "The refresh token has expired for want of use.",
        )
    }

    pub(crate) fn spa_refresh_expired() -> Self {
        let text = "The refresh token of a single-page application has a fixed lifetime, which is over.";
        Self::new("invalid_grant", 700_084, text)
    }

    pub(crate) fn refresh_revoked() -> Self {
        let text = "The refresh token was used before, so it and its successors are revoked.";
        Self {
            suberror: Some("bad_token"),
            ..Self::new("invalid_grant", 50173, text)
        }
    }

    // On behalf of.

    pub(crate) fn assertion_audience(found: &str, expected: &str) -> Self {
        let text = format!("The assertion is for '{found}', not for the client '{expected}'.");
        Self::new("invalid_grant", 500_131, text)
    }

    pub(crate) fn bad_assertion(what: &str) -> Self {
        Self::new(
            "invalid_grant",
            50013,
            format!("The assertion is not accepted ({what})."),
        )
    }

    pub(crate) fn assertion_expired() -> Self {
        Self::new(
            "invalid_grant",
            500_133,
            "The assertion is not within its lifetime.",
        )
    }
}
