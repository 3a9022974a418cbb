//! The library itself: its version and its threads.

use std::time::Duration;

use crate::error::Result;

/// Returns the version of the library, such as "0.1.0".
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Sets the number of worker threads: 1 (default) to 64. It takes effect when the threads next start. One
/// thread handles some thousand exchanges a second.
#[uniffi::export]
pub fn set_worker_threads(count: u32) -> Result<()> {
    Ok(acs_auth_c::threads::set_worker_threads(count.into())?)
}

/// Ends the library's threads; calls in progress fail as cancelled. Everything can be used afterwards: the
/// threads then start again, clients open new connections, and caches begin empty.
///
/// timeout_ms: how long to wait for running callbacks, in milliseconds. Default 5000.
#[uniffi::export(default(timeout_ms = None))]
pub fn shutdown(timeout_ms: Option<u64>) -> Result<()> {
    Ok(acs_auth_c::threads::shut_down(
        timeout_ms.map(Duration::from_millis),
    )?)
}
