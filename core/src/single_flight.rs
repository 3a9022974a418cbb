//! Coalesces concurrent requests for the same work, and serializes work on the same key.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::future::{Future, pending};
use std::hash::Hash;
use std::sync::{Arc, Mutex, Weak};

use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, watch};
use tracing::Instrument as _;

use crate::locking::lock;
use crate::meter;
use crate::sweeps::Sweeps;

type Running<K, V, C> = Arc<Mutex<HashMap<K, Arc<Flight<V, C>>>>>;

/// Runs work once for all callers that ask for it at the same time. The work runs in its own task and is not
/// cancelled when callers leave. `C` is a context that the work and its waiters share.
pub(crate) struct SingleFlight<K, V, C = ()> {
    running: Running<K, V, C>,
}

struct Flight<V, C> {
    context: C,
    outcome: watch::Sender<Option<Ended<V>>>,
    /// The number of waiters. Changed only while the map is locked.
    waiting: watch::Sender<usize>,
}

/// How the work ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended<V> {
    /// It returned this result.
    Returned(V),
    /// It panicked.
    Panicked,
    /// The runtime that ran it shut down, even if that made it panic.
    Dropped,
}

/// The result of [`SingleFlight::join`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joined<V> {
    pub(crate) value: V,
    /// Whether this caller was the leader, which started the work. Exactly one was.
    pub(crate) is_leader: bool,
}

/// A caller that waits for the work. Dropping it leaves the flight.
pub(crate) struct Waiter<K: Eq + Hash, V, C = ()> {
    running: Running<K, V, C>,
    flight: Arc<Flight<V, C>>,
    is_leader: bool,
}

/// The work's view of its waiters.
pub(crate) struct Waiters<K, V, C = ()> {
    running: Running<K, V, C>,
    key: K,
    flight: Arc<Flight<V, C>>,
}

impl<K, V, C> Default for SingleFlight<K, V, C> {
    fn default() -> Self {
        Self {
            running: Arc::default(),
        }
    }
}

impl<K, V> SingleFlight<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Joins the work for this key, or starts it, and waits for its result. Returns `None` if the work
    /// panicked, or if this caller started it on a runtime that shut down. Dropping the future leaves the
    /// work running.
    pub(crate) async fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> Option<Joined<V>>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut work = Some(work);
        loop {
            let waiter = self.enter(
                key.clone(),
                || (),
                |_| {
                    let started = work.take().map(|work| work());
                    async move {
                        match started {
                            Some(work) => work.await,
                            // Unreachable: the caller that has started the work does not start it again.
                            None => pending().await,
                        }
                    }
                },
            );
            let is_leader = waiter.is_leader();
            match waiter.ended().await {
                Ended::Returned(value) => return Some(Joined { value, is_leader }),
                // The leader's runtime ended, but not this caller's.
                Ended::Dropped if !is_leader => {}
                Ended::Panicked | Ended::Dropped => return None,
            }
        }
    }
}

impl<K, V, C> SingleFlight<K, V, C>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
    C: Send + Sync + 'static,
{
    /// Joins the work for this key, or starts it on the current runtime with a new context. `context` and
    /// `work` are only called to start it.
    pub(crate) fn enter<F>(
        &self,
        key: K,
        context: impl FnOnce() -> C,
        work: impl FnOnce(Waiters<K, V, C>) -> F,
    ) -> Waiter<K, V, C>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut running = lock(&self.running);
        if let Some(flight) = running.get(&key) {
            flight.waiting.send_modify(|waiting| *waiting += 1);
            return Waiter {
                running: Arc::clone(&self.running),
                flight: Arc::clone(flight),
                is_leader: false,
            };
        }
        let flight = Arc::new(Flight {
            context: context(),
            outcome: watch::Sender::new(None),
            waiting: watch::Sender::new(1),
        });
        running.insert(key.clone(), Arc::clone(&flight));
        drop(running);
        let waiters = Waiters {
            running: Arc::clone(&self.running),
            key: key.clone(),
            flight: Arc::clone(&flight),
        };
        let mut end = End {
            running: Arc::clone(&self.running),
            key,
            flight: Arc::clone(&flight),
            returned: None,
        };
        let work = work(waiters);
        // In its own task, since the leader may leave at any time.
        tokio::spawn(
            meter::carried(async move {
                let value = work.await;
                end.returned(value);
            })
            .in_current_span(),
        );
        Waiter {
            running: Arc::clone(&self.running),
            flight,
            is_leader: true,
        }
    }

    /// Lets new callers start new work for the matching keys. The present work continues for its waiters.
    pub(crate) fn forget(&self, matches: impl Fn(&K) -> bool) {
        lock(&self.running).retain(|key, _| !matches(key));
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.running).is_empty()
    }
}

impl<K: Eq + Hash, V: Clone, C> Waiter<K, V, C> {
    /// Waits until the work ends.
    pub(crate) async fn ended(&self) -> Ended<V> {
        let mut outcome = self.flight.outcome.subscribe();
        let ended = match outcome.wait_for(Option::is_some).await {
            Ok(ended) => ended.clone(),
            Err(_) => None,
        };
        ended.unwrap_or(Ended::Dropped)
    }

