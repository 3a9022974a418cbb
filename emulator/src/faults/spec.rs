//! The description of a fault, as in the control API.

use serde::{Deserialize, Serialize};

use crate::operation;

/// The maximum of `truncate` and `oversize`, in bytes: 256 MiB, more than any client reads.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// How the next responses are spoiled. Members that are not set leave that part of the response unchanged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Only for this operation, or for all of `acs`, `entra` or `graph`.
    pub operation: Option<String>,
    /// Only for requests with this `x-ms-client-request-id`.
    pub client_request_id: Option<String>,
    /// How many matching requests are let through first. Defaults to 0.
    pub skip: u32,
    /// How many responses are spoiled, at least 1. Defaults to 1.
    pub count: u32,
    /// Whether the request takes effect. By default it does if its own response is only spoiled, and doesn't
    /// if another response or a reset replaces it.
    pub carry_out: Option<bool>,
    /// The status, 200 to 599.
    pub status: Option<u16>,
    /// Headers that replace the response's own of the same names.
    pub headers: Vec<(String, String)>,
    /// The body as text. If only `status` is set, the body is empty.
    pub body: Option<String>,
    /// The body as JSON; excludes `body`.
    pub json: Option<serde_json::Value>,
    /// Adds a header with the time to wait before a retry.
    pub retry_after: Option<RetryAfter>,
    /// How long the response is delayed, in milliseconds.
    pub latency_ms: u64,
    /// When the connection is reset.
    pub reset: Option<Reset>,
    /// Closes the connection after this many bytes of the body, whose full length was announced. At most
    /// 256 MiB.
    pub truncate: Option<usize>,
    /// Pads the body with spaces to this many bytes, at most 256 MiB.
    pub oversize: Option<usize>,
    /// Responds with an HTML page instead of JSON, as a proxy does. The status defaults to 200.
    pub non_json: bool,
    /// The `Location` of a redirect. Its status defaults to 307.
    pub redirect: Option<String>,
    /// The `Date` header, if it is not the emulator's.
    pub date: Option<DateFault>,
}

impl Default for Fault {
    fn default() -> Self {
        Self {
            operation: None,
            client_request_id: None,
            skip: 0,
            count: 1,
            carry_out: None,
            status: None,
            headers: Vec::new(),
            body: None,
            json: None,
            retry_after: None,
            latency_ms: 0,
            reset: None,
            truncate: None,
            oversize: None,
            non_json: false,
            redirect: None,
            date: None,
        }
    }
}

/// A header with the time to wait before a retry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// `Retry-After: N`.
    Seconds(u64),
    /// `Retry-After:` with a date this many seconds from the emulator's current time.
    HttpDate(i64),
    /// `retry-after-ms: N`.
    Ms(u64),
    /// `x-ms-retry-after-ms: N`.
    XMs(u64),
}

/// When a connection is reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reset {
    /// As soon as it is accepted: before TLS, and whichever request it would have carried.
    OnAccept,
    /// Once the head of the request is read, but not its body.
    BeforeBody,
    /// Once the whole request is read, instead of a response.
    BeforeAnswer,
}

/// A `Date` header that is not the emulator's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateFault {
    /// This many seconds ahead of the emulator's clock, or behind it if negative.
    OffsetSeconds(i64),
    /// This text.
    Value(String),
    /// No date at all.
    Missing,
}

impl Fault {
    /// Whether the request takes effect.
    pub(crate) fn carries_out(&self) -> bool {
        self.carry_out.unwrap_or(!self.replaces() && self.reset.is_none())
    }

    /// Whether another response replaces the service's.
    pub(crate) fn replaces(&self) -> bool {
        self.status.is_some()
            || self.body.is_some()
            || self.json.is_some()
            || self.non_json
            || self.redirect.is_some()
    }

    /// Checks the fault; the error says what is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let nothing = Self {
            operation: self.operation.clone(),
            client_request_id: self.client_request_id.clone(),
            skip: self.skip,
            count: self.count,
            carry_out: self.carry_out,
            ..Self::default()
        };
        if *self == nothing {
            return Err("the fault spoils nothing: set status, body, latency_ms, reset, …".into());
        }
        if let Some(name) = &self.operation
            && !operation::names().any(|known| known == name)
        {
            let mut names: Vec<&str> = operation::names().collect();
            names.dedup();
            return Err(format!("operation: {name:?} is none of {}", names.join(", ")));
        }
        if self.count == 0 {
            return Err("count must be at least 1".into());
        }
        if self.status.is_some_and(|s| !(200..=599).contains(&s)) {
            return Err("status must be from 200 to 599".into());
        }
        for (name, size) in [("truncate", self.truncate), ("oversize", self.oversize)] {
            if size.is_some_and(|size| size > LARGEST_BODY) {
                return Err(format!("{name} must be at most {LARGEST_BODY} bytes"));
            }
        }
        if self.body.is_some() && self.json.is_some() {
            return Err("body and json exclude each other".into());
        }
        if self.reset == Some(Reset::OnAccept)
            && (self.operation.is_some() || self.client_request_id.is_some())
        {
            return Err(
                "reset: on_accept precedes all requests, so operation and client_request_id must be omitted"
                    .into(),
            );
        }
        let mut values: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        values.extend(self.redirect.iter().map(|to| ("location", to.as_str())));
        if let Some(DateFault::Value(date)) = &self.date {
            values.push(("date", date));
        }
        for (name, value) in values {
            if http::HeaderName::try_from(name).is_err() || http::HeaderValue::try_from(value).is_err() {
                return Err(format!("headers: {name:?} cannot be sent"));
            }
            if ["content-length", "transfer-encoding"]
                .iter()
                .any(|f| name.eq_ignore_ascii_case(f))
            {
                return Err(format!(
                    "headers: {name} follows from the body; see truncate and oversize"
                ));
            }
        }
        Ok(())
    }

    /// What it does, in a few words.
    pub(crate) fn describe(&self) -> String {
        let mut words = Vec::new();
        words.extend(self.reset.map(|r| match r {
            Reset::OnAccept => "connection reset on accept".to_owned(),
            Reset::BeforeBody => "connection reset before the body was read".to_owned(),
            Reset::BeforeAnswer => "connection reset in place of an answer".to_owned(),
        }));
        words.extend(self.redirect.as_ref().map(|to| format!("redirect to {to}")));
        words.extend(self.status.map(|s| format!("status {s}")));
        words.extend(self.retry_after.as_ref().map(|r| match r {
            RetryAfter::Seconds(n) => format!("Retry-After: {n}"),
            RetryAfter::HttpDate(n) => format!("Retry-After: a date in {n} s"),
            RetryAfter::Ms(n) => format!("retry-after-ms: {n}"),
            RetryAfter::XMs(n) => format!("x-ms-retry-after-ms: {n}"),
        }));
        words.extend(self.non_json.then(|| "not JSON".to_owned()));
        words.extend((self.body.is_some() || self.json.is_some()).then(|| "another body".to_owned()));
        words.extend((!self.headers.is_empty()).then(|| "other headers".to_owned()));
        words.extend((self.latency_ms > 0).then(|| format!("{} ms late", self.latency_ms)));
        words.extend(self.truncate.map(|n| format!("cut off after {n} bytes")));
        words.extend(self.oversize.map(|n| format!("filled up to {n} bytes")));
        words.extend(self.date.as_ref().map(|d| match d {
            DateFault::OffsetSeconds(n) => format!("Date {n:+} s"),
            DateFault::Value(date) => format!("Date: {date}"),
            DateFault::Missing => "no Date".to_owned(),
        }));
        words.join(", ")
    }
}
