//! A request to mint a token, and the entries of the seed that it names.

use super::Entra;
use super::attack::Attack;
use super::issue::{Access, Proof};
use super::params::Params;
use super::scopes::Asked;
use crate::seed::{
    ACS_CLIENTS_URI, ACS_DATA_URI, ACS_TEAMS_URI, App, AppKind, GRAPH_URI, Resource, Seed, User,
};

/// What a minted token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MintKind {
    /// The ACS control plane, with both Teams permissions: what the Teams user's exchange accepts.
    #[default]
    Teams,
    /// The ACS control plane, with the Teams Phone extensibility permission.
    TeamsExtension,
    /// The ACS clients, with both calling permissions: what the Entra user's exchange accepts.
    EntraUser,
    /// The first API of the seed, with its first scope.
    Api,
    /// Microsoft Graph, with `User.Read`.
    Graph,
    /// The ACS data plane, for an app without a user (the first daemon, unless a client is named).
    Acs,
    /// An id_token for the client.
    IdToken,
}

impl MintKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Teams,
        Self::TeamsExtension,
        Self::EntraUser,
        Self::Api,
        Self::Graph,
        Self::Acs,
        Self::IdToken,
    ];

    /// The name, as in `kind=NAME`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Teams => "teams",
            Self::TeamsExtension => "teams_extension",
            Self::EntraUser => "entra_user",
            Self::Api => "api",
            Self::Graph => "graph",
            Self::Acs => "acs",
            Self::IdToken => "id_token",
        }
    }
}

/// A token to be minted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MintRequest {
    /// The user: a sign-in name or an object id. Defaults to the seed's first user, for [`MintKind::Acs`] to
    /// none.
    pub user: Option<String>,
    /// The client's id. Defaults to the seed's first `spa`, for [`MintKind::Acs`] to the first `daemon`; if
    /// there is none, to the first app.
    pub client_id: Option<String>,
    /// What the token is for.
    pub kind: MintKind,
    /// What is wrong with it; `None` mints a valid token.
    pub attack: Option<Attack>,
    /// The form, 1 or 2. Defaults to the resource's.
    pub version: Option<u8>,
    /// The lifetime in seconds. Defaults to 60 to 90 minutes, at random.
    pub lifetime: Option<i64>,
    /// The permissions, without their resource. Defaults to those of the kind.
    pub scopes: Option<Vec<String>>,
}

impl MintRequest {
    /// Reads the query of `GET /_emulator/mint`: `user`, `client_id`, `kind`, `attack`, `version`, `lifetime`
    /// and `scope` (separated by spaces), all of which are optional.
    ///
    /// # Errors
    /// If a parameter or its value is unknown; the message lists those that are possible.
    pub fn from_query(query: &str) -> Result<Self, String> {
        let params = Params::parse(query);
        let text = |name| params.get(name).map(str::to_owned);
        let unknown = |what: &str, name: &str, names: Vec<&str>| {
            format!("{what} '{name}' is not one of {}", names.join(", "))
        };
        if let Some(name) = params.names().find(|name| !FIELDS.contains(name)) {
            return Err(unknown("parameter", name, FIELDS.to_vec()));
        }
        let kind = params.get("kind").map_or(Ok(MintKind::default()), |name| {
            let names = || MintKind::ALL.iter().map(|kind| kind.name()).collect();
            let found = MintKind::ALL.iter().copied().find(|kind| kind.name() == name);
            found.ok_or_else(|| unknown("kind", name, names()))
        })?;
        let attack = params.get("attack").map(|name| {
            let names = || Attack::ALL.iter().map(|attack| attack.name()).collect();
            Attack::from_name(name).ok_or_else(|| unknown("attack", name, names()))
        });
        let version = params.get("version").map(|version| match version {
            "1" | "1.0" => Ok(1),
            "2" | "2.0" => Ok(2),
            other => Err(unknown("version", other, vec!["1", "2"])),
        });
        let lifetime = params.get("lifetime").map(|seconds| {
            seconds
                .parse()
                .map_err(|_| format!("lifetime '{seconds}' is not a number of seconds"))
        });
        Ok(Self {
            user: text("user"),
            client_id: text("client_id"),
            kind,
            attack: attack.transpose()?,
            version: version.transpose()?,
            lifetime: lifetime.transpose()?,
            scopes: params
                .get("scope")
                .map(|s| s.split_ascii_whitespace().map(str::to_owned).collect()),
        })
    }
}

