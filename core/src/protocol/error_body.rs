//! The error body of the service, and the other forms that gateways return.

use serde_json::{Map, Value};

use crate::redact;

/// The largest body that is parsed, in bytes. The service's errors are much smaller.
const LARGEST: usize = 256 * 1024;
const LONGEST_MESSAGE: usize = 1024;
const LONGEST_NAME: usize = 128;
const MOST_DETAILS: usize = 3;
const MOST_LEVELS: usize = 16;

/// The content of an error body: shortened, and without control characters or tokens.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) target: Option<String>,
    /// The messages of `details`, or their codes if they have no message.
    pub(crate) details: Vec<String>,
    /// The code of the deepest `innererror` that has one.
    pub(crate) inner_code: Option<String>,
}

impl ErrorBody {
    /// Parses any bytes; what cannot be read is omitted.
    pub(crate) fn read(body: &[u8]) -> Self {
        if body.len() > LARGEST {
            return Self::default();
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Self::of_answer(&object),
            Ok(Value::String(message)) => Self {
                message: shown(&message, LONGEST_MESSAGE),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    fn of_answer(answer: &Map<String, Value>) -> Self {
        match member(answer, &["error", "CommunicationError"]) {
            Some(Value::Object(error)) => Self::of_error(error),
            // In OAuth, `error` is the code, and `error_description` the message.
            Some(Value::String(code)) => Self {
                code: shown(code, LONGEST_NAME),
                ..Self::of_error(answer)
            },
            _ => Self::of_error(answer),
        }
    }

    fn of_error(error: &Map<String, Value>) -> Self {
        Self {
            code: name(member(error, &["code", "errorCode"])),
            message: member(error, &["message", "error_description", "detail", "title"]).and_then(text),
            target: name(member(error, &["target"])),
            details: details(error),
            inner_code: inner_code(error),
        }
    }
}

fn details(error: &Map<String, Value>) -> Vec<String> {
    let Some(Value::Array(details)) = member(error, &["details"]) else {
        return Vec::new();
    };
    details
        .iter()
        .filter_map(Value::as_object)
        .filter_map(|detail| {
            member(detail, &["message"])
                .and_then(text)
                .or_else(|| name(member(detail, &["code"])))
        })
        .take(MOST_DETAILS)
        .collect()
}

fn inner_code(error: &Map<String, Value>) -> Option<String> {
    let mut found = None;
    let mut level = error;
    for _ in 0..MOST_LEVELS {
        match member(level, &["innererror"]) {
            Some(Value::Object(inner)) => level = inner,
            _ => break,
        }
        found = name(member(level, &["code"])).or(found);
    }
    found
}

/// Returns the member with the first of these names that has a value; names are case-insensitive.
fn member<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| {
        object
            .iter()
            .find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())
            .map(|(_, value)| value)
    })
}

fn name(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => shown(text, LONGEST_NAME),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    shown(value.as_str()?, LONGEST_MESSAGE)
}

fn shown(text: &str, cap: usize) -> Option<String> {
    Some(redact::for_display(text, cap)).filter(|text| !text.is_empty())
}
