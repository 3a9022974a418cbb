//! Errors that end a user's sign-in.

use super::Refusal;
use serde_json::json;

/// The conditional access policy that claims challenges name.
const POLICY: &str = "ca9011c1-0000-4000-8000-000000000001";

impl Refusal {
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

    /// Like [`Self::consent_required`], for authorize with `prompt=none`: OpenID Connect has its own error
    /// name for that.
    pub(crate) fn consent_required_silently(name: &str) -> Self {
        Self {
            error: "consent_required",
            ..Self::consent_required(name)
        }
    }

    /// A second factor is needed; `registered` is whether the user has set one up.
    pub(crate) fn mfa_required(registered: bool) -> Self {
        let (code, text) = match registered {
            true => (50076, "The resource needs multi-factor authentication."),
            false => (50079, "The user has to set up multi-factor authentication first."),
        };
        let challenge = json!({ "access_token": { "capolids": { "essential": true, "values": [POLICY] } } });
        Self {
            suberror: Some("basic_action"),
            claims: Some(challenge.to_string()),
            ..Self::new("interaction_required", code, text)
        }
    }

    pub(crate) fn mfa_denied() -> Self {
        Self::new("access_denied", 500_121, "The user refused the second factor.")
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
}