const FIELDS: [&str; 7] = [
    "user",
    "client_id",
    "kind",
    "attack",
    "version",
    "lifetime",
    "scope",
];

/// A request with the seed's entries that it names.
pub(super) struct Spec<'a> {
    pub(super) entra: &'a Entra,
    pub(super) seed: &'a Seed,
    pub(super) base: &'a str,
    pub(super) kind: MintKind,
    pub(super) access: Access<'a>,
}

impl<'a> Spec<'a> {
    pub(super) fn new(
        entra: &'a Entra,
        seed: &'a Seed,
        request: &MintRequest,
        base: &'a str,
    ) -> Result<Self, String> {
        let user = find_user(seed, request)?;
        let app = find_app(seed, request)?;
        let resource = find_resource(seed, request.kind)?;
        let scopes = match (&request.scopes, user) {
            (Some(scopes), _) => scopes.clone(),
            (None, Some(_)) => default_scopes(request.kind, resource),
            (None, None) => Vec::new(),
        };
        let access = Access {
            app,
            user,
            mfa: false,
            tid: user.map_or(app.tenant.as_str(), |user| user.tenant.as_str()),
            asked: Asked::whole(resource),
            scopes,
            roles: Vec::new(),
            proof: if user.is_some() {
                Proof::Public
            } else {
                Proof::Secret
            },
            version: request.version.unwrap_or(resource.token_version),
            lifetime: request.lifetime.unwrap_or_else(|| entra.lifetime_seconds()),
        };
        Ok(Self {
            entra,
            seed,
            base,
            kind: request.kind,
            access,
        })
    }

    /// The same token for somebody else.
    pub(super) fn for_user(&self, user: &'a User) -> Access<'a> {
        Access {
            user: Some(user),
            tid: &user.tenant,
            ..self.access.clone()
        }
    }
}

fn find_user<'a>(seed: &'a Seed, request: &MintRequest) -> Result<Option<&'a User>, String> {
    match &request.user {
        Some(name) => {
            let user = seed
                .user_by_name(name)
                .or_else(|| seed.user_by_id(&name.to_ascii_lowercase()));
            user.map(Some).ok_or_else(|| format!("there is no user '{name}'"))
        }
        None if request.kind == MintKind::Acs => Ok(None),
        None => seed
            .users
            .first()
            .map(Some)
            .ok_or_else(|| "the seed has no users".into()),
    }
}

fn find_app<'a>(seed: &'a Seed, request: &MintRequest) -> Result<&'a App, String> {
    if let Some(id) = &request.client_id {
        return seed.app(id).ok_or_else(|| format!("there is no app '{id}'"));
    }
    let kind = if request.kind == MintKind::Acs {
        AppKind::Daemon
    } else {
        AppKind::Spa
    };
    seed.app_of_kind(kind)
        .or(seed.apps.first())
        .ok_or_else(|| "the seed has no apps".into())
}

fn find_resource(seed: &Seed, kind: MintKind) -> Result<&Resource, String> {
    let found = match kind {
        MintKind::Teams | MintKind::TeamsExtension => seed.resource(ACS_TEAMS_URI),
        MintKind::EntraUser => seed.resource(ACS_CLIENTS_URI),
        MintKind::Api => seed
            .app_of_kind(AppKind::Api)
            .and_then(|api| seed.resource(&api.client_id)),
        MintKind::Graph | MintKind::IdToken => seed.resource(GRAPH_URI),
        MintKind::Acs => seed.resource(ACS_DATA_URI),
    };
    found.ok_or_else(|| format!("the seed has no resource for kind '{}'", kind.name()))
}

fn default_scopes(kind: MintKind, resource: &Resource) -> Vec<String> {
    let names: &[&str] = match kind {
        MintKind::Teams => &["Teams.ManageCalls", "Teams.ManageChats"],
        MintKind::TeamsExtension => &["TeamsExtension.ManageCalls"],
        MintKind::EntraUser => &["VoIP", "VoIP.Join"],
        MintKind::Graph | MintKind::IdToken => &["User.Read"],
        MintKind::Api | MintKind::Acs => {
            return resource
                .scopes
                .first()
                .map(|scope| scope.value.clone())
                .into_iter()
                .collect();
        }
    };
    names.iter().map(|&name| name.to_owned()).collect()
}
