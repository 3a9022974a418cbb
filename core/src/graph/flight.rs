//! Work that is done once for all who ask for it at the same time and goes on when they go away, and work that is done
//! one after the other.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{OwnedMutexGuard, watch};
use tracing::Instrument as _;

type Running<K, V> = Arc<Mutex<HashMap<K, watch::Receiver<Option<V>>>>>;

/// Work in progress, by key.
#[derive(Debug)]
pub(super) struct Flights<K, V> {
    running: Running<K, V>,
}

/// How a piece of work came to its end for one caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Landed<V> {
    pub(super) value: V,
    /// Whether this caller started it. Exactly one did.
    pub(super) first: bool,
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self {
            running: Arc::default(),
        }
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Joins the work for this key, or starts it. `None` when it panicked or its runtime ended.
    pub(super) async fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> Option<Landed<V>>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let (mut receiver, first) = self.receiver(key, work);
        let value = receiver.wait_for(Option::is_some).await.ok()?.clone()?;
        Some(Landed { value, first })
    }

    fn receiver<F>(&self, key: K, work: impl FnOnce() -> F) -> (watch::Receiver<Option<V>>, bool)
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut running = lock(&self.running);
        if let Some(receiver) = running.get(&key) {
            return (receiver.clone(), false);
        }
        let (sender, receiver) = watch::channel(None);
        running.insert(key.clone(), receiver.clone());
        let work = work();
        let end = Ended {
            running: Arc::clone(&self.running),
            key,
        };
        // On its own, since the caller may go away between two steps that belong together.
        tokio::spawn(
            async move {
                let value = work.await;
                // Who comes from now on starts anew.
                drop(end);
                let _ = sender.send(Some(value));
            }
            .in_current_span(),
        );
        (receiver, true)
    }
}

/// Takes the work off the list, even if it panics.
struct Ended<K: Eq + Hash, V> {
    running: Running<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Ended<K, V> {
    fn drop(&mut self) {
        lock(&self.running).remove(&self.key);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One at a time for each key.
#[derive(Debug)]
pub(super) struct Turns<K> {
    waiting: Mutex<HashMap<K, Weak<tokio::sync::Mutex<()>>>>,
}

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
        }
    }
}

impl<K: Eq + Hash> Turns<K> {
    /// Waits until it is this caller's turn, which lasts as long as the guard.
    pub(super) async fn turn(&self, key: K) -> OwnedMutexGuard<()> {
        let mutex = {
            let mut waiting = lock(&self.waiting);
            match waiting.get(&key).and_then(Weak::upgrade) {
                Some(mutex) => mutex,
                None => {
                    // What is left are those in use now.
                    waiting.retain(|_, mutex| mutex.strong_count() > 0);
                    let mutex = Arc::default();
                    waiting.insert(key, Arc::downgrade(&mutex));
                    mutex
                }
            }
        };
        mutex.lock_owned().await
    }
}
