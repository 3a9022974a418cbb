//! The one way to lock a mutex.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whoever panicked before: a panic leaves nothing half done of what the locks here guard.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
