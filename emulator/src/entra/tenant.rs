//! The first segment of a path, which names the tenant.

use super::aadsts::Refusal;
use crate::seed::{App, Seed, User};

/// The tenant id of personal accounts. The emulator has no such accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The tenant or tenants that a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authority {
    /// One tenant, by its GUID.
    Tenant(String),
    /// `common`: any account.
    Common,
    /// `organizations`: any work account.
    Organizations,
    /// `consumers`: personal accounts.
    Consumers,
}

impl Authority {
    /// Parses a path's first segment: a tenant's GUID or domain, `common`, `organizations` or `consumers`.
    pub(crate) fn find(seed: &Seed, segment: &str) -> Result<Self, Refusal> {
        match segment {
            "common" => Ok(Self::Common),
            "organizations" => Ok(Self::Organizations),
            "consumers" | CONSUMERS => Ok(Self::Consumers),
            name => match seed.tenant(name) {
                Some(tenant) => Ok(Self::Tenant(tenant.id.clone())),
                None => Err(Refusal::tenant_not_found(name)),
            },
        }
    }

    /// The path segment that names the authority.
    pub(crate) fn segment(&self) -> &str {
        match self {
            Self::Tenant(tid) => tid,
            Self::Common => "common",
            Self::Organizations => "organizations",
            Self::Consumers => "consumers",
        }
    }

    /// The tenant in the metadata's issuer.
    pub(crate) fn issuer_tenant(&self) -> &str {
        match self {
            Self::Tenant(tid) => tid,
            Self::Common | Self::Organizations => "{tenantid}",
            Self::Consumers => CONSUMERS,
        }
    }

    /// The app with this client id, if it can be used here.
    pub(crate) fn app<'a>(&self, seed: &'a Seed, client_id: &str) -> Result<&'a App, Refusal> {
        let unknown = || Refusal::app_not_found(client_id, self.segment());
        let app = seed.app(client_id).ok_or_else(unknown)?;
        match self {
            Self::Consumers => Err(Refusal::not_for_personal_accounts(client_id)),
            Self::Tenant(tid) if *tid != app.tenant && !app.multi_tenant => Err(unknown()),
            Self::Common | Self::Organizations if !app.multi_tenant => Err(Refusal::single_tenant(&app.name)),
            _ => Ok(app),
        }
    }

    /// Whether this user may sign in here.
    pub(crate) fn admits(&self, user: &User) -> Result<(), Refusal> {
        match self {
            Self::Tenant(tid) if *tid != user.tenant => Err(Refusal::user_not_in_tenant(&user.username, tid)),
            _ => Ok(()),
        }
    }
}
