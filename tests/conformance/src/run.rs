//! One case from its beginning to its end.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::Scope;
use crate::answer::{self, Answer};
use crate::case::{Action, Call, Case, Operation};
use crate::control::Control;
use crate::expect::check_expectation;
use crate::options;
use crate::secrets::Secrets;
use crate::testee::{Testee, with_stderr};
use crate::wire::{Wired, by_name};

/// The outcome of a call.
pub(crate) struct Outcome {
    /// The result or the library's error, in the form that cases compare.
    pub(crate) outcome: Result<Value, Value>,
    /// The client afterwards.
    pub(crate) client: Option<answer::Client>,
    /// The response of the call, `null` if there is none.
    pub(crate) response: Value,
    /// The user's token credential afterwards.
    pub(crate) user_credential: Option<answer::UserCredential>,
    pub(crate) took: Duration,
}

pub(crate) struct Run<'a> {
    pub(crate) case: &'a Case,
    pub(crate) control: &'a Control,
    pub(crate) scope: Scope,
    testee: &'a mut Testee,
    secrets: Secrets,
    /// What the testee has received for this case.
    has_begun: bool,
    has_client: bool,
    has_handler: bool,
    has_user_credential: bool,
}

pub(crate) fn run(case: &Case, control: &Control, testee: &mut Testee) -> Result<(), String> {
    check_expectation(&case.expect)?;
    control.reset()?;
    testee.take_stderr();
    let mut run = Run {
        case,
        control,
        scope: Scope::default(),
        testee,
        secrets: Secrets::default(),
        has_begun: false,
        has_client: false,
        has_handler: false,
        has_user_credential: false,
    };
    let judged = run.run();
    // Secrets are removed from reports, too.
    judged.map_err(|why| {
        let stderr = run.testee.take_stderr();
        run.secrets.redact(&with_stderr(&why, &stderr))
    })
}

