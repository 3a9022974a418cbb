//! Settings from a TOML file.

use toml::{Table, Value as Toml};

use super::{HandlerSettings, Key, SettingValue, by_name};
use crate::error::{Error, Result};

impl HandlerSettings {
    /// Reads the text of a TOML file.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an unknown setting or a
    /// value of the wrong type, with the setting as `target`; for a text that is not TOML, `target` is
    /// `toml` and the reason has the line. The error contains no value.
    pub fn from_toml(text: &str) -> Result<Self> {
        // The parser's message quotes the line, which may contain a secret.
        let table: Table = toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            Error::invalid_argument(
                "toml",
                format!("Line {line} is not valid TOML, or repeats a name."),
            )
        })?;
        let mut settings = Self::default();
        settings.read_table(&table, "")?;
        Ok(settings)
    }

    fn read_table(&mut self, table: &Table, prefix: &str) -> Result<()> {
        for (name, value) in table {
            let name = format!("{prefix}{name}");
            let of_table = |key: &&Key| key.names().toml.starts_with(&format!("{name}."));
            match Key::ALL.iter().find(|key| key.names().toml == name) {
                Some(key) => self.give(*key, &name, given(value))?,
                None => match value {
                    Toml::Table(inner) if Key::ALL.iter().any(|key| of_table(&key)) => {
                        self.read_table(inner, &format!("{name}."))?;
                    }
                    _ => return Err(by_name::unknown(&name, str::to_owned)),
                },
            }
        }
        Ok(())
    }
}

fn given(value: &Toml) -> SettingValue {
    match value {
        Toml::String(text) => text.as_str().into(),
        Toml::Integer(number) => (*number).into(),
        Toml::Boolean(flag) => (*flag).into(),
        Toml::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(Toml::as_str).collect();
            texts.map_or(SettingValue::of_no_form(), SettingValue::from)
        }
        Toml::Float(_) | Toml::Datetime(_) | Toml::Table(_) => SettingValue::of_no_form(),
    }
}
