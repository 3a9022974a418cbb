//! The costs of one request for its access record, counted where the work is done.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use crate::locking::lock;

tokio::task_local! {
    static CURRENT: Arc<Meter>;
}

/// The counts of one request.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    attempts: AtomicU32,
    cache: Mutex<Option<&'static str>>,
}

impl Meter {
    /// How many requests were sent to other services.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Where the token came from.
    pub(crate) fn cache(&self) -> Option<&'static str> {
        *lock(&self.cache)
    }
}

/// Runs a future and counts its work in `meter`.
pub(crate) async fn measured<T>(meter: Arc<Meter>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(meter, work).await
}

/// Wraps a future that is to run in its own task, so that its work is still counted for the caller's request.
pub(crate) fn carried<T>(work: impl Future<Output = T> + Send) -> impl Future<Output = T> + Send {
    let current = CURRENT.try_with(Arc::clone).ok();
    async move {
        match current {
            Some(meter) => CURRENT.scope(meter, work).await,
            None => work.await,
        }
    }
}

/// Counts requests that were sent to other services.
pub(crate) fn add_attempts(attempts: u32) {
    let _ = CURRENT.try_with(|meter| meter.attempts.fetch_add(attempts, Ordering::Relaxed));
}

/// Records where the token came from; the last call wins.
pub(crate) fn set_cache(outcome: &'static str) {
    let _ = CURRENT.try_with(|meter| {
        *lock(&meter.cache) = Some(outcome);
    });
}
