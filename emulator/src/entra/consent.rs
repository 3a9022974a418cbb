//! Who has consented to what: per app, and per user or for a whole tenant.

use super::scopes::{Asked, Scopes};
use crate::seed::{App, Seed, User};
use std::collections::{BTreeSet, HashMap};

/// Consents: (client id, user or tenant, resource) to permissions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consents {
    scopes: HashMap<(String, String, String), BTreeSet<String>>,
    roles: HashMap<(String, String, String), BTreeSet<String>>,
}

/// A permission that the consent page lists.
#[derive(Debug, Clone)]
pub(crate) struct Permission {
    pub(crate) resource: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) admin_only: bool,
}

impl Consents {
    pub(crate) fn of_seed(seed: &Seed) -> Self {
        let mut consents = Self::default();
        for given in &seed.consents {
            let who = given.user.as_ref().unwrap_or(&given.tenant);
            consents.give(&given.client_id, who, &given.resource, &given.scopes);
            let roles = consents
                .roles
                .entry(key(&given.client_id, &given.tenant, &given.resource))
                .or_default();
            roles.extend(given.roles.iter().cloned());
        }
        consents
    }

    /// Records a consent by a user (an object id) or for a tenant (a tenant id).
    pub(crate) fn give(&mut self, client_id: &str, who: &str, resource: &str, scopes: &[String]) {
        self.scopes
            .entry(key(client_id, who, resource))
            .or_default()
            .extend(scopes.iter().cloned());
    }

    /// Records app roles granted in a tenant.
    pub(crate) fn give_roles(&mut self, client_id: &str, tid: &str, resource: &str, roles: &[String]) {
        self.roles
            .entry(key(client_id, tid, resource))
            .or_default()
            .extend(roles.iter().cloned());
    }

    /// The permissions that the app has at the resource for this user.
    pub(crate) fn scopes(&self, client_id: &str, user: &User, resource: &str) -> BTreeSet<String> {
        [&user.object_id, &user.tenant]
            .into_iter()
            .filter_map(|who| self.scopes.get(&key(client_id, who, resource)))
            .flatten()
            .cloned()
            .collect()
    }

    /// The app roles that the app holds at the resource in a tenant.
    pub(crate) fn roles(&self, client_id: &str, tid: &str, resource: &str) -> Vec<String> {
        self.roles
            .get(&key(client_id, tid, resource))
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// The part of `scopes` that neither this user nor the tenant has consented to yet.
    pub(crate) fn missing(&self, app: &App, user: &User, scopes: &Scopes) -> Vec<(Asked, Vec<String>)> {
        let lacking = |asked: &Asked| {
            let given = self.scopes(&app.client_id, user, &asked.app_id);
            let mut wanted = asked.wanted(app);
            wanted.retain(|name| !given.contains(name));
            // An app needs no consent for its own API.
            (app.client_id != asked.app_id && !wanted.is_empty()).then(|| (asked.clone(), wanted))
        };
        scopes.resources.iter().filter_map(lacking).collect()
    }

    /// Whether anything was consented to for the whole tenant, so that the app exists there.
    pub(crate) fn any_in_tenant(&self, client_id: &str, tid: &str) -> bool {
        self.scopes
            .keys()
            .chain(self.roles.keys())
            .any(|(app, by, _)| app == client_id && by == tid)
    }

    /// Whether the app has any consent of this user or tenant, so that signing in needs no further one.
    pub(crate) fn any(&self, client_id: &str, user: &User) -> bool {
        let known = |who: &str| {
            self.scopes
                .keys()
                .any(|(app, by, _)| app == client_id && by == who)
        };
        known(&user.object_id) || known(&user.tenant)
    }
}

fn key(client_id: &str, who: &str, resource: &str) -> (String, String, String) {
    (client_id.to_owned(), who.to_owned(), resource.to_owned())
}

/// The permissions as the consent page lists them.
pub(crate) fn described(seed: &Seed, missing: &[(Asked, Vec<String>)], oidc: &[String]) -> Vec<Permission> {
    let mut listed = Vec::new();
    for (asked, names) in missing {
        let Some(resource) = seed.resources.iter().find(|r| r.app_id == asked.app_id) else {
            continue;
        };
        for scope in resource
            .scopes
            .iter()
            .filter(|scope| names.contains(&scope.value))
        {
            listed.push(Permission {
                resource: resource.name.clone(),
                name: scope.value.clone(),
                description: scope.description.clone(),
                admin_only: scope.admin_only,
            });
        }
    }
    for (name, description) in [
        ("openid", "Sign you in"),
        ("profile", "See your basic profile"),
        ("email", "See your e-mail address"),
        ("offline_access", "Keep this access while you are away"),
    ] {
        if oidc.iter().any(|scope| scope == name) {
            listed.push(Permission {
                resource: "Sign-in".into(),
                name: name.into(),
                description: description.into(),
                admin_only: false,
            });
        }
    }
    listed
}
