//! Applies a fault to a response.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::{DateFault, Fault, Reset, RetryAfter};
use crate::http::Reply;
use crate::time;

const HTML: &str = "<!doctype html><html><body><h1>Sign in to the network</h1></body></html>";

/// A response as it is sent.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// The value of `Date`; `None` sends no such header.
    pub(crate) date: Option<String>,
    /// How long it is delayed.
    pub(crate) latency: Duration,
    pub(crate) cut: Cut,
}

/// Where a response is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    None,
    /// After this many bytes of the body.
    After(usize),
    /// Before the first byte, by a reset.
    Reset,
}

impl Answer {
    /// A response without a fault.
    pub(crate) fn plain(reply: Reply, now: SystemTime) -> Self {
        Self {
            reply,
            date: Some(time::http_date(now)),
            latency: Duration::ZERO,
            cut: Cut::None,
        }
    }
}

/// Applies the fault to the service's own response, which is `None` if the request was not carried out.
pub(crate) fn apply(fault: &Fault, own: Option<Reply>, now: SystemTime) -> Answer {
    let mut reply = match own {
        Some(own) if !fault.replaces() => own,
        _ => replacement(fault),
    };
    reply.headers.retain(|(own, _)| {
        !fault
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(own))
    });
    reply.headers.extend(fault.headers.iter().cloned());
    if let Some(form) = &fault.retry_after {
        let (name, value) = match form {
            RetryAfter::Seconds(n) => ("retry-after", n.to_string()),
            RetryAfter::HttpDate(n) => ("retry-after", time::http_date(time::shift(now, *n))),
            RetryAfter::Ms(n) => ("retry-after-ms", n.to_string()),
            RetryAfter::XMs(n) => ("x-ms-retry-after-ms", n.to_string()),
        };
        set(&mut reply, name, &value);
    }
    if let Some(size) = fault.oversize {
        let mut body = reply.body.to_vec();
        body.resize(body.len().max(size), b' ');
        reply.body = Bytes::from(body);
    }
    let date = match &fault.date {
        None => Some(time::http_date(now)),
        Some(DateFault::OffsetSeconds(n)) => Some(time::http_date(time::shift(now, *n))),
        Some(DateFault::Value(date)) => Some(date.clone()),
        Some(DateFault::Missing) => None,
    };
    let cut = match (fault.reset, fault.truncate) {
        (Some(Reset::OnAccept | Reset::BeforeBody | Reset::BeforeAnswer), _) => Cut::Reset,
        (None, Some(bytes)) => Cut::After(bytes),
        (None, None) => Cut::None,
    };
    Answer {
        reply,
        date,
        latency: Duration::from_millis(fault.latency_ms),
        cut,
    }
}

fn replacement(fault: &Fault) -> Reply {
    let status = fault
        .status
        .unwrap_or(if fault.redirect.is_some() { 307 } else { 200 });
    let mut reply = match (&fault.json, &fault.body) {
        (Some(json), _) => Reply::json(status, json),
        (None, Some(body)) => Reply {
            body: body.clone().into(),
            ..Reply::empty(status)
        },
        (None, None) if fault.non_json => Reply::html(status, HTML.into()),
        (None, None) => Reply::empty(status),
    };
    if let Some(to) = &fault.redirect {
        set(&mut reply, "location", to);
    }
    reply
}

/// Sets a header, replacing an existing one.
fn set(reply: &mut Reply, name: &str, value: &str) {
    reply.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
    reply.headers.push((name.to_owned(), value.to_owned()));
}
