//! What a value is compared with: a value, or an object with one word.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::Scope;

/// Members and what each is compared with; members that are not named do not matter.
pub type Matchers = BTreeMap<String, Value>;

/// The words of a matcher.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Word {
    /// A value that exists and isn't empty, or one that doesn't.
    Present(bool),
    /// A text that begins with this.
    Prefix(String),
    /// A text with all of these in it.
    Contains(Vec<String>),
    /// A text with none of these in it.
    Lacks(Vec<String>),
    /// This text, whatever its case.
    IgnoringCase(String),
    /// A number from the first to the second.
    Between(i64, i64),
    /// A time in Unix seconds, from so many to so many seconds after now.
    SecondsFromNow(i64, i64),
    /// A text that is this JSON.
    Json(Value),
    /// An object with these members, `null` for one that it does not have.
    Has(Matchers),
}

/// Compares the members of an object with their matchers. `now` is in Unix seconds.
///
/// # Errors
/// Names the member that differs, and how, or the member or word that is unknown.
pub fn check(found: &Value, expected: &Matchers, scope: &Scope, now: i64) -> Result<(), String> {
    if let Some(unknown) = expected.keys().find(|name| found.get(name).is_none()) {
        return Err(format!("there is no member {unknown:?} to compare"));
    }
    check_some(found, expected, scope, now)
}

/// Like [`check`], where an absent member is `null`.
fn check_some(found: &Value, expected: &Matchers, scope: &Scope, now: i64) -> Result<(), String> {
    for (name, matcher) in expected {
        let value = found.get(name).unwrap_or(&Value::Null);
        let matcher = scope.fill(matcher)?;
        matches(value, &matcher, scope, now).map_err(|why| format!("{name}: {why}"))?;
    }
    Ok(())
}

fn matches(value: &Value, matcher: &Value, scope: &Scope, now: i64) -> Result<(), String> {
    let Value::Object(word) = matcher else {
        return require(value == matcher, || format!("is {value}, not {matcher}"));
    };
    let [(name, argument)] = word.iter().collect::<Vec<_>>()[..] else {
        return Err(format!("a matcher has one word: {matcher}"));
    };
    let word: Word =
        serde_json::from_value(matcher.clone()).map_err(|error| format!("{matcher}: {error}"))?;
    let text = || value.as_str().unwrap_or_default();
    let holds = match &word {
        Word::Present(wanted) => *wanted != (value.is_null() || value.as_str() == Some("")),
        Word::Prefix(prefix) => text().starts_with(prefix),
        Word::Contains(parts) => !parts.is_empty() && parts.iter().all(|part| text().contains(part)),
        Word::Lacks(parts) => value.is_string() && !parts.iter().any(|part| text().contains(part)),
        Word::IgnoringCase(wanted) => text().eq_ignore_ascii_case(wanted),
        Word::Between(from, to) => value
            .as_i64()
            .is_some_and(|number| (*from..=*to).contains(&number)),
        Word::SecondsFromNow(from, to) => value
            .as_i64()
            .is_some_and(|time| (now + from..=now + to).contains(&time)),
        Word::Json(wanted) => serde_json::from_str(text()).is_ok_and(|found: Value| found == *wanted),
        Word::Has(members) => return check_some(value, members, scope, now),
    };
    require(holds, || format!("is {value}, which is not {name} {argument}"))
}

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(value: Value, matcher: Value) -> bool {
        let expected = Matchers::from([("m".to_owned(), matcher)]);
        check(&json!({"m": value}), &expected, &Scope::default(), 1000).is_ok()
    }

    #[test]
    fn each_word_holds_and_fails() {
        for (matcher, yes, no) in [
            (json!("a"), json!("a"), json!("A")),
            (json!(1), json!(1), json!("1")),
            (json!(null), json!(null), json!("")),
            (json!(["a"]), json!(["a"]), json!(["a", "b"])),
            (json!({"present": true}), json!("a"), json!("")),
            (json!({"present": false}), json!(null), json!("a")),
            (json!({"prefix": "a"}), json!("ab"), json!("ba")),
            (json!({"contains": ["a", "b"]}), json!("xbya"), json!("a")),
            (json!({"lacks": ["a"]}), json!("b"), json!("ba")),
            (json!({"ignoring_case": "aB"}), json!("Ab"), json!("b")),
            (json!({"between": [1, 2]}), json!(2), json!(3)),
            (json!({"seconds_from_now": [-1, 1]}), json!(999), json!(1002)),
            (json!({"json": {"a": 1}}), json!("{ \"a\": 1 }"), json!("{}")),
            (
                json!({"has": {"a": 1, "b": null}}),
                json!({"a": 1, "c": 2}),
                json!({"a": 1, "b": 2}),
            ),
        ] {
            assert!(holds(yes.clone(), matcher.clone()), "{matcher} {yes}");
            assert!(!holds(no.clone(), matcher.clone()), "{matcher} {no}");
        }
    }

    #[test]
    fn a_text_must_be_there_to_lack_something() {
        assert!(!holds(Value::Null, json!({"lacks": ["a"]})));
    }

    #[test]
    fn an_unknown_word_is_an_error() {
        assert!(!holds(json!("a"), json!({"suffix": "a"})));
        assert!(!holds(json!("a"), json!({})));
        assert!(!holds(json!("a"), json!({"prefix": "a", "contains": ["a"]})));
    }
}
