//! One case from its beginning to its end.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use acs_auth::handler::TokenExchangeHandler;
use acs_auth::{CallOptions, Error};
use acs_conformance::case::{Action, Call, Case, Operation};
use acs_conformance::expect::{ExpectedError, Seen};
use acs_conformance::{Scope, check};
use serde_json::{Map, Value, json};

use crate::calls::{self, Arguments};
use crate::client::{self, Client};
use crate::emulator::Control;
use crate::{handler, pure};

/// The numbers of the error kinds, as every host has them.
const ERRORS: &str = include_str!("../../../surface/errors.txt");

struct Run<'a> {
    case: &'a Case,
    control: &'a Control,
    scope: Scope,
    /// Made when the first call needs it.
    client: Option<Client>,
    /// Made when the first request needs it.
    handler: Option<TokenExchangeHandler>,
    /// What must not be shown: keys and tokens.
    secrets: Vec<String>,
}

pub(crate) async fn run(case: &Case, control: &Control) -> Result<(), String> {
    control.reset()?;
    let mut run = Run {
        case,
        control,
        scope: Scope::default(),
        client: None,
        handler: None,
        secrets: Vec::new(),
    };
    run.scope.name("emulator", control.info.clone())?;
    let key = control.info["connection_string"]
        .as_str()
        .and_then(|text| text.split_once(";accesskey="));
    run.secrets
        .push(key.ok_or("the start line has no access key")?.1.to_owned());
    for action in &case.before {
        run.act(action).await?;
    }
    control.forget_requests()?;

    let started = Instant::now();
    let outcome = run.call(&case.call).await?;
    let took = started.elapsed();
    run.judge(&outcome, took)
}

