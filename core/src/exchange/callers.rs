//! The callers waiting for one exchange, as the limiter sees them: how long they can wait, and when the
//! exchange is planned to begin.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::clock::after;
use crate::locking::lock;

/// The callers of one exchange.
#[derive(Debug)]
pub(crate) struct Callers {
    /// The latest of their deadlines.
    latest: Mutex<Instant>,
    /// When the exchange is planned to begin, while it waits for its slot.
    planned: watch::Sender<Option<Instant>>,
}

impl Callers {
    /// Creates the callers with a first one that has this deadline.
    pub(crate) fn new(deadline: Instant) -> Arc<Self> {
        Arc::new(Self {
            latest: Mutex::new(deadline),
            planned: watch::Sender::new(None),
        })
    }

    /// Adds a caller with this deadline.
    pub(crate) fn add(&self, deadline: Instant) {
        let mut latest = self.lock();
        *latest = deadline.max(*latest);
    }

    /// The latest deadline.
    pub(crate) fn deadline(&self) -> Instant {
        *self.lock()
    }

    /// Whether an exchange that ends at this time ends by the latest deadline.
    pub(super) fn fit(&self, end: Instant) -> bool {
        end <= self.deadline()
    }

    /// Sets when the exchange is planned to begin.
    pub(super) fn plan(&self, start: Instant) {
        self.planned.send_if_modified(|planned| {
            let former = planned.replace(start);
            former != *planned
        });
    }

    /// Records that the exchange begins now.
    pub(super) fn begin(&self) {
        self.planned.send_replace(None);
    }

    /// Waits until the exchange is planned so late that it is not expected to end by `deadline`, and returns
    /// the planned time.
    pub(crate) async fn too_late_for(&self, deadline: Instant, expected: impl Fn() -> Duration) -> Instant {
        let mut planned = self.planned.subscribe();
        let is_too_late = |planned: &Option<Instant>| {
            planned.is_some_and(|start| start > Instant::now() && after(start, expected()) > deadline)
        };
        let start = planned.wait_for(is_too_late).await.ok().and_then(|start| *start);
        match start {
            Some(start) => start,
            // Impossible: `self` owns the sender.
            None => std::future::pending().await,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Instant> {
        lock(&self.latest)
    }
}
