//! Calls of the host's functions.

use std::io::Write as _;
use std::mem;

/// Calls a function of the host. An exception of C++, or pthread_exit, that leaves it ends the process: Rust can neither catch it
/// nor be unwound by it.
pub(crate) fn host<R>(name: &str, call: impl FnOnce() -> R) -> R {
    struct Left<'a>(&'a str);

    impl Drop for Left<'_> {
        fn drop(&mut self) {
            // Not by the log, whose callback this may be.
            let _ = writeln!(
                std::io::stderr(),
                "acs_auth: an exception or pthread_exit left the callback {}; the process is aborted",
                self.0
            );
            std::process::abort();
        }
    }

    let left = Left(name);
    let result = call();
    mem::forget(left);
    result
}
