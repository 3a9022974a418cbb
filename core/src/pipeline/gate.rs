//! Decides whether a call may retry, beyond its own policy.

use std::fmt;
use std::time::Duration;

use crate::transport::BoxFuture;

/// Is asked before each further attempt: a retry counts against the service's limits as much as the first attempt, for
/// which the caller has asked by itself. A call with a gate gives a 429 back at once.
pub(crate) trait Gate: Send + Sync + fmt::Debug {
    /// Whether a retry after this wait would still be of use to a caller. Asked before the wait.
    fn is_worthwhile(&self, wait: Duration) -> bool;

    /// Waits for leave to send again. `false`, at once, where the answer would come too late for every caller.
    fn admit_again(&self) -> BoxFuture<'_, bool>;
}
