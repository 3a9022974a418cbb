//! The texts of findings.

use jiff::Timestamp;

use super::Expectations;
use crate::redact;

const LONGEST: usize = 128;

/// A claim or an argument for an explanation: shortened, and without control characters or tokens.
pub(super) fn shown(text: &str) -> String {
    redact::for_display(text, LONGEST)
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// The advice on which scopes to request from MSAL.
pub(super) fn ask_msal(expected: &Expectations) -> String {
    let scopes: Vec<String> = expected
        .scopes
        .iter()
        .map(|scope| format!("{}/{}", expected.resource, shown(scope)))
        .collect();
    match &scopes[..] {
        [] => format!("Ask MSAL for a scope of {}.", expected.resource),
        [one] => format!("Ask MSAL for the scope {one}."),
        all => format!("Ask MSAL for the scopes {}.", list(all)),
    }
}

/// A span of time in the unit that a person would use.
pub(super) fn span(seconds: i64) -> String {
    match seconds {
        ..600 => format!("{seconds} s"),
        600..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// ` (2024-11-05T09:08:07Z)`, or nothing for a time beyond the calendar.
pub(super) fn at(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| format!(" ({time})"))
}
