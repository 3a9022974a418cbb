//! Routes paths to endpoints.

use super::tenant::Authority;
use super::{Entra, cors, device, token};
use crate::http::{Checks, Reply, WireRequest};

/// An endpoint. Version 1 has only what verifiers of its tokens read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Metadata { version: u8 },
    Keys { version: u8 },
    InstanceDiscovery,
    Authorize,
    Token,
    DeviceCode,
    DeviceLogin,
    Logout,
    AdminConsent,
    Imds,
    AppService,
}

impl Endpoint {
    /// Whether the endpoint responds with a page for people.
    fn is_page(self) -> bool {
        matches!(
            self,
            Self::Authorize | Self::DeviceLogin | Self::Logout | Self::AdminConsent
        )
    }
}

/// An endpoint with the path segment that names the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route<'a> {
    pub(crate) authority: &'a str,
    pub(crate) endpoint: Endpoint,
}

/// The endpoint that a path names.
pub(crate) fn route(path: &str) -> Option<Route<'_>> {
    let fixed = match path {
        "/metadata/identity/oauth2/token" => Some(Endpoint::Imds),
        "/msi/token" => Some(Endpoint::AppService),
        "/devicelogin" => Some(Endpoint::DeviceLogin),
        _ => None,
    };
    if let Some(endpoint) = fixed {
        return Some(Route {
            authority: "common",
            endpoint,
        });
    }
    let (authority, rest) = path.strip_prefix('/')?.split_once('/')?;
    let endpoint = match rest {
        "v2.0/.well-known/openid-configuration" => Endpoint::Metadata { version: 2 },
        ".well-known/openid-configuration" => Endpoint::Metadata { version: 1 },
        "discovery/v2.0/keys" => Endpoint::Keys { version: 2 },
        "discovery/keys" => Endpoint::Keys { version: 1 },
        "discovery/instance" => Endpoint::InstanceDiscovery,
        "oauth2/v2.0/authorize" => Endpoint::Authorize,
        "oauth2/v2.0/token" => Endpoint::Token,
        "oauth2/v2.0/devicecode" => Endpoint::DeviceCode,
        "oauth2/v2.0/logout" => Endpoint::Logout,
        "adminconsent" | "v2.0/adminconsent" => Endpoint::AdminConsent,
        _ => return None,
    };
    Some(Route { authority, endpoint })
}

/// Handles a request for one of Entra's paths.
pub(crate) fn answer(entra: &Entra, request: &WireRequest, checks: &mut Checks) -> Reply {
    let Some(route) = route(request.path()) else {
        checks.fail("endpoint", "not one of Entra ID's");
        return Reply::empty(404);
    };
    if request.method == "OPTIONS" {
        return cors::preflight(match route.endpoint {
            Endpoint::Token => "POST",
            _ => "GET",
        });
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
    match route.endpoint {
        Endpoint::Metadata { version } => cors::open(entra.metadata(request, &authority, version)),
        Endpoint::Keys { version } => cors::open(entra.keys_document(request, &authority, version)),
        Endpoint::InstanceDiscovery => cors::open(entra.instance_discovery(request, checks)),
        Endpoint::Authorize => entra.authorize(request, &authority, checks),
        Endpoint::Token => entra.posted(request, &authority, checks, token::redeem),
        Endpoint::DeviceCode => entra.posted(request, &authority, checks, device::start),
        Endpoint::DeviceLogin => entra.device_page(request, checks),
        Endpoint::Logout => entra.logout(request, checks),
        Endpoint::AdminConsent => entra.admin_consent(request, &authority, checks),
        Endpoint::Imds => entra.imds(request, checks),
        Endpoint::AppService => entra.app_service(request, checks),
    }
}
