//! The handler's settings. Errors name them as they were written.

mod by_name;
mod change;
mod env;
mod table;
mod toml;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

pub use self::change::SettingsChange;
pub(crate) use self::table::Key;
pub use self::table::SettingName;
pub(crate) use self::table::typed_methods;
pub use self::value::SettingValue;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// A setting's value. Texts may be secrets, so all are treated as such.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(Secret),
    List(Vec<Secret>),
    Number(u64),
    Flag(bool),
}

/// A value with the name under which it was set.
#[derive(Clone)]
pub(crate) struct Given {
    name: String,
    value: Value,
}

/// The settings of a handler, each with the name under which it was set. They come from the
/// environment, from a TOML file, from a program, or from all of these.
/// [`TokenExchangeHandlerBuilder::settings`](super::TokenExchangeHandlerBuilder::settings) accepts
/// them, and the builder's own methods take precedence.
///
/// An empty environment variable counts as not set. Lists are separated by commas or spaces in the
/// environment, and are arrays in TOML. In TOML and in [`Self::set`], a name that is not in this
/// table is an error.
///
/// These are required: `connection_string`, or `endpoint` with a credential set with the builder;
/// `api_client_id`, unless `audiences` is set and `graph.client_secret` is not; `tenant_ids`; and
/// `teams_client_ids`. `redis.url` also requires `redis.sealing_keys` and `redis.cache_secret`.
///
#[doc = include_str!("names.md")]
///
/// ```
/// use acs_auth::handler::HandlerSettings;
///
/// # fn main() -> acs_auth::Result<()> {
/// let file = r#"
///     api_client_id = "a9100000-0000-4000-8000-000000000001"
///     tenant_ids = ["72f988bf-86f1-41af-91ab-2d7cd011db47"]
///     teams_client_ids = ["59a00000-0000-4000-8000-000000000002"]
///     cors_origins = ["https://calls.contoso.example"]
/// "#;
/// let mut settings = HandlerSettings::from_env(|name| std::env::var(name).ok())?
///     .or(HandlerSettings::from_toml(file)?);
/// settings.set("timeout_ms", 5000)?;
/// settings.set("redis.lock", true)?;
/// # drop(settings);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct HandlerSettings(BTreeMap<Key, Given>);

impl HandlerSettings {
    /// Returns the names and the description of every setting.
    pub fn names() -> impl Iterator<Item = &'static SettingName> {
        Key::ALL.iter().map(|key| key.names())
    }

    /// Returns these settings, completed by those of `other` that are not set here.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for (key, given) in other.0 {
            self.0.entry(key).or_insert(given);
        }
        self
    }

    /// Stores a value of the setting's type under a name.
    fn store(&mut self, key: Key, name: impl Into<String>, value: Value) {
        let name = name.into();
        self.0.insert(key, Given { name, value });
    }

    /// Stores a value under a name, if it has the setting's type.
    pub(crate) fn give(&mut self, key: Key, name: &str, value: SettingValue) -> Result<()> {
        let value = value.of_form(key.form(), name)?;
        self.store(key, name, value);
        Ok(())
    }

    pub(crate) fn has(&self, key: Key) -> bool {
        self.0.contains_key(&key)
    }

    /// The first setting that is set and whose name in TOML begins with `table`.
    pub(crate) fn first_of(&self, table: &str) -> Option<Key> {
        let of_table = |key: &&Key| key.names().toml.starts_with(table);
        self.0.keys().find(of_table).copied()
    }

    pub(crate) fn text(&self, key: Key) -> Option<&str> {
        match &self.0.get(&key)?.value {
            Value::Text(text) => Some(text.expose()),
            _ => None,
        }
    }

    pub(crate) fn list(&self, key: Key) -> Option<Vec<&str>> {
        match &self.0.get(&key)?.value {
            Value::List(list) => Some(list.iter().map(Secret::expose).collect()),
            _ => None,
        }
    }

    pub(crate) fn number(&self, key: Key) -> Option<u64> {
        match self.0.get(&key)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, key: Key) -> Option<bool> {
        match self.0.get(&key)?.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// A duration in milliseconds; zero is an error.
    pub(crate) fn millis(&self, key: Key) -> Result<Option<Duration>> {
        match self.number(key) {
            Some(0) => Err(self.refuse(key, "It must be at least 1.")),
            number => Ok(number.map(Duration::from_millis)),
        }
    }

    /// The text, or an error that states how to set it.
    pub(crate) fn required_text(&self, key: Key) -> Result<&str> {
        self.text(key).ok_or_else(|| missing(key))
    }

    /// Like [`Self::required_text`], for a list that is not empty.
    pub(crate) fn required_list(&self, key: Key) -> Result<Vec<&str>> {
        self.list(key)
            .filter(|list| !list.is_empty())
            .ok_or_else(|| missing(key))
    }

    /// An error about this setting, named as it was written. The reason must not contain the value.
    pub(crate) fn refuse(&self, key: Key, reason: impl Into<String>) -> Error {
        Error::invalid_argument(self.name(key), reason)
    }

    /// Returns a function that sets an error's target to this setting, named as it was written.
    pub(crate) fn blame(&self, key: Key) -> impl Fn(Error) -> Error {
        let name = self.name(key).to_owned();
        move |error| error.with_target(name.clone())
    }

    fn name(&self, key: Key) -> &str {
        self.0.get(&key).map_or(key.names().toml, |given| &given.name)
    }
}

fn missing(key: Key) -> Error {
    let names = key.names();
    let environment = names.environment.first().copied().unwrap_or_default();
    let reason = format!(
        "It must be set: in TOML as {}, in the environment as {environment}. {}",
        names.toml, names.about
    );
    Error::new(ErrorKind::InvalidArgument, reason).with_target(names.toml)
}

impl fmt::Debug for HandlerSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.values().map(|given| &given.name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `make header` generates the table.
    #[test]
    fn the_table_of_the_documentation_is_this_one() {
        let mut table = String::from("| TOML | environment, the first that is set | |\n|---|---|---|\n");
        for name in HandlerSettings::names() {
            let environment: Vec<String> = name.environment.iter().map(|name| format!("`{name}`")).collect();
            table.push_str(&format!(
                "| `{}` | {} | {} |\n",
                name.toml,
                environment.join(", "),
                name.about
            ));
        }
        assert_eq!(table, include_str!("names.md"));
    }
}
