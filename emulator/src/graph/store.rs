//! The open extensions of all users.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::seed::{AppKind, Seed};

/// An open extension.
#[derive(Debug, Clone)]
pub(super) struct Extension {
    pub(super) name: String,
    /// The client id of the app that created it, and whose limit it counts towards.
    pub(super) app: String,
    pub(super) data: Map<String, Value>,
}

impl Extension {
    pub(super) fn to_json(&self) -> Value {
        let mut json = json!({
            "@odata.type": "#microsoft.graph.openTypeExtension",
            "extensionName": self.name,
            "id": self.name,
        });
        if let Value::Object(members) = &mut json {
            members.extend(self.data.clone());
        }
        json
    }
}

/// The extensions by the object id of their user.
#[derive(Debug, Default)]
pub(super) struct Store {
    extensions: HashMap<String, Vec<Extension>>,
}

impl Store {
    pub(super) fn of_seed(seed: &Seed) -> Self {
        let api = seed.app_of_kind(AppKind::Api).map(|app| app.client_id.clone());
        let mut store = Self::default();
        for user in &seed.users {
            let extensions = user.extensions.iter().map(|extension| Extension {
                name: extension.name.clone(),
                app: extension.app.clone().or_else(|| api.clone()).unwrap_or_default(),
                data: extension.data.clone(),
            });
            store.of(&user.object_id).extend(extensions);
        }
        store
    }

    /// The extensions of a user, in the order of their creation.
    pub(super) fn of(&mut self, object_id: &str) -> &mut Vec<Extension> {
        self.extensions.entry(object_id.to_owned()).or_default()
    }
}
