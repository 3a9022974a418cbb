//! Calls the host's callbacks.

use std::io::Write as _;
use std::mem;

/// Calls a callback of the host. A C++ exception or pthread_exit that leaves it aborts the process: Rust
/// can't catch such an unwind, and its frames can't be unwound by it.
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
    // Not through the log: the callback may be the log's.
    let _ = writeln!(
        std::io::stderr(),
        "acs_auth: an exception or pthread_exit left the callback {name}; the process is aborted"
    );
    std::process::abort();
}

/// The callback that the current thread runs. On musl, pthread_exit doesn't unwind the stack, but it drops
/// the thread's thread-local values.
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

    /// Sets the running callback and returns the one that it was called in. Does nothing on a thread that is
    /// ending.
    pub(super) fn set(name: Option<&'static str>) -> Option<&'static str> {
        RUNNING.try_with(|running| running.0.replace(name)).ok().flatten()
    }
}
