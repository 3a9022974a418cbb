//! Settings that a program sets by name.

use strsim::damerau_levenshtein;

use super::{HandlerSettings, Key, SettingValue};
use crate::error::{Error, Result};
use crate::redact;

const LONGEST_NAME: usize = 64;

impl HandlerSettings {
    /// Sets a value, replacing a former one. The name is the one in TOML. For languages in which a
    /// name can't contain a dot, an underscore works too: `redis.lock` is also `redis_lock`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use acs_auth::handler::HandlerSettings;
    ///
    /// # fn main() -> acs_auth::Result<()> {
    /// let mut settings = HandlerSettings::default();
    /// settings.set("tenant_ids", ["72f988bf-86f1-41af-91ab-2d7cd011db47"])?;
    /// settings.set("timeout_ms", Duration::from_secs(5))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), with the name as written
    /// as its `target`: for an unknown name (the reason suggests the nearest one), and for a value
    /// of another type than the setting's. No value is shown.
    pub fn set(&mut self, name: &str, value: impl Into<SettingValue>) -> Result<()> {
        let known = |key: &&Key| {
            let toml = key.names().toml;
            name == toml || name == without_dots(toml)
        };
        match Key::ALL.iter().find(known) {
            Some(key) => self.give(*key, name, value.into()),
            None => Err(unknown(name, |toml| {
                if name.contains('.') {
                    toml.to_owned()
                } else {
                    without_dots(toml)
                }
            })),
        }
    }
}

fn without_dots(toml: &str) -> String {
    toml.replace('.', "_")
}

/// The error about an unknown name. `written` converts a setting's TOML name into the caller's notation.
pub(super) fn unknown(name: &str, written: impl Fn(&str) -> String) -> Error {
    // It may be a value in the wrong place, and secret.
    let shown = redact::for_display(name, LONGEST_NAME);
    let nearest = HandlerSettings::names()
        .map(|name| written(name.toml))
        .map(|known| (damerau_levenshtein(&shown, &known), known))
        .min()
        // The same tolerance as rustc's suggestions.
        .filter(|(distance, known)| *distance <= known.len().max(shown.len()) / 3);
    let reason = match nearest {
        Some((_, known)) => format!("There is no such setting; did you mean {known}?"),
        None => {
            let names: Vec<&str> = HandlerSettings::names().map(|name| name.toml).collect();
            format!("There is no such setting; there are {}.", names.join(", "))
        }
    };
    Error::invalid_argument(&shown, reason)
}
