//! The access record: one per request, whatever its outcome.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracing::{Span, info};

use super::route::METHODS;
use crate::locking::lock;
use crate::meter::Meter;

/// The target of access records, by which a log can be split.
const TARGET: &str = "acs_auth::handler::access";

/// What a request has cost so far. Dropped before [`Access::end`], it records that the caller left.
pub(super) struct Access {
    span: Span,
    method: &'static str,
    begun: Instant,
    ended: bool,
    /// The attempts and the cache outcome, counted where the work is done.
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
            // A method that no route takes is the caller's own text.
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

    /// Writes the record of an answered request. Returns how long it took.
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

/// The time that a part of the work took, also when it was given up.
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
