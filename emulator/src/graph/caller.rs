//! The caller, identified by a token for Graph, and the caller's permissions.

use std::sync::Arc;

use super::answer::Refusal;
use crate::entra::{Claims, Entra};
use crate::http::{Checks, WireRequest};
use crate::seed::{GRAPH_APP_ID, GRAPH_URI, Seed, User};

/// The kind of access that an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

impl Access {
    /// The delegated permissions of which one is sufficient, according to Graph's documentation.
    fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Read => &[
                "User.Read",
                "User.ReadWrite",
                "User.Read.All",
                "User.ReadWrite.All",
            ],
            Self::Write => &["User.ReadWrite", "User.ReadWrite.All"],
        }
    }
}

/// A user, and the app that calls on their behalf.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) user: User,
    pub(super) claims: Claims,
}

impl Caller {
    pub(super) fn of(
        entra: &Entra,
        seed: &Arc<Seed>,
        request: &WireRequest,
        checks: &mut Checks,
    ) -> Result<Self, Refusal> {
        let bearer = request.header("authorization").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let Some(token) = bearer.filter(|token| !token.is_empty()) else {
            checks.fail("bearer", "none was sent");
            return Err(Refusal::unauthenticated("Access token is empty."));
        };
        let claims = entra
            .verify(token, &[GRAPH_URI, GRAPH_APP_ID], checks)
            .map_err(|problem| {
                Refusal::unauthenticated(match problem.check {
                    "audience" => "Access token validation failure. Invalid audience.",
                    "lifetime" => "Lifetime validation failed, the token is expired.",
                    _ => "Access token validation failure.",
                })
            })?;
        if !checks.note("delegated", !claims.app_only, "me is the user of the token") {
            return Err(Refusal::bad_request(
                "/me request is only valid with delegated authentication flow.",
            ));
        }
        let user = seed.user(&claims.tid, &claims.oid);
        checks.note("user", user.is_some(), claims.oid.as_str());
        match user {
            Some(user) => Ok(Self {
                user: user.clone(),
                claims,
            }),
            None => Err(Refusal::unauthenticated("The token has no user.")),
        }
    }

    /// Checks that the caller has a permission for this access.
    pub(super) fn needs(&self, access: Access, checks: &mut Checks) -> Result<(), Refusal> {
        let enough = access.permissions();
        let held = self
            .claims
            .scopes
            .iter()
            .any(|scope| enough.contains(&scope.as_str()));
        let detail = format!("{} (one of: {})", self.claims.scopes.join(" "), enough.join(" "));
        if checks.note("permission", held, detail) {
            Ok(())
        } else {
            Err(Refusal::denied())
        }
    }

    /// The `@odata.context` of a part of this user's data.
    pub(super) fn context(&self, request: &WireRequest, of: &str) -> String {
        let id = &self.user.object_id;
        format!("{}/v1.0/$metadata#users('{id}'){of}", request.base_url())
    }
}
