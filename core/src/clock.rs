//! The current time as a value.

use std::sync::Arc;
use std::time::SystemTime;

/// Returns the current time, so that tests can choose it.
pub(crate) type Now = Arc<dyn Fn() -> SystemTime + Send + Sync>;
