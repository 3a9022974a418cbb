//! An instance per process.

use std::sync::Arc;

use core_auth::{Error, ErrorKind, Result};

/// An instance per process. It is made again in a forked child, and when the library's threads start again
/// after acs_shutdown.
pub struct PerProcess<T: Send + Sync + 'static>(acs_runtime::PerProcess<T, Failure>);

/// Why an instance could not be made.
struct Failure(Error);

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(no_runtime(error))
    }
}

impl<T: Send + Sync + 'static> PerProcess<T> {
    /// Makes the instance of this process at once.
    pub(crate) fn new(make: impl Fn() -> Result<T> + Send + Sync + 'static) -> Result<Self> {
        let made = acs_runtime::PerProcess::new(move || make().map_err(Failure));
        made.map(Self).map_err(|failure| failure.0)
    }

    /// The instance of this process.
    pub fn get(&self) -> Result<Arc<T>> {
        self.0.get().map_err(|failure| failure.0)
    }
}

/// The error of a runtime that cannot be used: it is being shut down, or the system provides no threads.
pub(crate) fn no_runtime(error: std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::Interrupted => ErrorKind::Cancelled,
        _ => ErrorKind::Internal,
    };
    Error::new(kind, format!("The library's threads cannot be used: {error}."))
}
