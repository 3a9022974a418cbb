//! The emulator's control API, over one connection that stays open, so that a fault that resets the next connection
//! hits the client's.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::case::Action;

/// How long one request to the control API may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Longer than any case, so that an idle connection is not replaced.
const IDLE: Duration = Duration::from_secs(3600);

pub(crate) struct Control {
    pub(crate) info: Value,
    url: String,
    http: ureq::Agent,
}

impl Control {
    pub(crate) fn new(start_line: &str) -> Result<Self, String> {
        let info: Value = serde_json::from_str(start_line).map_err(|error| error.to_string())?;
        let url = format!("{}/_emulator", text(&info, "http_url")?);
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .max_idle_age(IDLE);
        let http = config.build().new_agent();
        Ok(Self { info, url, http })
    }

    /// A text in the start line.
    pub(crate) fn text(&self, name: &str) -> Result<&str, String> {
        text(&self.info, name)
    }

    /// The PEM of the emulator's CA.
    pub(crate) fn ca(&self) -> Result<String, String> {
        let file = self.text("ca_file")?;
        std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))
    }

    pub(crate) fn reset(&self) -> Result<(), String> {
        read(self.http.post(self.at("/reset")).send_empty()).map(drop)
    }

    /// Does a step that is not a call.
    pub(crate) fn act(&self, action: &Action) -> Result<(), String> {
        match action {
            Action::Faults(faults) => self.post("/faults", faults).map(drop),
            Action::Clock(clock) => self.post("/clock", clock).map(drop),
            Action::Behaviour(behaviour) => {
                read(self.http.put(self.at("/behaviour")).send_json(behaviour)).map(drop)
            }
            Action::AccessKeys(keys) => self.post("/access-keys", keys).map(drop),
            Action::Mint(_) | Action::Call(_) => Err("the control API alone cannot do this".into()),
        }
    }

    /// Mints a token; the members of the query become texts.
    pub(crate) fn mint(&self, query: &Value) -> Result<String, String> {
        let mut request = self.http.get(self.at("/mint"));
        for (name, value) in query.as_object().into_iter().flatten() {
            request = request.query(name, value.as_str().map_or(value.to_string(), str::to_owned));
        }
        let answer = read(request.call())?;
        let token = answer["token"].as_str().ok_or("the answer has no token")?;
        Ok(token.to_owned())
    }

    pub(crate) fn forget_requests(&self) -> Result<(), String> {
        read(self.http.delete(self.at("/requests")).call()).map(drop)
    }

    /// The attempts of the identity operations since the records were last deleted, the oldest first.
    pub(crate) fn attempts(&self) -> Result<Vec<Value>, String> {
        let answer = self.get("/requests?operation=acs")?;
        answer["requests"]
            .as_array()
            .ok_or("no list of requests")?
            .iter()
            .map(attempt)
            .collect()
    }

    pub(crate) fn identities(&self) -> Result<usize, String> {
        let answer = self.get("/identities")?;
        Ok(answer["identities"]
            .as_array()
            .ok_or("no list of identities")?
            .len())
    }

    pub(crate) fn introspect(&self, token: &str) -> Result<Value, String> {
        self.post("/introspect", &json!({"token": token}))
    }

    /// The time by the emulator's clock, in Unix seconds.
    pub(crate) fn now(&self) -> Result<i64, String> {
        let answer = self.get("/clock")?;
        answer["unix"]
            .as_i64()
            .ok_or_else(|| "the clock shows no time".into())
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        read(self.http.get(self.at(path)).call())
    }

    fn post(&self, path: &str, body: &impl Serialize) -> Result<Value, String> {
        read(self.http.post(self.at(path)).send_json(body))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

fn text<'a>(info: &'a Value, name: &str) -> Result<&'a str, String> {
    info[name]
        .as_str()
        .ok_or_else(|| format!("the emulator's start line has no {name}"))
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let failed = |error: ureq::Error| format!("the control API: {error}");
    let mut answer = answer.map_err(failed)?;
    let body = answer.body_mut().read_to_string().map_err(failed)?;
    if !answer.status().is_success() {
        return Err(format!("the control API answered {}: {body}", answer.status()));
    }
    Ok(serde_json::from_str(&body).unwrap_or_default())
}

/// A record of the emulator in the form that cases compare: headers and checks by name.
fn attempt(record: &Value) -> Result<Value, String> {
    let mut attempt = record.clone();
    let headers = record["headers"].as_array().ok_or("a record has no headers")?;
    let headers: Map<String, Value> = headers
        .iter()
        .map(|header| {
            (
                header[0].as_str().unwrap_or_default().to_owned(),
                header[1].clone(),
            )
        })
        .collect();
    attempt["headers"] = headers.into();
    let mut checks = Map::new();
    for check in record["checks"].as_array().ok_or("a record has no checks")? {
        // A check that failed once counts as failed.
        let ok = checks
            .entry(check["name"].as_str().unwrap_or_default())
            .or_insert(Value::Bool(true));
        *ok = json!(*ok == json!(true) && check["ok"] == json!(true));
    }
    attempt["checks"] = checks.into();
    Ok(attempt)
}
