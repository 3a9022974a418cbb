//! What a testee answers: one JSON object per request.

use serde::Deserialize;
use serde_json::{Map, Value};

/// The members of an error, each of which must be there; `null` for one that the error does not have.
pub(crate) const ERROR: [&str; 9] = [
    "client_request_id",
    "code",
    "kind",
    "ms_cv",
    "reason",
    "retry_after_ms",
    "status",
    "target",
    "value",
];

/// The members of the response of a call; its headers are pairs.
pub(crate) const RESPONSE: [&str; 4] = ["attempts", "client_request_id", "headers", "status"];

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The result, or the library's error.
    pub(crate) outcome: Result<Map<String, Value>, Map<String, Value>>,
    pub(crate) printed: Printed,
    /// The client as it is now, if there is one.
    pub(crate) client: Option<Client>,
    /// The response of a call of the client, if it got one.
    pub(crate) response: Option<Map<String, Value>>,
    /// The user's token credential as it is now, if there is one.
    pub(crate) user_credential: Option<UserCredential>,
}

/// What the host prints of its values, in every form that the language has; empty in a language without one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Printed {
    /// Of the result or the error.
    pub(crate) outcome: Vec<String>,
    /// Of the client, the handler and the user's token credential.
    pub(crate) made: Vec<String>,
}

/// The client's own values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub(crate) endpoint: String,
    pub(crate) clock_skew_seconds: i64,
    /// The scopes of each call that its token credential got.
    pub(crate) asked: Vec<Vec<String>>,
}

/// What the testee records about a user's token credential.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserCredential {
    /// The scopes of each call that its refresher or its credential of Entra got.
    pub(crate) asked: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    result: Option<Map<String, Value>>,
    error: Option<Map<String, Value>>,
    failure: Option<String>,
    printed: Option<Printed>,
    client: Option<Client>,
    response: Option<Map<String, Value>>,
    user_credential: Option<UserCredential>,
}

/// Parses a line. The error is what is wrong with it, or the testee's own `failure`.
pub(crate) fn read(line: &str) -> Result<Answer, String> {
    let read = serde_json::from_str(line);
    let line: Line =
        read.map_err(|error| format!("the testee's answer is invalid ({error}): {}", start(line)))?;
    if let Some(failure) = line.failure {
        return Err(format!("the testee failed: {failure}"));
    }
    if let Some(response) = &line.response {
        let names: Vec<&str> = response.keys().map(String::as_str).collect();
        if names.len() != RESPONSE.len() || RESPONSE.iter().any(|name| !names.contains(name)) {
            return Err(format!("a response has the members {names:?}, not {RESPONSE:?}"));
        }
    }
    let printed = line.printed.ok_or("the testee's answer has no printed forms")?;
    let outcome = match (line.result, line.error) {
        (Some(result), None) => Ok(result),
        (None, Some(error)) => {
            let names: Vec<&str> = error.keys().map(String::as_str).collect();
            if names.len() != ERROR.len() || ERROR.iter().any(|name| !names.contains(name)) {
                return Err(format!("an error has the members {names:?}, not {ERROR:?}"));
            }
            if printed.outcome.is_empty() {
                return Err("the testee's answer has no printed form of its error".into());
            }
            Err(error)
        }
        (None, None) | (Some(_), Some(_)) => {
            return Err("the testee's answer has neither or both of result and error".into());
        }
    };
    Ok(Answer {
        outcome,
        printed,
        client: line.client,
        response: line.response,
        user_credential: line.user_credential,
    })
}

/// The beginning of a line, for an error.
fn start(line: &str) -> String {
    line.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn why(answer: Value) -> String {
        read(&answer.to_string()).unwrap_err()
    }

    #[test]
    fn an_answer_has_all_members_and_no_others() {
        let printed = json!({"outcome": ["x"], "made": []});
        assert!(read(&json!({"result": {}, "printed": printed, "client": null}).to_string()).is_ok());
        for (answer, wrong) in [
            (
                json!({"result": {}, "printed": printed, "skipped": true}),
                "skipped",
            ),
            (json!({"result": {}}), "no printed forms"),
            (json!({"printed": printed}), "neither or both"),
            (
                json!({"result": {}, "error": {}, "printed": printed}),
                "neither or both",
            ),
            (
                json!({"error": {"kind": "Timeout"}, "printed": printed}),
                "an error has the members",
            ),
            (json!({"failure": "no such operation"}), "no such operation"),
            (json!({"result": {}, "printed": {"outcome": []}}), "made"),
            (json!([]), "is invalid"),
        ] {
            let said = why(answer.clone());
            assert!(said.contains(wrong), "{answer}: {said}");
        }
        let mut error: Map<String, Value> =
            ERROR.iter().map(|&name| (name.to_owned(), Value::Null)).collect();
        let unprinted = json!({"error": error, "printed": {"outcome": [], "made": []}});
        assert!(why(unprinted).contains("no printed form of its error"));
        error.insert("colour".into(), Value::Null);
        assert!(why(json!({"error": error, "printed": printed})).contains("colour"));
    }
}
