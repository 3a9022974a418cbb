//! `${…}`: values that are known only when a case runs.

use std::collections::BTreeMap;

use serde_json::Value;

/// The values that references can name: `emulator`, the start line, and those that a case named with `as`.
#[derive(Debug, Clone, Default)]
pub struct Scope(BTreeMap<String, Value>);

impl Scope {
    /// Names a value.
    ///
    /// # Errors
    /// If the name is taken.
    pub fn name(&mut self, name: &str, value: Value) -> Result<(), String> {
        match self.0.insert(name.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(format!("{name:?} names two things")),
        }
    }

    /// The value with each `${name.member.0}` in its texts replaced. A text that is nothing but one reference
    /// becomes what it refers to; within a text it becomes part of the text.
    ///
    /// # Errors
    /// If a reference names nothing.
    pub fn fill(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => self.fill_text(text)?,
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.fill(item))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(members) => {
                let filled = members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.fill(value)?)));
                Value::Object(filled.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// Like [`Scope::fill`], for a text that stays a text.
    ///
    /// # Errors
    /// If a reference names nothing.
    pub fn text(&self, text: &str) -> Result<String, String> {
        self.fill_text(text).map(into_text)
    }

    fn fill_text(&self, text: &str) -> Result<Value, String> {
        if let Some(path) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            && !path.contains("${")
        {
            return self.look_up(path).cloned();
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, reference)) = rest.split_once("${") {
            let (path, after) = reference
                .split_once('}')
                .ok_or_else(|| format!("{text:?}: a reference has no end"))?;
            filled.push_str(before);
            filled.push_str(&into_text(self.look_up(path)?.clone()));
            rest = after;
        }
        filled.push_str(rest);
        Ok(Value::String(filled))
    }

    fn look_up(&self, path: &str) -> Result<&Value, String> {
        let (name, members) = path
            .split_once('.')
            .map_or((path, None), |(name, rest)| (name, Some(rest)));
        let mut found = self.0.get(name);
        for member in members.into_iter().flat_map(|members| members.split('.')) {
            found = found.and_then(|value| match value {
                Value::Array(items) => items.get(member.parse::<usize>().ok()?),
                other => other.get(member),
            });
        }
        found.ok_or_else(|| format!("${{{path}}} names nothing"))
    }
}

fn into_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        let mut scope = Scope::default();
        scope
            .name("emulator", json!({"users": [{"id": "u"}], "port": 1}))
            .unwrap();
        scope
    }

    #[test]
    fn references_are_replaced_wherever_they_stand() {
        let filled =
            scope().fill(&json!({"a": ["${emulator.users.0.id}/${emulator.port}"], "b": "${emulator.port}"}));
        assert_eq!(filled.unwrap(), json!({"a": ["u/1"], "b": 1}));
    }

    #[test]
    fn a_reference_to_nothing_is_an_error() {
        for text in ["${other}", "${emulator.users.1.id}", "x${emulator.port", "${}"] {
            assert!(scope().fill(&json!(text)).is_err(), "{text}");
        }
        assert!(scope().name("emulator", Value::Null).is_err());
    }
}
