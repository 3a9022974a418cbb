//! The access record: one per request, whatever its outcome.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracing::{Span, info};

use super::route::METHODS;
use crate::locking::lock;
use crate::meter::Meter;

/// The `tracing` target of access records, by which they can be filtered.
const TARGET: &str = "acs_auth::handler::access";

/// The measurements of a request. If it is dropped before [`Access::end`], the record states that the caller
/// left.
pub(super) struct Access {
    span: Span,
    method: &'static str,
    begun: Instant,
    ended: bool,
    /// The attempts and the cache outcome, recorded where the work is done.
    pub(super) meter: Arc<Meter>,
    /// The time that verifying the bearer token took.
    pub(super) verify: Stopwatch,
    /// The time that the work behind the route took: an exchange, or the calls for the user's identity.
    pub(super) exchange: Stopwatch,
}

impl Access {
    pub(super) fn begin(method: &str, span: Span) -> Self {
        Self {
            span,
            // Unknown methods are the caller's text and not logged.
            method: METHODS
                .into_iter()
                .find(|known| *known == method)
                .unwrap_or("other"),
            begun: Instant::now(),
            ended: false,
            meter: Arc::default(),
            verify: Stopwatch::default(),
            exchange: Stopwatch::default(),
        }
    }

    /// Writes the record of an answered request. Returns how long the request took.
    pub(super) fn end(mut self, status: u16, code: Option<&str>) -> Duration {
        self.ended = true;
        let total = self.begun.elapsed();
        self.record(total, Some(status), code);
        total
    }

    fn record(&self, total: Duration, status: Option<u16>, code: Option<&str>) {
        self.span.in_scope(|| {
            info!(
                target: TARGET,
                event = "request_completed",
                method = self.method,
                status,
                code,
                cache = self.meter.cache(),
                attempts = self.meter.attempts(),
                total_ms = millis(total),
                verify_ms = self.verify.elapsed().map(millis),
                exchange_ms = self.exchange.elapsed().map(millis),
                "{}",
                if status.is_some() { "answered" } else { "the caller left before the answer" }
            );
        });
    }
}

impl Drop for Access {
    fn drop(&mut self) {
        if !self.ended {
            self.record(self.begun.elapsed(), None, None);
        }
    }
}

/// Measures how long a part of the work took, even if it was cancelled.
#[derive(Default)]
pub(super) struct Stopwatch(Mutex<Option<Duration>>);

impl Stopwatch {
    /// Runs a part of the work and adds its time.
    pub(super) async fn time<T>(&self, work: impl Future<Output = T>) -> T {
        let _running = Running {
            watch: self,
            since: Instant::now(),
        };
        work.await
    }

    fn elapsed(&self) -> Option<Duration> {
        *lock(&self.0)
    }
}

struct Running<'a> {
    watch: &'a Stopwatch,
    since: Instant,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut total = lock(&self.watch.0);
        *total = Some(total.unwrap_or_default() + self.since.elapsed());
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
