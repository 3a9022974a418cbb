//! Errors about a client, or about the parameters that it sent.

use super::Refusal;

impl Refusal {
    pub(crate) fn fault(what: String) -> Self {
        Self {
            status: 500,
            ..Self::new("server_error", 90033, what)
        }
    }

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
}
