//! Locks that ignore poisoning.

use std::sync::{LockResult, PoisonError};

/// The guard of a lock, poisoned or not. A panic doesn't matter: the data behind this library's locks is
/// never left half changed.
pub fn unpoisoned<T>(guarded: LockResult<T>) -> T {
    guarded.unwrap_or_else(PoisonError::into_inner)
}
