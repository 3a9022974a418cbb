//! Which endpoint a path is, and the answers that every endpoint shares.

use super::tenant::Authority;
use super::{Entra, cors};
use crate::http::{Checks, Reply, WireRequest};

/// An endpoint. Version 1 endpoints name a `resource`, version 2 a `scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Metadata { version: u8 },
    Keys { version: u8 },
    InstanceDiscovery,
    Authorize,
    Token { version: u8 },
}

impl Endpoint {
    /// Whether people see the answer.
    fn is_page(self) -> bool {
        matches!(self, Self::Authorize)
    }
}

/// An endpoint with the segment that names the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route<'a> {
    pub(crate) authority: &'a str,
    pub(crate) endpoint: Endpoint,
}

/// The endpoint that a path names.
pub(crate) fn route(path: &str) -> Option<Route<'_>> {
    let (authority, rest) = path.strip_prefix('/')?.split_once('/')?;
    let endpoint = match rest {
        "v2.0/.well-known/openid-configuration" => Endpoint::Metadata { version: 2 },
        ".well-known/openid-configuration" => Endpoint::Metadata { version: 1 },
        "discovery/v2.0/keys" => Endpoint::Keys { version: 2 },
        "discovery/keys" => Endpoint::Keys { version: 1 },
        "discovery/instance" => Endpoint::InstanceDiscovery,
        "oauth2/v2.0/authorize" | "oauth2/authorize" => Endpoint::Authorize,
        "oauth2/v2.0/token" => Endpoint::Token { version: 2 },
        "oauth2/token" => Endpoint::Token { version: 1 },
        _ => return None,
    };
    Some(Route { authority, endpoint })
}

/// Answers a request for one of Entra's paths.
pub(crate) fn answer(entra: &Entra, request: &WireRequest, checks: &mut Checks) -> Reply {
    let Some(route) = route(request.path()) else {
        checks.fail("endpoint", "not one of Entra ID's");
        return Reply::empty(404);
    };
    if request.method == "OPTIONS" {
        return cors::preflight(route.endpoint);
    }
    let seed = entra.seed();
    let authority = match Authority::find(&seed, route.authority) {
        Ok(authority) => authority,
        Err(refusal) => {
            checks.fail("tenant", format!("{} is not in the seed", route.authority));
            return entra.refuse_tenant(request, route.endpoint.is_page(), &refusal);
        }
    };
    checks.pass("tenant", authority.segment());
    let reply = match route.endpoint {
        Endpoint::Metadata { version } => entra.metadata(request, &authority, version),
        Endpoint::Keys { version } => entra.keys_document(request, &authority, version),
        Endpoint::InstanceDiscovery => entra.instance_discovery(request, checks),
        Endpoint::Authorize => return entra.authorize(request, &authority, checks),
        Endpoint::Token { version } => return entra.token(request, &authority, version, checks),
    };
    cors::open(reply)
}
