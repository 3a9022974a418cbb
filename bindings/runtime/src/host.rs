//! Threads for callbacks that may block, such as a token credential's. They are not tokio's blocking threads,
//! which resolve host names: hanging callbacks must not delay that.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::presence::Presence;
use crate::stamp::Stamp;
use crate::thread::{Boundary, join, start};

/// The maximum number of blocking callbacks that run at once, per process.
pub const HOST_THREADS: usize = 16;
const NAME: &str = "acs-auth-host";

/// The threads for callbacks, limited per process.
#[derive(Clone)]
pub(crate) struct HostThreads(Arc<Semaphore>);

/// Permission to start one of these threads.
pub(crate) struct HostThread(OwnedSemaphorePermit);

impl Default for HostThreads {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(HOST_THREADS)))
    }
}

impl HostThreads {
    /// Waits for a free thread. Must be awaited on the runtime.
    pub(crate) async fn one(&self) -> io::Result<HostThread> {
        let permit = Arc::clone(&self.0).acquire_owned().await;
        permit.map(HostThread).map_err(io::Error::other)
    }
}

impl HostThread {
    /// Starts the thread, which counts as one of that runtime's.
    pub(crate) fn run(
        self,
        stamp: Stamp,
        presence: &Arc<Presence>,
        work: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let its = Arc::clone(presence);
        presence.thread_starts();
        let started = start(NAME, move || {
            join(stamp);
            {
                let _boundary = Boundary;
                // After a panic, whoever waits for the callback's answer notices that it was dropped.
                let _ = catch_unwind(AssertUnwindSafe(work));
            }
            drop(self.0);
            its.thread_stops();
        });
        if started.is_err() {
            presence.thread_stops();
        }
        started
    }
}
