//! Calls a callback that may block, and may never return.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::cell::PerFork;
use crate::host::HOST_THREADS;
use crate::runtime::run_on_host_thread;

/// The maximum number of concurrent calls of one callback: one that may be hanging, and one that retries.
pub const CALLS_OF_ONE: usize = 2;
/// How long a call waits for a thread while all are busy: less than the default deadline of a call.
const WAIT: Duration = Duration::from_secs(5);

/// A callback of the host that may block. If it never returns, it occupies at most [`CALLS_OF_ONE`] threads,
/// however often it is called.
pub struct Callee(PerFork<Arc<Semaphore>>);

impl fmt::Debug for Callee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callee")
    }
}

impl Default for Callee {
    fn default() -> Self {
        Self(PerFork::lazy(|| Ok(Arc::new(Semaphore::new(CALLS_OF_ONE)))))
    }
}

impl Callee {
    /// Calls it on a thread of its own, for which it waits up to 5 s: see [`run_on_host_thread`].
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`], at once, if [`CALLS_OF_ONE`] former calls haven't returned, and after the wait if
    /// all threads stay busy; otherwise as [`run_on_host_thread`].
    pub async fn call(&self, call: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let calls = Arc::clone(&*self.0.get()?);
        let Ok(place) = calls.try_acquire_owned() else {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("{CALLS_OF_ONE} former calls of it have not returned"),
            ));
        };
        let started = run_on_host_thread(move || {
            let _place = place;
            call();
        });
        timeout(WAIT, started).await.unwrap_or_else(|_| {
            Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("{HOST_THREADS} callbacks are running and none has returned for 5 s"),
            ))
        })
    }
}
