//! Threads for callbacks that may block, such as a token credential's. They are not tokio's, which resolve names.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::live::{Live, Present};
use crate::system::{SignalsKeptAway, keep_signals_away};
use crate::thread::{Boundary, join};

/// How many blocking callbacks run at once in a process.
pub const HOST_THREADS: usize = 16;
const NAME: &str = "acs-auth-host";
/// How long a callback waits for a thread while all are taken: less than the deadline that calls have by default.
const WAIT: Duration = Duration::from_secs(5);

/// Starts a callback that may block, on a thread of its own. At most [`HOST_THREADS`] run at once, also across restarts
/// of the runtime; one more waits for up to 5 s. Dropping the future before that gives up the place. It returns once the
/// callback has a thread, and must be awaited on the runtime.
///
/// # Errors
/// If all threads stay taken ([`io::ErrorKind::TimedOut`]), the system gives no thread ([`io::ErrorKind::WouldBlock`]),
/// or the runtime cannot be started. `work` is dropped then.
pub async fn run_on_host_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let threads = Arc::clone(&Present::new()?.host_threads);
    let Ok(Ok(permit)) = timeout(WAIT, threads.acquire_owned()).await else {
        return Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("{HOST_THREADS} callbacks are running and none has returned for 5 s"),
        ));
    };
    Present::new()?.start_host_thread(permit, work)
}

impl Live {
    fn start_host_thread(
        &self,
        permit: OwnedSemaphorePermit,
        work: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let stamp = self.stamp;
        let presence = Arc::clone(&self.presence);
        presence.thread_starts();
        let started = start(NAME, move || {
            join(stamp);
            {
                let _boundary = Boundary;
                // Whoever waits for the callback notices that its answer was dropped.
                let _ = catch_unwind(AssertUnwindSafe(work));
            }
            drop(permit);
            presence.thread_stops();
        });
        if started.is_err() {
            self.presence.thread_stops();
        }
        started
    }
}

/// Starts a thread that leaves the host's signals alone.
pub(crate) fn start(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // Inherited, so that no signal finds the thread before it has blocked them.
    let quiet = SignalsKeptAway::new();
    let signals = quiet.before();
    let started = thread::Builder::new().name(name.to_owned()).spawn(move || {
        keep_signals_away(signals);
        run();
    });
    started.map(drop)
}
