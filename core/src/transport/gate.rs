//! Who decides whether a call may try again, beyond its own policy.

use std::fmt;

use tokio::time::Instant;

use super::BoxFuture;

/// Is asked before each further attempt: a retry counts against the service's limits as much as the first attempt, for
/// which the caller has asked by itself. A call with a gate gives a 429 back at once.
pub(crate) trait Gate: Send + Sync + fmt::Debug {
    /// Waits for leave to send again. `false`, at once, where that would last beyond the deadline.
    fn admit_again(&self, deadline: Option<Instant>) -> BoxFuture<'_, bool>;
}
