//! The settings of a handler, from a file or the environment, under the names that every host has.

use std::collections::HashMap;
use std::sync::Arc;

use core_auth::handler;

use crate::error::Result;
use crate::shown::opaque;

/// Settings. They never change, and do not print.
#[derive(uniffi::Object)]
pub struct HandlerSettings(pub(crate) handler::HandlerSettings);

opaque!(HandlerSettings);

/// A setting, with the names that it has.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SettingName {
    /// The name in TOML, where a dot stands for a table.
    pub toml: String,
    /// What it is for.
    pub about: String,
    /// Its variables: the first of them that is set counts.
    pub environment: Vec<String>,
}

impl From<&handler::SettingName> for SettingName {
    fn from(name: &handler::SettingName) -> Self {
        let handler::SettingName {
            toml,
            environment,
            about,
        } = name;
        Self {
            toml: (*toml).to_owned(),
            about: (*about).to_owned(),
            environment: environment.iter().map(|name| (*name).to_owned()).collect(),
        }
    }
}

/// Every setting that there is.
#[uniffi::export]
pub fn handler_setting_names() -> Vec<SettingName> {
    handler::HandlerSettings::names().map(Into::into).collect()
}

#[uniffi::export]
impl HandlerSettings {
    /// Reads settings from the text of a TOML file.
    #[uniffi::constructor]
    pub fn from_toml(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(handler::HandlerSettings::from_toml(text)?)))
    }

    /// Reads settings from these variables, which the host has looked up.
    #[uniffi::constructor]
    pub fn from_variables(variables: HashMap<String, String>) -> Result<Arc<Self>> {
        let settings = handler::HandlerSettings::from_env(|name| variables.get(name).cloned())?;
        Ok(Arc::new(Self(settings)))
    }

    /// These settings, and from the other those that these lack.
    pub fn or_else(&self, other: &Self) -> Arc<Self> {
        Arc::new(Self(self.0.clone().or(other.0.clone())))
    }
}
