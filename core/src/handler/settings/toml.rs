//! Settings from a TOML file.

use toml::{Table, Value as Toml};

use super::table::Form;
use super::{HandlerSettings, Key, Value};
use crate::error::{Error, Result};
use crate::redact;
use crate::secret::Secret;

const LONGEST_NAME: usize = 64;

impl HandlerSettings {
    /// Reads the text of a TOML file.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument): `target` is the setting, or `toml` with the
    /// line for a text that is not TOML. A name that is not known is an error. No value is shown.
    pub fn from_toml(text: &str) -> Result<Self> {
        // The parser's own words quote the line, which may hold a secret.
        let table: Table = toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            Error::invalid_argument(
                "toml",
                format!("Line {line} is not valid TOML, or names something twice."),
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
                Some(key) => self.set(*key, name.as_str(), convert(key.form(), &name, value)?),
                None => match value {
                    Toml::Table(inner) if Key::ALL.iter().any(|key| of_table(&key)) => {
                        self.read_table(inner, &format!("{name}."))?;
                    }
                    _ => return Err(unknown(&name)),
                },
            }
        }
        Ok(())
    }
}

fn unknown(name: &str) -> Error {
    let names: Vec<&str> = Key::ALL.iter().map(|key| key.names().toml).collect();
    Error::invalid_argument(
        &redact::for_display(name, LONGEST_NAME),
        format!("There is no such setting; there are {}.", names.join(", ")),
    )
}

fn convert(form: Form, name: &str, value: &Toml) -> Result<Value> {
    let wrong = |should_be: &str| Error::invalid_argument(name, format!("It must be {should_be}."));
    let text = |value: &Toml| {
        value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(Secret::from)
    };
    Ok(match form {
        Form::Text => Value::Text(text(value).ok_or_else(|| wrong("a text that is not empty"))?),
        Form::List => {
            let list = value.as_array().and_then(|list| list.iter().map(text).collect());
            Value::List(list.ok_or_else(|| wrong("an array of texts, none of them empty"))?)
        }
        Form::Number => {
            let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
            Value::Number(number.ok_or_else(|| wrong("a whole number, not negative"))?)
        }
        Form::Flag => Value::Flag(value.as_bool().ok_or_else(|| wrong("true or false"))?),
    })
}
