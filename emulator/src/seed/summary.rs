//! The seed's part of the start line: what a tool needs to know to use the emulator.

use super::{AppKind, RedirectKind, Seed};
use serde::Serialize;

/// The seed's part of the start line, including passwords and client secrets.
#[derive(Clone, Serialize)]
pub struct Summary {
    /// The GUID of the first tenant.
    pub tenant_id: String,
    /// The first app of kind `api`.
    pub api: Option<ApiSummary>,
    /// The first app of kind `spa`.
    pub spa: Option<SpaSummary>,
    /// The first app of kind `daemon`.
    pub daemon: Option<DaemonSummary>,
    /// The users of all tenants.
    pub users: Vec<UserSummary>,
}

/// The web API.
#[derive(Debug, Clone, Serialize)]
pub struct ApiSummary {
    /// Its client id.
    pub client_id: String,
    /// The first scope that it exposes, with its resource.
    pub scope: String,
    /// Its first secret, with which it calls on behalf of its users.
    pub client_secret: Option<Shown>,
}

/// The page in a browser.
#[derive(Debug, Clone, Serialize)]
pub struct SpaSummary {
    /// Its client id.
    pub client_id: String,
    /// Its first redirect URI of type `spa`: codes sent there are redeemed with an `Origin` header only.
    pub redirect_uri: String,
    /// Its first redirect URI of type `public`, for programs; a port may be added to `http://localhost`.
    pub public_redirect_uri: Option<String>,
}

/// The service without a user.
#[derive(Debug, Clone, Serialize)]
pub struct DaemonSummary {
    /// Its client id.
    pub client_id: String,
    /// Its first secret.
    pub client_secret: Shown,
}

/// A user.
#[derive(Debug, Clone, Serialize)]
pub struct UserSummary {
    /// The sign-in name.
    pub username: String,
    /// The password.
    pub password: Shown,
    /// The object id.
    pub object_id: String,
    /// The home tenant's GUID.
    pub tenant_id: String,
    /// Whether the user has a Teams licence.
    pub licensed: bool,
}

/// A secret that is serialised, but not shown by `Debug`.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct Shown(pub String);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl std::fmt::Debug for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Summary")
            .field("tenant_id", &self.tenant_id)
            .finish_non_exhaustive()
    }
}

impl Seed {
    /// The seed's part of the start line.
    pub fn summary(&self) -> Summary {
        let shown = |secret: &super::Secret| Shown(secret.expose().to_owned());
        let api = self.app_of_kind(AppKind::Api).map(|app| ApiSummary {
            client_id: app.client_id.clone(),
            scope: self
                .resources
                .iter()
                .find(|r| r.app_id == app.client_id)
                .and_then(|r| Some(format!("{}/{}", r.uris.first()?, r.scopes.first()?.value)))
                .unwrap_or_default(),
            client_secret: app.secrets.first().map(shown),
        });
        let spa = self.app_of_kind(AppKind::Spa).map(|app| {
            let of = |kind| {
                app.redirect_uris
                    .iter()
                    .find(|r| r.kind == kind)
                    .map(|r| r.uri.clone())
            };
            SpaSummary {
                client_id: app.client_id.clone(),
                redirect_uri: of(RedirectKind::Spa).unwrap_or_default(),
                public_redirect_uri: of(RedirectKind::Public),
            }
        });
        let daemon = self.app_of_kind(AppKind::Daemon).and_then(|app| {
            let client_secret = app.secrets.first().map(shown)?;
            Some(DaemonSummary {
                client_id: app.client_id.clone(),
                client_secret,
            })
        });
        let users = self.users.iter().map(|user| UserSummary {
            username: user.username.clone(),
            password: Shown(user.password.expose().to_owned()),
            object_id: user.object_id.clone(),
            tenant_id: user.tenant.clone(),
            licensed: user.licensed(),
        });
        Summary {
            tenant_id: self.tenants.first().map(|t| t.id.clone()).unwrap_or_default(),
            api,
            spa,
            daemon,
            users: users.collect(),
        }
    }
}