impl Run<'_> {
    fn run(&mut self) -> Result<(), String> {
        self.scope.name("emulator", self.control.info.clone())?;
        let connection_string = self.control.text("connection_string")?;
        let key = connection_string.split_once(";accesskey=");
        self.secrets.add(key.ok_or("the start line has no access key")?.1);
        for action in &self.case.before {
            self.act(action)?;
        }
        self.control.forget_requests()?;
        for text in &self.case.expect.never_shown {
            self.secrets.add(self.scope.text(text)?);
        }
        let outcome = self.call(&self.case.call)?;
        self.judge(&outcome)
    }

    fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Mint(mint) => {
                let query = serde_json::to_value(mint).map_err(|error| error.to_string())?;
                let token = self.control.mint(&self.scope.fill(&query)?)?;
                self.secrets.add(token.clone());
                self.scope.name(&mint.name, token.into())
            }
            Action::Call(earlier) => {
                let call = Call::new(earlier.operation, earlier.arguments.clone());
                let result = self
                    .call(&call)?
                    .outcome
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

    /// Waits until the case's handler has fetched Entra's keys, if `keys_within` is set and the
    /// case does not make the fetch fail. If the handler cannot be created or the keys do not
    /// arrive in time, the case's own request shows it.
    fn wait_for_keys(&mut self) -> Result<(), String> {
        let Some(within) = self.testee.keys_within() else {
            return Ok(());
        };
        let are_withheld = self.case.before.iter().any(|action| match action {
            Action::Faults(faults) => faults.iter().any(|fault| {
                fault
                    .get("operation")
                    .is_some_and(|operation| operation == "entra")
            }),
            _ => false,
        });
        if are_withheld {
            return Ok(());
        }
        let health = Call::new(
            Operation::Handle,
            Map::from_iter([
                ("method".into(), "GET".into()),
                ("path".into(), "/healthz".into()),
            ]),
        );
        let until = Instant::now() + within;
        loop {
            let wired = Wired::new(health.operation, health.arguments.clone())?;
            let request = self.request(&health, &wired)?;
            match answer::read(&self.testee.ask(&request)?)?.outcome {
                Ok(result) if result["status"] == 503 && Instant::now() < until => {}
                Ok(_) => return Ok(()),
                Err(_) => {
                    self.has_handler = false;
                    return Ok(());
                }
            }
        }
    }

    /// Lets the testee make a call. What it prints is searched for secrets, whatever the outcome.
    fn call(&mut self, call: &Call) -> Result<Outcome, String> {
        if call.operation == Operation::Handle && !self.has_handler {
            self.wait_for_keys()?;
        }
        let wired = Wired::new(call.operation, self.fill(&call.arguments)?)?;
        let request = self.request(call, &wired)?;
        let started = Instant::now();
        let line = self.testee.ask(&request)?;
        let took = started.elapsed();
        let Answer {
            outcome,
            printed,
            client,
            response,
            user_credential,
        } = answer::read(&line)?;
        let response = match response {
            None => Value::Null,
            Some(mut response) => {
                by_name(&mut response).map_err(|why| format!("the response of the call: {why}"))?;
                response.into()
            }
        };
        self.secrets
            .are_not_in_value(&response, "the response of the call")?;
        let outcome = match outcome {
            Ok(result) => Ok(wired.result(result)?),
            Err(error) => Err(Value::from(error)),
        };
        let what = match &outcome {
            Ok(result) => {
                // A token from a parsed recording isn't a secret.
                if call.operation.needs_client() || call.operation.needs_user_credential() {
                    result["token"]
                        .as_str()
                        .into_iter()
                        .for_each(|token| self.secrets.add(token));
                }
                if result["status"].as_u64().is_some_and(|status| status >= 400) {
                    self.secrets.are_not_in_value(result, "the response")?;
                }
                result["json"]["token"]
                    .as_str()
                    .into_iter()
                    .for_each(|token| self.secrets.add(token));
                "what is printed of the result"
            }
            Err(error) => {
                self.secrets.are_not_in_value(error, "the error")?;
                "what is printed of the error"
            }
        };
        self.secrets
            .are_not_in(printed.outcome.iter().map(String::as_str), what)?;
        let made = "what is printed of the client, the handler or the user's token credential";
        self.secrets
            .are_not_in(printed.made.iter().map(String::as_str), made)?;
        if call.operation.needs_client() && outcome.is_ok() && client.is_none() {
            return Err("the testee's answer has no client".into());
        }
        if call.operation.needs_user_credential() && outcome.is_ok() && user_credential.is_none() {
            return Err("the testee's answer has no user credential".into());
        }
        Ok(Outcome {
            outcome,
            client,
            response,
            user_credential,
            took,
        })
    }

    fn request(&mut self, call: &Call, wired: &Wired) -> Result<Value, String> {
        let mut request = json!({"operation": call.operation.name(), "arguments": wired.arguments});
        if !std::mem::replace(&mut self.has_begun, true) {
            request["case"] = self.case.name.as_str().into();
        }
        let is_first =
            call.operation.needs_user_credential() && !std::mem::replace(&mut self.has_user_credential, true);
        let credential = &self.case.user_credential;
        let needs_client = call.operation.needs_client() || (is_first && credential.needs_client());
        if needs_client && !std::mem::replace(&mut self.has_client, true) {
            request["client"] = options::client(&self.case.client, &self.scope, self.control)?;
        }
        if is_first {
            request["user_credential"] = options::user_credential(credential, &self.scope)?;
        }
        if !call.operation.needs_client() && call.has_options() {
            return Err(format!("{} has no options of a call", call.operation.name()));
        }
        if call.operation == Operation::Handle && !std::mem::replace(&mut self.has_handler, true) {
            request["handler"] = options::handler(&self.case.handler, &self.scope, self.control)?;
            if !self.case.settings.is_empty() {
                request["settings"] = self.fill(&self.case.settings)?.into();
            }
        }
        if let Some(timeout) = call.timeout_ms {
            request["timeout_ms"] = timeout.into();
        }
        for (name, text) in [
            ("client_request_id", &call.client_request_id),
            ("user_agent", &call.user_agent),
        ] {
            if let Some(text) = text {
                request[name] = self.scope.text(text)?.into();
            }
        }
        if let Some(headers) = &call.headers {
            request["headers"] = self.scope.fill(&json!(headers))?;
        }
        if let Some(max_attempts) = call.max_attempts {
            request["max_attempts"] = max_attempts.into();
        }
        if let Some(timeout) = call.attempt_timeout_ms {
            request["attempt_timeout_ms"] = timeout.into();
        }
        Ok(request)
    }
}
