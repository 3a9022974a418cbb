//! The checks of an inspection.

mod expiry;
mod issued_to;
mod made_for;

use super::Outcome;
use super::claims::{Claim, Claims};
use crate::entra::jwt::{Unreadable, Unverified};

pub(super) use expiry::expiry;
pub(super) use issued_to::{app, tenant, user};
pub(super) use made_for::{audience, scopes};

use super::words::shown;

/// What a check found.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) outcome: Outcome,
    pub(super) explanation: String,
}

impl Found {
    pub(super) fn passed(explanation: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Passed,
            explanation: explanation.into(),
        }
    }

    pub(super) fn failed(explanation: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Failed,
            explanation: explanation.into(),
        }
    }

    pub(super) fn not_checked(explanation: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::NotChecked,
            explanation: explanation.into(),
        }
    }

    /// A claim of another type than Entra uses.
    fn wrong_type(claim: &str, is: &str, should_be: &str) -> Self {
        Self::failed(format!(
            "The claim {claim} is {is}; Entra writes {should_be}, so this token is not Entra's or was changed."
        ))
    }
}

/// Checks that the token can be read and has an algorithm that Entra could use.
pub(super) fn shape(read: Result<Unverified, Unreadable>) -> (Found, Option<Unverified>) {
    let token = match read {
        Ok(token) => token,
        Err(Unreadable::Opaque(opaque)) => {
            let explanation = format!(
                "The token is {opaque}: only ACS can read it, so nothing else was checked. If ACS rejects it, make sure that \
                 it is the access token that MSAL gave, not a refresh token."
            );
            return (Found::not_checked(explanation), None);
        }
        Err(Unreadable::Malformed(malformed)) => {
            let explanation = format!(
                "This is not an Entra access token: {malformed}. Pass the access token unchanged as MSAL returned it."
            );
            return (Found::failed(explanation), None);
        }
    };
    let algorithm = token
        .header
        .get("alg")
        .and_then(|alg| alg.as_str())
        .unwrap_or_default();
    let found = if algorithm.is_empty() {
        Found::failed("The token's header names no algorithm (alg); Entra signs with RS256.")
    } else if algorithm.eq_ignore_ascii_case("none") || algorithm.to_ascii_uppercase().starts_with("HS") {
        Found::failed(format!(
            "The token's header has the algorithm {}, with which anyone can make a token; Entra signs with RS256.",
            shown(algorithm)
        ))
    } else {
        let version = match Claims(&token.claims).text("ver") {
            Claim::Is(version) => format!("of version {}", shown(version)),
            Claim::Absent | Claim::Wrong(_) => "of no version that it names".to_owned(),
        };
        Found::passed(format!(
            "A JWT {version} that says it is signed with {}; the signature is not verified.",
            shown(algorithm)
        ))
    };
    (found, Some(token))
}