    /// Whether this caller started the work.
    pub(crate) fn is_leader(&self) -> bool {
        self.is_leader
    }

    /// The context that the work and its waiters share.
    pub(crate) fn context(&self) -> &C {
        &self.flight.context
    }
}

impl<K: Eq + Hash, V, C> Drop for Waiter<K, V, C> {
    fn drop(&mut self) {
        let _running = lock(&self.running);
        self.flight.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

impl<K: Clone, V, C> Clone for Waiters<K, V, C> {
    fn clone(&self) -> Self {
        Self {
            running: Arc::clone(&self.running),
            key: self.key.clone(),
            flight: Arc::clone(&self.flight),
        }
    }
}

impl<K: Eq + Hash, V, C> Waiters<K, V, C> {
    /// Waits until the last waiter has left. From then on no caller joins this work: a new caller starts it
    /// again, and this one may end without a result.
    pub(crate) async fn left(&self) {
        let mut waiting = self.flight.waiting.subscribe();
        loop {
            // Cannot fail: the flight owns the sender.
            let _ = waiting.wait_for(|waiting| *waiting == 0).await;
            let mut running = lock(&self.running);
            // A caller may have joined since.
            if *self.flight.waiting.borrow() == 0 {
                remove(&mut running, &self.key, &self.flight);
                return;
            }
        }
    }

    /// Whether no caller waits at present.
    pub(crate) fn is_empty(&self) -> bool {
        *self.flight.waiting.borrow() == 0
    }

    /// The context that the work and its waiters share.
    pub(crate) fn context(&self) -> &C {
        &self.flight.context
    }
}

/// Removes the work from the map and publishes its end when dropped, however the work ended.
struct End<K: Eq + Hash, V, C> {
    running: Running<K, V, C>,
    key: K,
    flight: Arc<Flight<V, C>>,
    returned: Option<V>,
}

impl<K: Eq + Hash, V, C> End<K, V, C> {
    fn returned(&mut self, value: V) {
        self.returned = Some(value);
    }
}

impl<K: Eq + Hash, V, C> Drop for End<K, V, C> {
    fn drop(&mut self) {
        // From now on, callers start new work.
        remove(&mut lock(&self.running), &self.key, &self.flight);
        let ended = match self.returned.take() {
            Some(value) => Ended::Returned(value),
            None if std::thread::panicking() && !is_runtime_over() => Ended::Panicked,
            None => Ended::Dropped,
        };
        self.flight.outcome.send_replace(Some(ended));
    }
}

/// Whether the runtime of this task has shut down: timers panic then, which is not the work's fault.
fn is_runtime_over() -> bool {
    // A running runtime queues a task that is spawned from one of its tasks; one that has shut down drops it
    // at once.
    Handle::try_current().is_ok_and(|runtime| runtime.spawn(async {}).is_finished())
}

/// Removes this flight, unless another one has replaced it.
fn remove<K: Eq + Hash, V, C>(
    running: &mut HashMap<K, Arc<Flight<V, C>>>,
    key: &K,
    flight: &Arc<Flight<V, C>>,
) {
    if running.get(key).is_some_and(|known| Arc::ptr_eq(known, flight)) {
        running.remove(key);
    }
}

impl<K, V, C> fmt::Debug for SingleFlight<K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight")
            .field("running", &lock(&self.running).len())
            .finish()
    }
}

/// Once there are this many mutexes, those that are no longer in use are removed, and again each time the number of
/// the others has doubled.
const MANY_MUTEXES: usize = 64;

/// A mutex for each key.
#[derive(Debug)]
pub(crate) struct KeyedMutex<K>(Mutex<Waiting<K>>);

#[derive(Debug)]
struct Waiting<K> {
    mutexes: HashMap<K, Weak<tokio::sync::Mutex<()>>>,
    sweeps: Sweeps,
}

impl<K> Default for KeyedMutex<K> {
    fn default() -> Self {
        Self(Mutex::new(Waiting {
            mutexes: HashMap::default(),
            sweeps: Sweeps::default(),
        }))
    }
}

impl<K: Eq + Hash> KeyedMutex<K> {
    /// Waits for the mutex of this key.
    pub(crate) async fn lock(&self, key: K) -> OwnedMutexGuard<()> {
        let mutex = {
            let Waiting { mutexes, sweeps } = &mut *lock(&self.0);
            match mutexes.get(&key).and_then(Weak::upgrade) {
                Some(mutex) => mutex,
                None => {
                    if sweeps.are_due(mutexes.len(), MANY_MUTEXES) {
                        mutexes.retain(|_, mutex| mutex.strong_count() > 0);
                        sweeps.done(mutexes.len());
                    }
                    let mutex = Arc::default();
                    mutexes.insert(key, Arc::downgrade(&mutex));
                    mutex
                }
            }
        };
        mutex.lock_owned().await
    }
}
