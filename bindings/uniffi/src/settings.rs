//! The settings of a handler, read from a file or the environment, or set by name. Their names are the same
//! in every host.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use core_auth::handler;

use crate::error::Result;
use crate::shown::{opaque, shown};

/// Settings. They never change, and print without their values.
#[derive(uniffi::Object)]
pub struct HandlerSettings(pub(crate) handler::HandlerSettings);

opaque!(HandlerSettings);

/// A setting and its names.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SettingName {
    /// The name in TOML, where a dot stands for a table.
    pub toml: String,
    /// What it is for.
    pub about: String,
    /// Its environment variables; the first one that is set is used.
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

/// A value of a setting. It prints without the value, which may be secret.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Debug, Display)]
pub enum SettingValue {
    /// A text.
    Text {
        /// The text.
        text: String,
    },
    /// A list of texts.
    Texts {
        /// The texts.
        texts: Vec<String>,
    },
    /// A whole number.
    Number {
        /// The number.
        number: i64,
    },
    /// A duration, for a setting in milliseconds.
    Time {
        /// In milliseconds.
        ms: u64,
    },
    /// True or false.
    Flag {
        /// Which.
        flag: bool,
    },
}

impl fmt::Debug for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text { text: _ } => "Text(…)",
            Self::Texts { texts: _ } => "Texts(…)",
            Self::Number { number: _ } => "Number(…)",
            Self::Time { ms: _ } => "Time(…)",
            Self::Flag { flag: _ } => "Flag(…)",
        })
    }
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl From<SettingValue> for handler::SettingValue {
    fn from(value: SettingValue) -> Self {
        match value {
            SettingValue::Text { text } => text.into(),
            SettingValue::Texts { texts } => texts.into(),
            SettingValue::Number { number } => number.into(),
            SettingValue::Time { ms } => Duration::from_millis(ms).into(),
            SettingValue::Flag { flag } => flag.into(),
        }
    }
}

/// A setting's name and value. It prints without the value.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct Setting {
    /// The name in TOML, in which an underscore may replace a dot.
    pub name: String,
    /// The value.
    pub value: SettingValue,
}

shown!(Setting { name; value });

/// Returns all settings.
#[uniffi::export]
pub fn handler_setting_names() -> Vec<SettingName> {
    handler::HandlerSettings::names().map(Into::into).collect()
}

/// Returns the names of all variables that [`HandlerSettings::from_variables`] reads.
#[uniffi::export]
pub fn handler_setting_variables() -> Vec<String> {
    handler::HandlerSettings::variables().collect()
}

#[uniffi::export]
impl HandlerSettings {
    /// Creates settings from values by name. If a name occurs twice, the later value is used.
    #[uniffi::constructor]
    pub fn from_values(values: Vec<Setting>) -> Result<Arc<Self>> {
        let mut settings = handler::HandlerSettings::default();
        for Setting { name, value } in values {
            settings.set(&name, value)?;
        }
        Ok(Arc::new(Self(settings)))
    }

    /// Reads settings from the text of a TOML file.
    #[uniffi::constructor]
    pub fn from_toml(text: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self(handler::HandlerSettings::from_toml(text)?)))
    }

    /// Reads settings from these environment variables, which the host has looked up.
    #[uniffi::constructor]
    pub fn from_variables(variables: HashMap<String, String>) -> Result<Arc<Self>> {
        let settings = handler::HandlerSettings::from_env(|name| variables.get(name).cloned())?;
        Ok(Arc::new(Self(settings)))
    }

    /// Merges settings: returns these, and those of other that these don't have.
    pub fn or_else(&self, other: &Self) -> Arc<Self> {
        Arc::new(Self(self.0.clone().or(other.0.clone())))
    }
}