impl Run<'_> {
    async fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Mint(mint) => {
                let query = self
                    .scope
                    .fill(&serde_json::to_value(mint).map_err(|error| error.to_string())?)?;
                let mut filled = query.as_object().cloned().unwrap_or_default();
                filled.insert("as".into(), mint.name.clone().into());
                let mint = serde_json::from_value(filled.into()).map_err(|error| error.to_string())?;
                let token = self.control.mint(&mint)?;
                self.secrets.push(token.clone());
                self.scope.name(&mint.name, token.into())
            }
            Action::Call(earlier) => {
                let call = Call {
                    operation: earlier.operation,
                    arguments: earlier.arguments.clone(),
                    timeout_ms: None,
                    client_request_id: None,
                };
                let result = self
                    .call(&call)
                    .await?
                    .map_err(|error| format!("before: {error}"))?;
                if result["status"].as_u64().is_some_and(|status| status >= 400) {
                    return Err(format!("before: {result}"));
                }
                match &earlier.name {
                    Some(name) => self.scope.name(name, result),
                    None => Ok(()),
                }
            }
            Action::Faults(faults) => {
                let faults = faults
                    .iter()
                    .map(|fault| self.fill(fault))
                    .collect::<Result<_, _>>()?;
                self.control.act(&Action::Faults(faults))
            }
            Action::Clock(clock) => self.control.act(&Action::Clock(self.fill(clock)?)),
            Action::Behaviour(it) => self.control.act(&Action::Behaviour(self.fill(it)?)),
            Action::AccessKeys(it) => self.control.act(&Action::AccessKeys(self.fill(it)?)),
        }
    }

    fn fill(&self, members: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let filled = self.scope.fill(&members.clone().into())?;
        Ok(filled.as_object().cloned().unwrap_or_default())
    }

    async fn call(&mut self, call: &Call) -> Result<Result<Value, Error>, String> {
        let arguments = || Arguments::new(self.fill(&call.arguments)?.into());
        if let Some(result) = pure::call(call.operation, arguments()?) {
            return result;
        }
        let arguments = arguments()?;
        if call.operation == Operation::Handle {
            return self.handle(call, arguments).await;
        }
        if self.client.is_none() {
            match client::make(&self.case.client, &self.scope, self.control)? {
                Ok(made) => self.client = Some(made),
                Err(error) => return Ok(Err(error)),
            }
        }
        let client = &self.client.as_ref().ok_or("there is no client")?.client;
        let client = client.with_options(CallOptions {
            timeout: call.timeout_ms.map(Duration::from_millis),
            client_request_id: call.client_request_id.clone(),
        });
        let result = calls::call(&client, call.operation, arguments).await?;
        if let Ok(result) = &result {
            self.secrets.extend(result["token"].as_str().map(str::to_owned));
        }
        Ok(result)
    }

    async fn handle(&mut self, call: &Call, arguments: Arguments) -> Result<Result<Value, Error>, String> {
        if call.timeout_ms.is_some() || call.client_request_id.is_some() {
            return Err("a request to the handler has no options of a call".into());
        }
        if self.handler.is_none() {
            match handler::make(&self.case.handler, &self.scope, self.control)? {
                Ok(made) => self.handler = Some(made),
                Err(error) => return Ok(Err(error)),
            }
        }
        let handler = self.handler.as_ref().ok_or("there is no handler")?;
        let answer = handler::handle(handler, arguments).await?;
        if answer["status"].as_u64().is_some_and(|status| status >= 400) {
            self.keeps_secrets(&answer.to_string(), "the answer")?;
        }
        self.secrets
            .extend(answer["json"]["token"].as_str().map(str::to_owned));
        Ok(Ok(answer))
    }

    /// What an error shows, in whatever form, holds nothing that must not be shown.
    fn keeps_secrets(&self, texts: &str, what: &str) -> Result<(), String> {
        let given = self.case.expect.never_shown.iter();
        let given = given
            .map(|text| self.scope.text(text))
            .collect::<Result<Vec<_>, _>>()?;
        let mut secrets = given.iter().chain(&self.secrets);
        if secrets.any(|secret| texts.contains(secret.as_str())) {
            return Err(format!("{what} shows a secret"));
        }
        Ok(())
    }

    fn judge(&self, outcome: &Result<Value, Error>, took: Duration) -> Result<(), String> {
        let expect = &self.case.expect;
        let now = self.control.now()?;
        let is = |found: &Value, expected| check(found, expected, &self.scope, now);
        match (outcome, &expect.ok, &expect.error) {
            (Ok(result), Some(expected), None) => is(result, expected)?,
            (Err(error), None, Some(expected)) => self.judge_error(error, expected, now)?,
            (Ok(_), None, Some(expected)) => {
                return Err(format!("it succeeded and not failed as {}", expected.kind));
            }
            (Err(error), Some(_), None) => return Err(format!("it failed: {error}")),
            (_, None, None) | (_, Some(_), Some(_)) => {
                return Err("a case expects either ok or an error".into());
            }
        }
        if let Some(bounds) = expect.took_ms {
            let late = bounds
                .at_most
                .is_some_and(|most| took > Duration::from_millis(most));
            if late || took < Duration::from_millis(bounds.at_least) {
                return Err(format!("it took {took:?}, not {bounds:?}"));
            }
        }
        if !expect.client.is_empty() {
            let client = &self.client.as_ref().ok_or("there is no client")?.client;
            let says = json!({
                "endpoint": client.endpoint().url(),
                "clock_skew_seconds": client.clock_skew_seconds(),
            });
            is(&says, &expect.client).map_err(|why| format!("the client: {why}"))?;
        }
        if let Some(expected) = &expect.credential {
            let credential = self.client.as_ref().and_then(|client| client.credential.as_ref());
            let asked = credential
                .ok_or("there is no token credential")?
                .asked
                .lock()
                .unwrap()
                .clone();
            let each = asked.iter().all(|scopes| *scopes == expected.scopes);
            if asked.len() != expected.calls || !each {
                return Err(format!("the credential was asked {asked:?}, not {expected:?}"));
            }
        }
        match &self.case.emulator {
            Some(seen) => self
                .judge_seen(seen, now)
                .map_err(|why| format!("the emulator: {why}")),
            None => Ok(()),
        }
    }

    fn judge_error(&self, error: &Error, expected: &ExpectedError, now: i64) -> Result<(), String> {
        let found = calls::error(error);
        let shown = || format!("{error}");
        let number = ERRORS
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{} = ", expected.kind)));
        let number: i64 = number
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| format!("there is no kind {}", expected.kind))?;
        if found["kind"] != expected.kind.as_str() || found["value"] != number {
            return Err(format!(
                "it failed otherwise than as {} ({number}): {}",
                expected.kind,
                shown()
            ));
        }
        self.keeps_secrets(&calls::all_texts(error), "the error")?;
        check(&found, &expected.fields, &self.scope, now).map_err(|why| format!("{why}\n{}", shown()))
    }

    fn judge_seen(&self, seen: &Seen, now: i64) -> Result<(), String> {
        let attempts = self.control.attempts()?;
        if let Some(expected) = &seen.attempts {
            let found: Vec<&Value> = attempts.iter().map(|attempt| &attempt["status"]).collect();
            if json!(found) != json!(expected) {
                return Err(format!(
                    "the attempts were answered {}, not {}",
                    json!(found),
                    json!(expected)
                ));
            }
        }
        let is = |at: usize, attempt: &Value, expected| {
            check(attempt, expected, &self.scope, now).map_err(|why| format!("attempt {}: {why}", at + 1))
        };
        let nothing_compared = attempts.is_empty()
            && !(seen.each.is_empty() && seen.same_headers.is_empty() && seen.different_headers.is_empty());
        if nothing_compared || (!seen.in_order.is_empty() && seen.in_order.len() != attempts.len()) {
            return Err(format!("there were {} attempts to compare", attempts.len()));
        }
        for (at, attempt) in attempts.iter().enumerate() {
            is(at, attempt, &seen.each)?;
            if let Some(expected) = seen.in_order.get(at) {
                is(at, attempt, expected)?;
            }
        }
        for (names, wanted) in [(&seen.same_headers, 1), (&seen.different_headers, attempts.len())] {
            for name in names {
                let values: Option<BTreeSet<&str>> = attempts
                    .iter()
                    .map(|attempt| attempt["headers"][name].as_str())
                    .collect();
                let count = values.ok_or_else(|| format!("an attempt has no {name}"))?.len();
                if count != wanted {
                    return Err(format!(
                        "{name} had {count} values in {} attempts",
                        attempts.len()
                    ));
                }
            }
        }
        if let Some(expected) = seen.identities {
            let count = self.control.identities()?;
            if count != expected {
                return Err(format!("there are {count} identities, not {expected}"));
            }
        }
        for expected in &seen.tokens {
            let found = self.control.introspect(&self.scope.text(&expected.token)?)?;
            if found["active"] != expected.active || found["reason"] != json!(expected.reason) {
                return Err(format!("a token is {found}, not {expected:?}"));
            }
        }
        Ok(())
    }
}
