//! The initial data if there is no seed file.

use super::well_known::{microsoft_resources, scope};
use super::{
    ACS_DATA_APP_ID, ACS_TEAMS_APP_ID, App, AppKind, Consent, GRAPH_APP_ID, Permissions, RedirectKind,
    RedirectUri, Resource, Secret, Seed, TENANT_CONTOSO, TENANT_FABRIKAM, Tenant, User,
};

const API: &str = "a9100000-0000-4000-8000-000000000001";
const SPA: &str = "59a00000-0000-4000-8000-000000000002";
const DAEMON: &str = "dae00000-0000-4000-8000-000000000003";

impl Seed {
    /// Two tenants, four users and three apps with fixed names and ids; passwords and secrets are random.
    pub fn generate() -> Self {
        let mut seed = Self {
            tenants: vec![
                tenant(TENANT_CONTOSO, "Contoso", "contoso.example"),
                tenant(TENANT_FABRIKAM, "Fabrikam", "fabrikam.example"),
            ],
            users: vec![
                User {
                    admin: true,
                    ..user("alice@contoso.example", "a11ce000", "Alice Ashford", true)
                },
                user("bob@contoso.example", "b0b00000", "Bob Brandt", true),
                user("carol@contoso.example", "ca401000", "Carol Castell", false),
                User {
                    tenant: TENANT_FABRIKAM.into(),
                    admin: true,
                    ..user("frida@fabrikam.example", "f41da000", "Frida Falk", true)
                },
            ],
            apps: vec![api(), spa(), daemon()],
            resources: microsoft_resources(),
            consents: [TENANT_CONTOSO, TENANT_FABRIKAM].map(graph_consent).into(),
            managed_identity: Some(DAEMON.into()),
            index: Default::default(),
        };
        seed.resources.push(Resource {
            app_id: API.into(),
            name: "Contoso API".into(),
            uris: vec![format!("api://{API}")],
            scopes: vec![scope("access_as_user", "Use the Contoso API as you")],
            roles: vec!["Tasks.Run".into()],
            token_version: 2,
            requires_mfa: false,
            absent_from: Vec::new(),
        });
        seed.build_index();
        seed
    }
}

fn tenant(id: &str, name: &str, domain: &str) -> Tenant {
    Tenant {
        id: id.into(),
        name: name.into(),
        domains: vec![domain.into()],
    }
}

fn user(username: &str, id: &str, name: &str, teams: bool) -> User {
    User {
        username: username.into(),
        password: Secret::random_password(),
        object_id: format!("{id}-0000-4000-8000-000000000001"),
        name: name.into(),
        tenant: TENANT_CONTOSO.into(),
        service_plans: if teams { vec!["TEAMS1".into()] } else { Vec::new() },
        mfa_registered: true,
        admin: false,
        extensions: Vec::new(),
    }
}

fn app(client_id: &str, name: &str, kind: AppKind) -> App {
    App {
        client_id: client_id.into(),
        name: name.into(),
        tenant: TENANT_CONTOSO.into(),
        kind,
        multi_tenant: false,
        public_client: false,
        redirect_uris: Vec::new(),
        secrets: Vec::new(),
        certificates: Vec::new(),
        requires: Vec::new(),
        acs_role: false,
    }
}

fn api() -> App {
    App {
        multi_tenant: true,
        redirect_uris: vec![redirect("http://localhost:5000/auth/redirect", RedirectKind::Web)],
        secrets: vec![Secret::random_client_secret()],
        requires: vec![delegated(GRAPH_APP_ID, &["User.Read", "User.ReadWrite"])],
        ..app(API, "Contoso API", AppKind::Api)
    }
}

fn spa() -> App {
    App {
        multi_tenant: true,
        public_client: true,
        redirect_uris: vec![
            redirect("http://localhost:3000/", RedirectKind::Spa),
            redirect("http://localhost:3000", RedirectKind::Spa),
            // For samples/minimal-client: MSAL 5 needs a separate page that only receives the response.
            redirect("http://localhost:3000/redirect.html", RedirectKind::Spa),
            redirect("http://localhost", RedirectKind::Public),
        ],
        requires: vec![
            delegated(API, &["access_as_user"]),
            delegated(ACS_TEAMS_APP_ID, &["Teams.ManageCalls", "Teams.ManageChats"]),
        ],
        ..app(SPA, "Contoso Calling", AppKind::Spa)
    }
}

fn daemon() -> App {
    App {
        secrets: vec![Secret::random_client_secret()],
        requires: vec![delegated(ACS_DATA_APP_ID, &[])],
        acs_role: true,
        ..app(DAEMON, "Contoso Daemon", AppKind::Daemon)
    }
}

fn redirect(uri: &str, kind: RedirectKind) -> RedirectUri {
    RedirectUri {
        uri: uri.into(),
        kind,
    }
}

fn delegated(resource: &str, scopes: &[&str]) -> Permissions {
    Permissions {
        resource: resource.into(),
        scopes: scopes.iter().map(|&s| s.into()).collect(),
        roles: Vec::new(),
    }
}

/// A tenant-wide consent for the API to read and change profiles on behalf of their users. Graph documents
/// `User.ReadWrite` as sufficient for a user's open extensions.
fn graph_consent(tenant: &str) -> Consent {
    Consent {
        client_id: API.into(),
        tenant: tenant.into(),
        user: None,
        resource: GRAPH_APP_ID.into(),
        scopes: vec!["User.Read".into(), "User.ReadWrite".into()],
        roles: Vec::new(),
    }
}
