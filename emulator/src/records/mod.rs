//! The records of requests, with the checks that were made.

mod redact;
mod view;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use serde::Deserialize;

use crate::acs::mistakes::Signing;
use crate::http::{Checks, WireRequest};
use crate::operation::Service;

/// The record of one request. When it is serialised, tokens and secrets are shortened.
#[derive(Clone)]
pub struct Record {
    /// Its number, from 1.
    pub id: u64,
    /// When it arrived, by the emulator's clock.
    pub time: SystemTime,
    /// The service that handled it.
    pub service: Service,
    /// The operation: `exchange_teams_user`, `token` …
    pub operation: &'static str,
    /// The request without its body.
    pub request: WireRequest,
    /// `HTTP/1.0`, `HTTP/1.1` or `HTTP/2`.
    pub http_version: &'static str,
    /// The length of the body in bytes.
    pub body_length: usize,
    /// The status of the response; `None` if the connection was reset.
    pub status: Option<u16>,
    /// The code of an error response.
    pub error_code: Option<String>,
    /// The headers of the response.
    pub answer_headers: Vec<(String, String)>,
    /// The fault that applied to it, in words.
    pub fault: Option<String>,
    /// How long the emulator took, without a fault's latency.
    pub duration: Duration,
    /// The checks that were made.
    pub checks: Checks,
    /// The expected string to sign and the client's, if the signature was wrong.
    pub signing: Option<Signing>,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The headers are left out, because they contain tokens.
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("error_code", &self.error_code)
            .field("fault", &self.fault)
            .field("checks", &self.checks)
            .finish_non_exhaustive()
    }
}

/// Selects records; the default selects all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Only this operation, or all of `acs`, `entra` or `graph`.
    pub operation: Option<String>,
    /// Only requests with this `x-ms-client-request-id`.
    pub client_request_id: Option<String>,
    /// Only records with a greater id.
    pub since: Option<u64>,
    /// Only this many, the newest.
    pub limit: Option<usize>,
}

impl Filter {
    fn takes(&self, record: &Record) -> bool {
        self.operation
            .as_deref()
            .is_none_or(|o| o == record.operation || o == record.service.name())
            && self
                .client_request_id
                .as_deref()
                .is_none_or(|id| record.client_request_id() == Some(id))
            && self.since.is_none_or(|since| record.id > since)
    }
}

impl Record {
    /// The value of `x-ms-client-request-id`.
    pub fn client_request_id(&self) -> Option<&str> {
        self.request.header("x-ms-client-request-id")
    }
}

/// The newest records, at most `keep`.
#[derive(Debug)]
pub(crate) struct Recorder {
    next: AtomicU64,
    keep: usize,
    records: Mutex<VecDeque<Arc<Record>>>,
}

impl Recorder {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            next: AtomicU64::new(1),
            keep,
            records: Mutex::default(),
        }
    }

    /// Stores a record and assigns its id.
    pub(crate) fn keep(&self, mut record: Record) {
        let mut records = self.records.lock();
        // The id is assigned under the lock, so that the list is in the order of the ids.
        record.id = self.next.fetch_add(1, Ordering::Relaxed);
        let oldest = if records.len() >= self.keep {
            records.pop_front()
        } else {
            None
        };
        if self.keep > 0 {
            records.push_back(Arc::new(record));
        }
        drop(records);
        drop(oldest);
    }

    /// The matching records, newest last.
    pub(crate) fn list(&self, filter: &Filter) -> Vec<Arc<Record>> {
        let records = self.records.lock();
        let newest_first = records
            .iter()
            .rev()
            .take_while(|r| filter.since.is_none_or(|s| r.id > s));
        let limit = filter.limit.unwrap_or(usize::MAX);
        let mut found: Vec<_> = newest_first
            .filter(|r| filter.takes(r))
            .take(limit)
            .cloned()
            .collect();
        found.reverse();
        found
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<Record>> {
        let records = self.records.lock();
        let first = records.front()?.id;
        records
            .get(usize::try_from(id.checked_sub(first)?).ok()?)
            .cloned()
    }

    /// Deletes all records; the ids continue.
    pub(crate) fn clear(&self) {
        self.records.lock().clear();
    }
}
