//! Errors about grants: codes, refresh tokens, device codes and assertions.

use super::Refusal;

impl Refusal {
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

    pub(crate) fn authorization_pending() -> Self {
        Self::new(
            "authorization_pending",
            70016,
            "The user has not signed in yet; keep polling.",
        )
    }

    pub(crate) fn device_declined() -> Self {
        Self::new("authorization_declined", 65004, "The user declined to sign in.")
    }

    pub(crate) fn unknown_device_code() -> Self {
        Self::new(
            "bad_verification_code",
            70018,
            "The device code was not issued to this client.",
        )
    }

    pub(crate) fn device_code_expired() -> Self {
        Self::new("expired_token", 70019, "The device code has expired.")
    }

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
