//! The emulator's initial data: tenants, users, apps, the resources they call, and consents.
//!
//! A seed file (`--seed FILE`) is JSON with the fields of [`Seed`]; see `ENTRA.md`. Passwords that a
//! file leaves out, and client secrets that are `null` in it, are generated at each start, so that the file can
//! be committed.

mod generate;
mod load;
mod lookup;
mod secret;
mod summary;
mod well_known;

pub use load::SeedError;
pub use secret::Secret;
pub(crate) use secret::random_text;
pub use summary::{ApiSummary, DaemonSummary, Shown, SpaSummary, Summary, UserSummary};
pub use well_known::{
    ACS_CLIENTS_APP_ID, ACS_CLIENTS_URI, ACS_DATA_APP_ID, ACS_DATA_URI, ACS_TEAMS_APP_ID, ACS_TEAMS_URI,
    ACS_TEAMS_URI_US, GRAPH_APP_ID, GRAPH_URI, TEAMS_SERVICE_PLANS, TENANT_CONTOSO, TENANT_FABRIKAM,
};

use serde::Deserialize;

/// Everything that exists in the emulated directory.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The tenants.
    pub tenants: Vec<Tenant>,
    /// The users of all tenants.
    #[serde(default)]
    pub users: Vec<User>,
    /// The app registrations of all tenants.
    #[serde(default)]
    pub apps: Vec<App>,
    /// The APIs that tokens can be requested for. Microsoft's own are added if a file does not define them.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// Consents that exist at the start.
    #[serde(default)]
    pub consents: Vec<Consent>,
    /// The client id of the app that a managed identity acts as; defaults to the first daemon.
    #[serde(default)]
    pub managed_identity: Option<String>,
    #[serde(skip)]
    index: lookup::Index,
}

/// A tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Its GUID.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Its verified domains; the first is the primary one.
    pub domains: Vec<String>,
}

/// A user of a tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The sign-in name, `name@domain`.
    pub username: String,
    /// The password; random if the file leaves it out.
    #[serde(default = "Secret::random_password")]
    pub password: Secret,
    /// The object id, a GUID.
    pub object_id: String,
    /// The display name.
    pub name: String,
    /// The home tenant's GUID.
    pub tenant: String,
    /// The service plans that the user holds: GUIDs, or the names of [`TEAMS_SERVICE_PLANS`].
    #[serde(default)]
    pub service_plans: Vec<String>,
    /// Whether the user has set up multi-factor authentication.
    #[serde(default = "yes")]
    pub mfa_registered: bool,
    /// Whether the user may consent for the whole tenant.
    #[serde(default)]
    pub admin: bool,
    /// The open extensions that the user has in Microsoft Graph.
    #[serde(default)]
    pub extensions: Vec<OpenExtension>,
}

/// An open extension of a user in Microsoft Graph.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenExtension {
    /// Its name, such as `com.contoso.identityMapping`.
    pub name: String,
    /// The client id of the app that created it; defaults to the first `api`.
    #[serde(default)]
    pub app: Option<String>,
    /// Its members.
    #[serde(default)]
    pub data: serde_json::Map<String, serde_json::Value>,
}

/// The kind of an app, which decides whether it is the start line's `api`, `spa` or `daemon`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppKind {
    /// A web API.
    Api,
    /// A page in a browser, or a native app.
    Spa,
    /// A service without a user.
    Daemon,
    /// Anything else.
    Other,
}

/// How an app receives its authorization code, which decides who may redeem it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RedirectKind {
    /// A page in a browser: PKCE, cross-origin redemption only.
    Spa,
    /// A server with a secret.
    Web,
    /// A desktop or mobile app; `http://localhost` with any port.
    Public,
}

/// A registered redirect URI.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectUri {
    /// The address.
    pub uri: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: RedirectKind,
}

/// An app registration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// The application (client) id, a GUID.
    pub client_id: String,
    /// The display name.
    pub name: String,
    /// The tenant that it is registered in.
    pub tenant: String,
    /// What it is.
    pub kind: AppKind,
    /// Whether users of other tenants may sign in.
    #[serde(default)]
    pub multi_tenant: bool,
    /// Whether public client flows (device code) are allowed.
    #[serde(default)]
    pub public_client: bool,
    /// The registered redirect URIs.
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// Client secrets; `null` entries become random ones.
    #[serde(default)]
    pub secrets: Vec<Secret>,
    /// Certificates (PEM) whose keys may sign client assertions.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// The permissions of the app's registration, which `.default` requests.
    #[serde(default)]
    pub requires: Vec<Permissions>,
    /// Whether the app holds a role on the ACS resource, so that its token is a credential there.
    #[serde(default)]
    pub acs_role: bool,
}

/// Delegated scopes and app roles of one resource.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// The resource's app id.
    pub resource: String,
    /// Delegated permissions.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Application permissions.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// An API that tokens can be requested for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The app id of the API; an app of the seed that exposes an API has the same id.
    pub app_id: String,
    /// The display name.
    pub name: String,
    /// The identifier URIs; a scope is one of them, `/`, and the permission's name.
    pub uris: Vec<String>,
    /// The delegated permissions.
    #[serde(default)]
    pub scopes: Vec<ScopeDefinition>,
    /// The app roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The form of its access tokens: 1 (`appid`, audience a URI) or 2 (`azp`, audience the app id).
    #[serde(default = "version_two")]
    pub token_version: u8,
    /// Whether a user's token requires multi-factor authentication. Without it, token requests return a
    /// claims challenge.
    #[serde(default)]
    pub requires_mfa: bool,
    /// Tenants (GUIDs) that have no service principal for it.
    #[serde(default)]
    pub absent_from: Vec<String>,
}

fn yes() -> bool {
    true
}

fn version_two() -> u8 {
    2
}

/// A delegated permission.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeDefinition {
    /// The name: `access_as_user`.
    pub value: String,
    /// What it allows, as shown on the consent page.
    pub description: String,
    /// Whether only an administrator may consent to it.
    #[serde(default)]
    pub admin_only: bool,
}

/// A consent that exists at the start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The app that it was given to.
    pub client_id: String,
    /// The tenant that it was given in.
    pub tenant: String,
    /// The object id of the user who gave it; `None` means the whole tenant.
    #[serde(default)]
    pub user: Option<String>,
    /// The resource's app id.
    pub resource: String,
    /// Delegated permissions.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Application permissions.
    #[serde(default)]
    pub roles: Vec<String>,
}

impl User {
    /// Whether one of the user's service plans includes Teams.
    pub fn licensed(&self) -> bool {
        self.service_plans.iter().any(|plan| {
            TEAMS_SERVICE_PLANS
                .iter()
                .any(|(name, id)| plan.eq_ignore_ascii_case(id) || plan.eq_ignore_ascii_case(name))
        })
    }
}

impl Resource {
    /// Whether `audience` names this resource: its app id, or one of its URIs with or without a final slash.
    pub fn is_named(&self, audience: &str) -> bool {
        let bare = audience
            .strip_prefix("spn:")
            .unwrap_or(audience)
            .trim_end_matches('/');
        self.app_id.eq_ignore_ascii_case(bare)
            || self
                .uris
                .iter()
                .any(|uri| uri.trim_end_matches('/').eq_ignore_ascii_case(bare))
    }
}
