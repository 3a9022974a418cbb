//! Settings from the environment.

use super::table::Form;
use super::{HandlerSettings, Key, Value};
use crate::error::Result;
use crate::secret::Secret;

/// The sample in C# writes a list as one variable an item.
const SAMPLE_SCOPES: &str = "CommunicationServices__Scopes__";
/// More items than anybody has scopes.
const MOST_ITEMS: usize = 32;

impl HandlerSettings {
    /// Reads the environment through this function, which answers `None` for a variable that is not set.
    ///
    /// Besides the names of the table, `CommunicationServices__Scopes__0`, `…__1` and so on are taken for `token_scopes`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), `target` naming the variable, for a value of
    /// the wrong form. No value is shown.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let mut settings = Self::default();
        for key in Key::ALL {
            let found = key
                .names()
                .environment
                .iter()
                .find_map(|name| Some((*name, variable(name)?)));
            if let Some((name, text)) = found {
                let text = Secret::new(text);
                settings.store(*key, name, parse(key.form(), name, text.expose())?);
            }
        }
        if !settings.has(Key::TokenScopes) {
            let scopes: Vec<Secret> = (0..MOST_ITEMS)
                .map_while(|at| variable(&format!("{SAMPLE_SCOPES}{at}")))
                .map(Secret::new)
                .collect();
            if !scopes.is_empty() {
                settings.store(Key::TokenScopes, format!("{SAMPLE_SCOPES}0"), Value::List(scopes));
            }
        }
        Ok(settings)
    }
}

fn parse(form: Form, name: &str, text: &str) -> Result<Value> {
    let trimmed = text.trim();
    Ok(match form {
        Form::Text => Value::Text(trimmed.into()),
        Form::List => Value::List(
            trimmed
                .split([',', ' ', '\t', '\r', '\n'])
                .filter(|item| !item.is_empty())
                .map(Secret::from)
                .collect(),
        ),
        Form::Number | Form::Millis => Value::Number(trimmed.parse().map_err(|_| form.refuse(name))?),
        Form::Flag => Value::Flag(match trimmed {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => return Err(form.refuse(name)),
        }),
    })
}
