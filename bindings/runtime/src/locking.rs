//! Locks, whoever panicked before.

use std::sync::{LockResult, PoisonError};

/// What a lock or a wait for one gives. That a thread panicked while it held the lock does not matter: what the locks of
/// this library guard is never left half done.
pub fn unpoisoned<T>(guarded: LockResult<T>) -> T {
    guarded.unwrap_or_else(PoisonError::into_inner)
}
