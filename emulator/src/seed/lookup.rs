//! Looks up entries of the seed.

use super::{App, AppKind, Resource, Seed, Tenant, User};
use std::collections::HashMap;

/// Positions by id, so that a seed with many users costs no more per request than one with few.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    users_by_id: HashMap<String, usize>,
    users_by_name: HashMap<String, usize>,
}

impl Seed {
    pub(super) fn build_index(&mut self) {
        let users = || self.users.iter().enumerate();
        self.index = Index {
            users_by_id: users().map(|(i, u)| (u.object_id.clone(), i)).collect(),
            users_by_name: users()
                .map(|(i, u)| (u.username.to_ascii_lowercase(), i))
                .collect(),
        };
    }

    /// The user with this object id in this tenant (both GUIDs, in lower case).
    pub fn user(&self, tid: &str, oid: &str) -> Option<&User> {
        self.user_by_id(oid).filter(|user| user.tenant == tid)
    }

    /// The user with this object id (in lower case).
    pub fn user_by_id(&self, oid: &str) -> Option<&User> {
        self.index.users_by_id.get(oid).and_then(|&i| self.users.get(i))
    }

    /// The user with this sign-in name, in any case.
    pub fn user_by_name(&self, username: &str) -> Option<&User> {
        let name = username.trim().to_ascii_lowercase();
        self.index
            .users_by_name
            .get(&name)
            .and_then(|&i| self.users.get(i))
    }

    /// The app with this client id, in any case.
    pub fn app(&self, client_id: &str) -> Option<&App> {
        self.apps
            .iter()
            .find(|app| app.client_id.eq_ignore_ascii_case(client_id))
    }

    /// The first app of this kind.
    pub fn app_of_kind(&self, kind: AppKind) -> Option<&App> {
        self.apps.iter().find(|app| app.kind == kind)
    }

    /// The tenant with this GUID or domain, in any case.
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| {
            tenant.id.eq_ignore_ascii_case(name)
                || tenant
                    .domains
                    .iter()
                    .any(|domain| domain.eq_ignore_ascii_case(name))
        })
    }

    /// The resource with this app id or identifier URI.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.is_named(name))
    }

    /// The app that a managed identity acts as.
    pub fn managed_identity(&self) -> Option<&App> {
        match &self.managed_identity {
            Some(id) => self.app(id),
            None => self.app_of_kind(AppKind::Daemon),
        }
    }
}
