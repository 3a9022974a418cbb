//! Calls of the host's functions.

use std::io::Write as _;
use std::mem;

/// Calls a function of the host. An exception of C++, or pthread_exit, that leaves it ends the process: Rust can neither catch it
/// nor be unwound by it.
pub(crate) fn host<R>(name: &'static str, call: impl FnOnce() -> R) -> R {
    struct Left(&'static str);

    impl Drop for Left {
        fn drop(&mut self) {
            abort(self.0);
        }
    }

    #[cfg(target_env = "musl")]
    let outer = running::set(Some(name));
    let left = Left(name);
    let result = call();
    mem::forget(left);
    #[cfg(target_env = "musl")]
    running::set(outer);
    result
}

fn abort(name: &str) -> ! {
    // Not by the log, whose callback this may be.
    let _ = writeln!(
        std::io::stderr(),
        "acs_auth: an exception or pthread_exit left the callback {name}; the process is aborted"
    );
    std::process::abort();
}

/// The callback that a thread runs. musl's pthread_exit unwinds no frame, but the thread's own values are dropped.
#[cfg(target_env = "musl")]
mod running {
    use std::cell::Cell;

    struct Running(Cell<Option<&'static str>>);

    impl Drop for Running {
        fn drop(&mut self) {
            if let Some(name) = self.0.get() {
                super::abort(name);
            }
        }
    }

    thread_local! {
        static RUNNING: Running = const { Running(Cell::new(None)) };
    }

    /// Returns the callback that this one was called in. Nothing is noted of a thread that is ending already.
    pub(super) fn set(name: Option<&'static str>) -> Option<&'static str> {
        RUNNING.try_with(|running| running.0.replace(name)).ok().flatten()
    }
}
