//! A request to the token endpoint, in the form its grants use.

use super::Entra;
use super::aadsts::Refusal;
use super::params::Params;
use super::scopes::{Asked, Scopes};
use super::tenant::Authority;
use crate::http::{Checks, WireRequest};
use crate::seed::Seed;
use std::cell::Cell;

/// A request to the token endpoint.
pub(super) struct TokenRequest<'a> {
    pub(super) entra: &'a Entra,
    pub(super) seed: &'a Seed,
    pub(super) wire: &'a WireRequest,
    pub(super) authority: &'a Authority,
    pub(super) base: String,
    pub(super) form: Params,
    /// Whether a page may read the response. It is set once the client, or the code or token it redeems, is
    /// known.
    pub(super) readable: Cell<bool>,
}

impl TokenRequest<'_> {
    /// A required parameter.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.form.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// Parses a scope that must name at most one resource, and notes both checks.
    pub(super) fn one_resource(&self, scope: &str, checks: &mut Checks) -> Result<(Scopes, Asked), Refusal> {
        let scopes = Scopes::parse(self.seed, scope);
        checks.note("scope", scopes.is_ok(), scope);
        let scopes = scopes?;
        let asked = scopes.single(self.seed);
        match &asked {
            Ok(asked) => checks.pass("resource", asked.identifier.clone()),
            Err(refusal) => checks.fail("resource", refusal.text.clone()),
        }
        Ok((scopes, asked?))
    }

    /// Whether the request comes from a page of another origin.
    pub(super) fn cross_origin(&self) -> bool {
        self.wire.header("origin").is_some()
    }

    /// Enforces that codes and tokens of redirect URIs of type `spa`, and only those, are redeemed by
    /// cross-origin requests.
    pub(super) fn check_origin(&self, spa: bool, checks: &mut Checks) -> Result<(), Refusal> {
        self.readable.set(spa);
        let origin = self.cross_origin();
        let found = if origin {
            "an Origin header"
        } else {
            "no Origin header"
        };
        let kind = if spa { "spa" } else { "not spa" };
        checks.note(
            "origin",
            origin == spa,
            format!("{found}, redirect URI of type {kind}"),
        );
        match (spa, origin) {
            (true, false) => Err(Refusal::spa_not_cross_origin()),
            (false, true) => Err(Refusal::cross_origin_not_spa()),
            _ => Ok(()),
        }
    }
}
