//! A callback that may block, and may never return.

use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::cell::PerFork;
use crate::runtime::run_on_host_thread;

/// How many calls of one callback run at once: one that seems to hang, and one that is tried beside it.
pub const CALLS_OF_ONE: usize = 2;

/// A callback of the host's that may block. One that never returns takes [`CALLS_OF_ONE`] threads and no more, however often
/// it is tried again.
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
    /// Calls it on a thread of its own, as [`run_on_host_thread`] does.
    ///
    /// # Errors
    /// If former calls have not returned ([`io::ErrorKind::TimedOut`], at once); else as [`run_on_host_thread`].
    pub async fn call(&self, call: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let calls = Arc::clone(&*self.0.get()?);
        let Ok(place) = calls.try_acquire_owned() else {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("{CALLS_OF_ONE} former calls of it have not returned"),
            ));
        };
        run_on_host_thread(move || {
            let _place = place;
            call();
        })
        .await
    }
}
