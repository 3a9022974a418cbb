//! The library itself: its version and its threads.

use std::time::Duration;

use crate::error::Result;

/// The version of the library, such as "0.1.0".
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Sets how many threads serve calls: 1 (default) to 64, from the next start of the threads on. One thread is enough for
/// some thousand exchanges a second.
#[uniffi::export]
pub fn set_worker_threads(count: u32) -> Result<()> {
    Ok(acs_auth_c::threads::set_worker_threads(count.into())?)
}

/// Ends the library's threads: calls that are under way end as cancelled. Everything can be used afterwards: the threads
/// then start anew, clients make new connections, and a cache begins empty.
///
/// timeout_ms: how long to wait for callbacks that are running, 5000 unless set otherwise.
#[uniffi::export(default(timeout_ms = None))]
pub fn shutdown(timeout_ms: Option<u64>) -> Result<()> {
    Ok(acs_auth_c::threads::shut_down(
        timeout_ms.map(Duration::from_millis),
    )?)
}
