//! Values set by a program, and the types of settings.

use std::fmt;
use std::time::Duration;

use super::Value;
use super::table::Form;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A value for [`HandlerSettings::set`](super::HandlerSettings::set): a text, a list of texts, a
/// whole number, a [`Duration`] for a number of milliseconds, or a `bool`. It may be secret and is
/// not printed.
#[derive(Clone)]
pub struct SettingValue(Raw);

/// A value of any type.
#[derive(Clone)]
enum Raw {
    Text(Secret),
    List(Vec<Secret>),
    Number(i128),
    Time(Duration),
    Flag(bool),
    /// A value of a type that no setting has.
    Other,
}

impl SettingValue {
    /// A value that no setting accepts.
    pub(super) const fn of_no_form() -> Self {
        Self(Raw::Other)
    }

    /// Converts it into the value of a setting with this type.
    pub(super) fn of_form(self, form: Form, name: &str) -> Result<Value> {
        let value = match (form, self.0) {
            (Form::Text, Raw::Text(given)) => text(&given).map(Value::Text),
            (Form::List, Raw::List(given)) => given.iter().map(text).collect::<Option<_>>().map(Value::List),
            (Form::Number | Form::Millis, Raw::Number(number)) => {
                u64::try_from(number).ok().map(Value::Number)
            }
            (Form::Millis, Raw::Time(time)) => {
                Some(Value::Number(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
            }
            (Form::Flag, Raw::Flag(flag)) => Some(Value::Flag(flag)),
            _ => None,
        };
        value.ok_or_else(|| form.refuse(name))
    }
}

/// The text without surrounding whitespace, or `None` if nothing is left.
fn text(given: &Secret) -> Option<Secret> {
    let text = given.expose().trim();
    (!text.is_empty()).then(|| text.into())
}

impl Form {
    /// The error about a value of another type. It does not contain the value.
    pub(super) fn refuse(self, name: &str) -> Error {
        let must_be = match self {
            Self::Text => "a text that is not empty",
            Self::List => "a list of texts, none of them empty",
            Self::Number => "a whole number, not negative",
            Self::Millis => "a whole number of milliseconds, not negative",
            Self::Flag => "true or false",
        };
        Error::invalid_argument(name, format!("It must be {must_be}."))
    }
}

impl fmt::Debug for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SettingValue(…)")
    }
}

impl From<&str> for SettingValue {
    fn from(text: &str) -> Self {
        Self(Raw::Text(text.into()))
    }
}

impl From<String> for SettingValue {
    fn from(text: String) -> Self {
        Self(Raw::Text(text.into()))
    }
}

impl From<Secret> for SettingValue {
    fn from(text: Secret) -> Self {
        Self(Raw::Text(text))
    }
}

impl From<bool> for SettingValue {
    fn from(flag: bool) -> Self {
        Self(Raw::Flag(flag))
    }
}

impl From<Duration> for SettingValue {
    fn from(time: Duration) -> Self {
        Self(Raw::Time(time))
    }
}

macro_rules! numbers {
    ($($number:ty)+) => {
        $(impl From<$number> for SettingValue {
            fn from(number: $number) -> Self {
                Self(Raw::Number(number.into()))
            }
        })+
    };
}

numbers! { i32 i64 u32 u64 }

impl<S: AsRef<str>> FromIterator<S> for SettingValue {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        Self(Raw::List(
            texts.into_iter().map(|text| text.as_ref().into()).collect(),
        ))
    }
}

impl<S: AsRef<str>> From<Vec<S>> for SettingValue {
    fn from(texts: Vec<S>) -> Self {
        texts.into_iter().collect()
    }
}

impl<S: AsRef<str>> From<&[S]> for SettingValue {
    fn from(texts: &[S]) -> Self {
        texts.iter().collect()
    }
}

impl<S: AsRef<str>, const N: usize> From<[S; N]> for SettingValue {
    fn from(texts: [S; N]) -> Self {
        texts.into_iter().collect()
    }
}
