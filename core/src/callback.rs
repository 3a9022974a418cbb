//! Calls the host's code. A callback that panics must not break the work that called it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::error;

/// Calls a callback and returns its result, or `None` after a panic, which is logged.
pub(crate) fn call<T>(name: &'static str, callback: impl FnOnce() -> T) -> Option<T> {
    let outcome = catch_unwind(AssertUnwindSafe(callback)).ok();
    if outcome.is_none() {
        error!(
            event = "callback_panicked",
            callback = name,
            "a callback of the host panicked; the call goes on"
        );
    }
    outcome
}
