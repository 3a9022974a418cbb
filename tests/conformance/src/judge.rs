//! Compares the outcome of a call with what its case expects, and with what the emulator recorded.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::check;
use crate::expect::{Asked, ExpectedError, ExpectedResponse, NEITHER, Seen};
use crate::run::{Outcome, Run};

/// The numbers of the error kinds, as every host has them.
const ERRORS: &str = include_str!("../../surface/errors.txt");

impl Run<'_> {
    pub(crate) fn judge(&self, found: &Outcome) -> Result<(), String> {
        let expect = &self.case.expect;
        let now = self.control.now()?;
        let is = |found: &Value, expected| check(found, expected, &self.scope, now);
        match (&found.outcome, &expect.ok, &expect.error) {
            (_, None, None) | (_, Some(_), Some(_)) => return Err(NEITHER.into()),
            (Ok(result), Some(expected), None) => is(result, expected)?,
            (Err(error), None, Some(expected)) => self.judge_error(error, expected, now)?,
            (Ok(_), None, Some(expected)) => {
                return Err(format!("it succeeded and not failed as {}", expected.kind));
            }
            (Err(error), Some(_), None) => return Err(format!("it failed: {error}")),
        }
        if let Some(bounds) = expect.took_ms {
            let took = found.took;
            let late = bounds
                .at_most
                .is_some_and(|most| took > Duration::from_millis(most));
            if late || took < Duration::from_millis(bounds.at_least) {
                return Err(format!("it took {took:?}, not {bounds:?}"));
            }
        }
        if !expect.client.is_empty() {
            let client = found.client.as_ref().ok_or("there is no client")?;
            let says = json!({
                "endpoint": client.endpoint,
                "clock_skew_seconds": client.clock_skew_seconds,
            });
            is(&says, &expect.client).map_err(|why| format!("the client: {why}"))?;
        }
        if let Some(expected) = &expect.credential {
            if self.case.client.token_credential.is_none() {
                return Err("there is no token credential".into());
            }
            let client = found.client.as_ref().ok_or("there is no client")?;
            was_asked(&client.asked, expected)?;
        }
        if let Some(expected) = &expect.user_credential {
            let credential = found.user_credential.as_ref();
            was_asked(&credential.ok_or("there is no user credential")?.asked, expected)?;
        }
        match &expect.response {
            None => {}
            Some(ExpectedResponse::None(_)) if found.response.is_null() => {}
            Some(ExpectedResponse::None(_)) => {
                return Err(format!("the call has a response: {}", found.response));
            }
            Some(ExpectedResponse::Has(_)) if found.response.is_null() => {
                return Err("the call has no response".into());
            }
            Some(ExpectedResponse::Has(expected)) => {
                is(&found.response, expected).map_err(|why| format!("the response: {why}"))?;
            }
        }
        match &self.case.emulator {
            Some(seen) => self
                .judge_seen(seen, now)
                .map_err(|why| format!("the emulator: {why}")),
            None => Ok(()),
        }
    }

    fn judge_error(&self, found: &Value, expected: &ExpectedError, now: i64) -> Result<(), String> {
        let number = ERRORS
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{} = ", expected.kind)));
        let number: i64 = number
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| format!("there is no kind {}", expected.kind))?;
        if found["kind"] != expected.kind.as_str() || found["value"] != number {
            return Err(format!(
                "it failed otherwise than as {} ({number}): {found}",
                expected.kind
            ));
        }
        check(found, &expected.fields, &self.scope, now).map_err(|why| format!("{why}\n{found}"))
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

fn was_asked(asked: &[Vec<String>], expected: &Asked) -> Result<(), String> {
    let each = asked.iter().all(|scopes| *scopes == expected.scopes);
    if asked.len() == expected.calls && each {
        return Ok(());
    }
    Err(format!("the credential was asked {asked:?}, not {expected:?}"))
}
