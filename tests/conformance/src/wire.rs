//! What goes over the wire: arguments as a testee gets them, and its results as cases compare them.

use std::path::Path;
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::case::Operation;
use crate::signature::{check, members, parameters};

/// A call whose arguments are complete.
pub(crate) struct Wired {
    operation: Operation,
    /// As the testee gets them.
    pub(crate) arguments: Map<String, Value>,
    /// For `prepare_request` and `parse_response`, the operation that they prepare or parse.
    inner: Option<Operation>,
    /// The vector or the arguments that are signed.
    signed: Map<String, Value>,
}

impl Wired {
    /// Completes the arguments of a call: files that hosts share are read, and each argument must exist and be of its kind.
    pub(crate) fn new(operation: Operation, mut given: Map<String, Value>) -> Result<Self, String> {
        let mut signed = Map::new();
        match operation {
            Operation::SignRequest => {
                signed = given.clone();
                if let Some(name) = given.remove("vector") {
                    signed = shared("vectors", &name)?;
                    for name in parameters(operation).iter().map(|parameter| parameter.name) {
                        let value = signed.get(name).ok_or("a vector is not complete")?.clone();
                        only_once(&mut given, name, value)?;
                    }
                }
            }
            Operation::ParseResponse => {
                if let Some(name) = given.remove("recording") {
                    let mut recording = shared("recordings", &name)?;
                    let body = match recording.remove("response_body").unwrap_or_default() {
                        Value::Null => String::new(),
                        body => body.to_string(),
                    };
                    only_once(
                        &mut given,
                        "status",
                        recording.remove("status").unwrap_or_default(),
                    )?;
                    let headers = recording.remove("response_headers").unwrap_or_default();
                    only_once(&mut given, "headers", headers)?;
                    only_once(&mut given, "body", body.into())?;
                }
                if let Some(Value::Object(headers)) = given.get("headers") {
                    let pairs: Vec<Value> =
                        headers.iter().map(|(name, value)| json!([name, value])).collect();
                    given.insert("headers".into(), pairs.into());
                }
            }
            Operation::Handle => {
                given.entry("headers").or_insert_with(|| json!([]));
                given.entry("body").or_insert_with(|| "".into());
            }
            _ => {}
        }
        let inner = match operation {
            Operation::PrepareRequest | Operation::ParseResponse => {
                let name = given.get("operation").cloned().unwrap_or_default();
                let inner = serde_json::from_value(name).map_err(|error| format!("operation: {error}"))?;
                if !Operation::PREPARED.contains(&inner) {
                    return Err(format!("{} has no request and no response", inner.name()));
                }
                Some(inner)
            }
            _ => None,
        };
        let of_inner = match (operation, inner) {
            (Operation::PrepareRequest, Some(inner)) => parameters(inner),
            _ => &[],
        };
        check(&given, parameters(operation).iter().chain(of_inner))?;
        if operation == Operation::SignRequest {
            given = to_sign(&given)?;
        }
        Ok(Self {
            operation,
            arguments: given,
            inner,
            signed,
        })
    }

    /// A testee's result in the form that cases compare.
    pub(crate) fn result(&self, result: Map<String, Value>) -> Result<Value, String> {
        let expected = members(self.operation)
            .or_else(|| members(self.inner?))
            .unwrap_or_default();
        let found: Vec<&str> = result.keys().map(String::as_str).collect();
        if found.len() != expected.len() || expected.iter().any(|name| !found.contains(name)) {
            return Err(format!("the result has the members {found:?}, not {expected:?}"));
        }
        let mut result = result;
        match self.operation {
            Operation::SignRequest => {
                let same = result
                    .iter()
                    .all(|(name, value)| self.signed.get(name) == Some(value));
                result.insert("as_in_vector".into(), same.into());
            }
            Operation::PrepareRequest => by_name(&mut result)?,
            Operation::Inspect => by_outcome(&mut result)?,
            Operation::Handle => {
                by_name(&mut result)?;
                let body = result["body"].as_str().ok_or("the body is no text")?;
                let json: Value = serde_json::from_str(body).unwrap_or_default();
                result.insert("json".into(), json);
            }
            _ => {}
        }
        Ok(result.into())
    }
}

/// A file that all hosts share.
fn shared(folder: &str, name: &Value) -> Result<Map<String, Value>, String> {
    let name = name.as_str().ok_or("the name of a file is no text")?;
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let failed = |error: &dyn std::fmt::Display| format!("{folder}/{name}.json: {error}");
    let text = std::fs::read(tests.join(folder).join(format!("{name}.json"))).map_err(|e| failed(&e))?;
    serde_json::from_slice(&text).map_err(|e| failed(&e))
}

fn only_once(arguments: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), String> {
    match arguments.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(format!("the argument {name} is given twice")),
    }
}

/// The request to sign, in a form that a testee needn't convert: its body as text, the time in Unix seconds.
fn to_sign(given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let text = |name: &str| given[name].as_str().unwrap_or_default();
    let body = STANDARD
        .decode(text("body_base64"))
        .map_err(|error| format!("body_base64: {error}"))?;
    let body = String::from_utf8(body).map_err(|error| format!("body_base64: {error}"))?;
    let date = httpdate::parse_http_date(text("x-ms-date")).map_err(|error| format!("x-ms-date: {error}"))?;
    let now = date
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?
        .as_secs();
    let mut arguments = given.clone();
    arguments.remove("body_base64");
    arguments.remove("x-ms-date");
    arguments.insert("body".into(), body.into());
    arguments.insert("now".into(), now.into());
    Ok(arguments)
}

/// Turns the headers, pairs, into an object; their names must be in lower case and different.
pub(crate) fn by_name(result: &mut Map<String, Value>) -> Result<(), String> {
    let pairs: Vec<(String, String)> = serde_json::from_value(result["headers"].take())
        .map_err(|error| format!("the headers are no list of pairs: {error}"))?;
    let mut headers = Map::new();
    for (name, value) in pairs {
        if name != name.to_ascii_lowercase() {
            return Err(format!("the header {name} is not in lower case"));
        }
        only_once(&mut headers, &name, value.into())
            .map_err(|_| format!("the header {name} is there twice"))?;
    }
    result["headers"] = headers.into();
    Ok(())
}

/// Turns the checks, pairs of name and outcome, into lists of names by outcome.
fn by_outcome(result: &mut Map<String, Value>) -> Result<(), String> {
    let checks: Vec<(String, String)> =
        serde_json::from_value(result.remove("checks").unwrap_or_default())
            .map_err(|error| format!("the checks are no list of pairs: {error}"))?;
    let outcomes = ["passed", "failed", "not_checked"];
    if let Some((name, outcome)) = checks
        .iter()
        .find(|(_, outcome)| !outcomes.contains(&outcome.as_str()))
    {
        return Err(format!("the check {name} has the outcome {outcome}"));
    }
    for outcome in outcomes {
        let names: Vec<&str> = checks
            .iter()
            .filter(|(_, it)| it == outcome)
            .map(|(name, _)| name.as_str())
            .collect();
        result.insert(outcome.into(), json!(names));
    }
    Ok(())
}
