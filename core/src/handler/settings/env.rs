//! Settings from the environment.

use super::table::Form;
use super::{HandlerSettings, Key, Value};
use crate::error::Result;
use crate::secret::Secret;

/// Microsoft's sample for .NET has one variable for each item of this list.
const SAMPLE_SCOPES: &str = "CommunicationServices__Scopes__";
/// The maximum number of items that are read.
const MOST_ITEMS: usize = 32;

impl HandlerSettings {
    /// Reads the environment. `variable` returns the value of a variable, or `None` if it is not set.
    ///
    /// In addition to the table's names, `CommunicationServices__Scopes__0`, `…__1` and so on are read
    /// as the items of `token_scopes`, as in Microsoft's sample.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a value of the wrong type;
    /// `target` names the variable. The error contains no value.
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
            let scopes: Vec<Secret> = sample_scopes()
                .map_while(|name| variable(&name))
                .map(Secret::new)
                .collect();
            if !scopes.is_empty() {
                settings.store(Key::TokenScopes, format!("{SAMPLE_SCOPES}0"), Value::List(scopes));
            }
        }
        Ok(settings)
    }

    /// Returns the names of all variables that [`Self::from_env`] reads.
    pub fn variables() -> impl Iterator<Item = String> {
        let of_table = Self::names().flat_map(|name| name.environment).copied();
        of_table.map(str::to_owned).chain(sample_scopes())
    }
}

fn sample_scopes() -> impl Iterator<Item = String> {
    (0..MOST_ITEMS).map(|at| format!("{SAMPLE_SCOPES}{at}"))
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
