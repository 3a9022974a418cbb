//! Parses a seed file; errors name the invalid entry.

use super::Seed;
use super::well_known::microsoft_resources;
use std::collections::HashSet;

/// Why a seed file was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError(String);

impl std::fmt::Display for SeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the seed is not usable: {}", self.0)
    }
}

impl std::error::Error for SeedError {}

impl Seed {
    /// Parses a seed from JSON, and checks that the entries it refers to exist.
    ///
    /// # Errors
    /// If the text is not JSON of the documented form, an id is not a GUID or occurs twice, or an entry refers
    /// to one that is not there.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        let mut seed: Self = serde_json::from_str(text).map_err(|e| SeedError(e.to_string()))?;
        for resource in microsoft_resources() {
            if !seed.resources.iter().any(|r| r.app_id == resource.app_id) {
                seed.resources.push(resource);
            }
        }
        seed.lower_ids();
        seed.check()?;
        seed.build_index();
        Ok(seed)
    }

    fn lower_ids(&mut self) {
        self.tenants.iter_mut().for_each(|t| t.id.make_ascii_lowercase());
        for user in &mut self.users {
            user.object_id.make_ascii_lowercase();
            user.tenant.make_ascii_lowercase();
            for extension in &mut user.extensions {
                extension
                    .app
                    .iter_mut()
                    .for_each(|app| app.make_ascii_lowercase());
            }
        }
        for app in &mut self.apps {
            app.client_id.make_ascii_lowercase();
            app.tenant.make_ascii_lowercase();
            app.requires
                .iter_mut()
                .for_each(|p| p.resource.make_ascii_lowercase());
        }
        for resource in &mut self.resources {
            resource.app_id.make_ascii_lowercase();
            resource
                .absent_from
                .iter_mut()
                .for_each(|t| t.make_ascii_lowercase());
        }
        for consent in &mut self.consents {
            consent.client_id.make_ascii_lowercase();
            consent.tenant.make_ascii_lowercase();
            consent.resource.make_ascii_lowercase();
            consent.user.iter_mut().for_each(|u| u.make_ascii_lowercase());
        }
    }

    fn check(&self) -> Result<(), SeedError> {
        if self.tenants.is_empty() {
            return Err(SeedError("it has no tenants".into()));
        }
        distinct("tenant", self.tenants.iter().map(|t| t.id.as_str()), true)?;
        distinct("user", self.users.iter().map(|u| u.object_id.as_str()), true)?;
        let names: Vec<String> = self
            .users
            .iter()
            .map(|u| u.username.to_ascii_lowercase())
            .collect();
        distinct("username", names.iter().map(String::as_str), false)?;
        distinct("app", self.apps.iter().map(|a| a.client_id.as_str()), true)?;
        distinct("resource", self.resources.iter().map(|r| r.app_id.as_str()), true)?;
        for user in &self.users {
            self.known_tenant(&user.tenant, &user.username)?;
            distinct(
                "extension",
                user.extensions.iter().map(|e| e.name.as_str()),
                false,
            )?;
            let apps = user
                .extensions
                .iter()
                .filter_map(|extension| extension.app.as_ref());
            if let Some(unknown) = apps.into_iter().find(|id| self.app(id).is_none()) {
                return Err(SeedError(format!(
                    "an extension of {} names the unknown app {unknown}",
                    user.username
                )));
            }
        }
        for app in &self.apps {
            self.known_tenant(&app.tenant, &app.name)?;
            for uri in &app.redirect_uris {
                url::Url::parse(&uri.uri)
                    .map_err(|e| SeedError(format!("redirect URI {} of {}: {e}", uri.uri, app.name)))?;
            }
            app.requires
                .iter()
                .try_for_each(|p| self.known_permissions(&p.resource, &p.scopes, &p.roles, &app.name))?;
        }
        if let Some(bad) = self.resources.iter().find(|r| !matches!(r.token_version, 1 | 2)) {
            return Err(SeedError(format!(
                "token_version of {} is neither 1 nor 2",
                bad.name
            )));
        }
        for consent in &self.consents {
            self.known_tenant(&consent.tenant, "a consent")?;
            self.known_permissions(&consent.resource, &consent.scopes, &consent.roles, "a consent")?;
            if !self.apps.iter().any(|a| a.client_id == consent.client_id) {
                return Err(SeedError(format!(
                    "a consent names the unknown app {}",
                    consent.client_id
                )));
            }
        }
        match &self.managed_identity {
            Some(id) if !self.apps.iter().any(|a| a.client_id.eq_ignore_ascii_case(id)) => {
                Err(SeedError(format!("managed_identity names the unknown app {id}")))
            }
            _ => Ok(()),
        }
    }

    fn known_tenant(&self, id: &str, who: &str) -> Result<(), SeedError> {
        if self.tenants.iter().any(|t| t.id == id) {
            return Ok(());
        }
        Err(SeedError(format!("{who} names the unknown tenant {id}")))
    }

    fn known_permissions(
        &self,
        resource: &str,
        scopes: &[String],
        roles: &[String],
        who: &str,
    ) -> Result<(), SeedError> {
        let Some(resource) = self.resources.iter().find(|r| r.app_id == resource) else {
            return Err(SeedError(format!("{who} names the unknown resource {resource}")));
        };
        let unknown = (scopes.iter())
            .find(|s| !resource.scopes.iter().any(|d| d.value == **s))
            .or_else(|| roles.iter().find(|r| !resource.roles.contains(r)));
        match unknown {
            None => Ok(()),
            Some(name) => Err(SeedError(format!(
                "{who} names {name}, which {} does not have",
                resource.name
            ))),
        }
    }
}

fn distinct<'a>(what: &str, ids: impl Iterator<Item = &'a str>, guid: bool) -> Result<(), SeedError> {
    let mut seen = HashSet::new();
    for id in ids {
        if guid && uuid::Uuid::parse_str(id).is_err() {
            return Err(SeedError(format!("the {what} id {id} is not a GUID")));
        }
        if !seen.insert(id) {
            return Err(SeedError(format!("the {what} {id} occurs twice")));
        }
    }
    Ok(())
}
