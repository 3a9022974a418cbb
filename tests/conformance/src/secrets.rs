//! What must not be shown: keys and tokens.

use serde_json::Value;

/// A shorter text, such as a token of a test, would be found by chance.
const SHORTEST: usize = 8;

#[derive(Debug, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn add(&mut self, secret: impl Into<String>) {
        self.0.push(secret.into());
        self.0.retain(|secret| secret.len() >= SHORTEST);
    }

    /// Fails if one of them appears in one of the texts.
    pub(crate) fn are_not_in<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a str>,
        what: &str,
    ) -> Result<(), String> {
        let shown = texts
            .into_iter()
            .any(|text| self.0.iter().any(|secret| text.contains(secret.as_str())));
        if shown {
            Err(format!("{what} shows a secret"))
        } else {
            Ok(())
        }
    }

    /// The text with each of them replaced, for a report.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), "[secret]")
        })
    }

    /// Fails if one of them appears in a text or a name within the value, or in the value as JSON.
    pub(crate) fn are_not_in_value(&self, value: &Value, what: &str) -> Result<(), String> {
        let json = value.to_string();
        let mut texts = vec![json.as_str()];
        collect(value, &mut texts);
        self.are_not_in(texts, what)
    }
}

fn collect<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => {
            for (name, member) in members {
                texts.push(name);
                collect(member, texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let mut secrets = Secrets::default();
        secrets.add("it");
        secrets.add("secret\"b");
        assert!(
            secrets
                .are_not_in_value(&json!({"a": ["b", "secret", null]}), "it")
                .is_ok()
        );
        for value in [
            json!("xsecret\"bx"),
            json!([["secret\"b"]]),
            json!({"secret\"b": 1}),
        ] {
            assert!(secrets.are_not_in_value(&value, "it").is_err(), "{value}");
        }
        assert_eq!(secrets.redact("xsecret\"bx"), "x[secret]x");
    }
}
