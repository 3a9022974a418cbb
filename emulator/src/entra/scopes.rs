//! Parses a `scope`: OpenID Connect's own scopes, and permissions of resources.

use super::aadsts::Refusal;
use crate::seed::{App, GRAPH_URI, Resource, Seed};

/// The scopes that belong to no resource.
pub(crate) const OIDC: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A parsed `scope`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scopes {
    /// Those of [`OIDC`] that were named.
    pub(crate) oidc: Vec<String>,
    /// The resources, in the order in which they were first named.
    pub(crate) resources: Vec<Asked>,
}

/// What is asked of one resource.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The resource's app id.
    pub(crate) app_id: String,
    /// The resource as the client wrote it, which becomes the audience of version 1 tokens.
    pub(crate) identifier: String,
    /// The permissions that were named.
    pub(crate) names: Vec<String>,
    /// Whether `.default` was named.
    pub(crate) default: bool,
}

impl Scopes {
    /// Parses a `scope`. Names without a resource are Microsoft Graph's permissions.
    pub(crate) fn parse(seed: &Seed, text: &str) -> Result<Self, Refusal> {
        let mut scopes = Self::default();
        for word in text.split_ascii_whitespace() {
            if let Some(oidc) = OIDC.iter().find(|oidc| word.eq_ignore_ascii_case(oidc)) {
                if !scopes.wants(oidc) {
                    scopes.oidc.push((*oidc).to_owned());
                }
                continue;
            }
            let (identifier, name) = match word.rsplit_once('/') {
                Some((identifier, name)) => (identifier, name),
                None => (GRAPH_URI, word),
            };
            if identifier.is_empty() || name.is_empty() {
                return Err(Refusal::bad_scope(word));
            }
            let resource = seed
                .resource(identifier)
                .ok_or_else(|| Refusal::unknown_resource(identifier))?;
            scopes.ask(resource, identifier, name)?;
        }
        Ok(scopes)
    }

    fn ask(&mut self, resource: &Resource, identifier: &str, name: &str) -> Result<(), Refusal> {
        let at = match self
            .resources
            .iter()
            .position(|asked| asked.app_id == resource.app_id)
        {
            Some(at) => at,
            None => {
                self.resources.push(Asked {
                    identifier: identifier.to_owned(),
                    ..Asked::whole(resource)
                });
                self.resources.len() - 1
            }
        };
        let Some(asked) = self.resources.get_mut(at) else {
            return Ok(());
        };
        if name == ".default" {
            asked.default = true;
            return Ok(());
        }
        let defined = resource
            .scopes
            .iter()
            .find(|scope| scope.value.eq_ignore_ascii_case(name));
        let defined = defined.ok_or_else(|| Refusal::unknown_scope(name, &resource.name))?;
        if !asked.names.contains(&defined.value) {
            asked.names.push(defined.value.clone());
        }
        Ok(())
    }

    /// The one resource of a token request: Microsoft Graph if only OpenID Connect's scopes were sent.
    pub(crate) fn single(&self, seed: &Seed) -> Result<Asked, Refusal> {
        match self.resources.as_slice() {
            [] => {
                let graph = seed
                    .resource(GRAPH_URI)
                    .ok_or_else(|| Refusal::unknown_resource(GRAPH_URI))?;
                Ok(Asked::whole(graph))
            }
            [asked] => Ok(asked.clone()),
            [first, second, ..] => Err(Refusal::two_resources(&first.identifier, &second.identifier)),
        }
    }

    /// Whether one of [`OIDC`] was named.
    pub(crate) fn wants(&self, oidc: &str) -> bool {
        self.oidc.iter().any(|scope| scope == oidc)
    }

    /// Whether no scope was requested.
    pub(crate) fn is_empty(&self) -> bool {
        self.oidc.is_empty() && self.resources.is_empty()
    }
}

impl Asked {
    /// The resource under its first URI, without any permission.
    pub(crate) fn whole(resource: &Resource) -> Self {
        let identifier = resource.uris.first().unwrap_or(&resource.app_id).clone();
        Self {
            app_id: resource.app_id.clone(),
            identifier,
            names: Vec::new(),
            default: false,
        }
    }

    /// The resource, if the tenant has it.
    pub(crate) fn resource<'a>(&self, seed: &'a Seed, tid: &str) -> Result<&'a Resource, Refusal> {
        let found = seed
            .resources
            .iter()
            .find(|resource| resource.app_id == self.app_id);
        let resource = found.ok_or_else(|| Refusal::unknown_resource(&self.identifier))?;
        if resource.absent_from.iter().any(|absent| absent == tid) {
            return Err(Refusal::no_service_principal(&self.identifier, tid));
        }
        Ok(resource)
    }

    /// The requested permissions: those named, and for `.default` those of the app's registration.
    pub(crate) fn wanted(&self, app: &App) -> Vec<String> {
        let mut wanted = self.names.clone();
        if self.default {
            let registered = app
                .requires
                .iter()
                .filter(|permissions| permissions.resource == self.app_id);
            for scope in registered.flat_map(|permissions| &permissions.scopes) {
                if !wanted.contains(scope) {
                    wanted.push(scope.clone());
                }
            }
        }
        wanted
    }
}
