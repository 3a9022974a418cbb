//! A further condition for retries, besides the retry policy.

use std::fmt;
use std::time::Duration;

use crate::transport::BoxFuture;

/// Decides before each retry whether it may be made: a retry counts against the service's limit like a first
/// attempt, for which the exchanger has reserved a slot itself. A call with a gate does not retry a 429.
pub(crate) trait Gate: Send + Sync + fmt::Debug {
    /// Whether a retry after this wait could still end in time for a caller. Asked before the wait.
    fn is_worthwhile(&self, wait: Duration) -> bool;

    /// Waits for the permission to retry. Returns `false`, at once, if the response would be too late for all
    /// callers.
    fn admit_again(&self) -> BoxFuture<'_, bool>;
}
