//! Single flight: of those who want the same, one goes and the others wait for what it brings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::cache::CacheKey;
use crate::error::{Error, Result};
use crate::models::AccessToken;

/// The flights under way, by key. None stays when nobody waits for it.
#[derive(Default)]
pub(super) struct Flights {
    under_way: Mutex<HashMap<[u8; 32], Arc<Flight>>>,
}

struct Flight {
    user: [u8; 32],
    state: watch::Sender<State>,
}

enum State {
    /// Nobody goes. Whoever is first may, unless it is not worth its while.
    Vacant(Option<NotBefore>),
    Flying,
    Landed(Result<AccessToken>),
}

/// Who has no time until then need not try.
pub(super) struct NotBefore {
    pub(super) at: Instant,
    pub(super) error: Error,
}

/// A caller's place among those who want the same.
pub(super) struct Seat<'a> {
    flights: &'a Flights,
    key: [u8; 32],
    flight: Arc<Flight>,
}

/// What a caller has waited for.
pub(super) enum Turn<'a> {
    Go(Lead<'a>),
    Landed(Result<AccessToken>),
}

/// The duty to go for all. Dropped without having landed, by a cancelled or panicking caller, it goes to another one.
pub(super) struct Lead<'a> {
    seat: &'a Seat<'a>,
    next: Option<State>,
}

impl Flights {
    /// Takes a place.
    pub(super) fn board(&self, key: &CacheKey) -> Seat<'_> {
        let mut under_way = lock(&self.under_way);
        let flight = under_way.entry(key.entry).or_insert_with(|| {
            Arc::new(Flight {
                user: key.user,
                state: watch::Sender::new(State::Vacant(None)),
            })
        });
        Seat {
            flights: self,
            key: key.entry,
            flight: Arc::clone(flight),
        }
    }

    /// Has callers who come from now on share nothing that began for this user before.
    pub(super) fn forget_user(&self, user: &[u8; 32]) {
        lock(&self.under_way).retain(|_, flight| flight.user != *user);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        lock(&self.under_way).is_empty()
    }

    fn forget(&self, key: &[u8; 32], flight: &Arc<Flight>) {
        let mut under_way = lock(&self.under_way);
        if under_way.get(key).is_some_and(|known| Arc::ptr_eq(known, flight)) {
            under_way.remove(key);
        }
    }
}

impl Seat<'_> {
    /// Waits for another one's result, or until it is this caller's turn to go. All who wait are woken together and the
    /// first to run goes, so that a caller who is not polled holds nobody up.
    pub(super) async fn turn(&self, deadline: Instant) -> Turn<'_> {
        let mut changes = self.flight.state.subscribe();
        loop {
            let mut landed = None;
            let mut goes = false;
            // Says that nothing changed, as nobody has to wake up for it.
            self.flight.state.send_if_modified(|state| {
                match state {
                    State::Flying => {}
                    State::Landed(result) => landed = Some(result.clone()),
                    State::Vacant(Some(until)) if until.at >= deadline => {
                        landed = Some(Err(until.error.clone()));
                    }
                    State::Vacant(_) => {
                        *state = State::Flying;
                        goes = true;
                    }
                }
                false
            });
            if goes {
                return Turn::Go(Lead {
                    seat: self,
                    next: None,
                });
            }
            if let Some(result) = landed {
                return Turn::Landed(result);
            }
            // The sender lives as long as this place.
            let _ = changes.changed().await;
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut under_way = lock(&self.flights.under_way);
        // Places are taken under the lock only: the list's and this one are the last.
        if Arc::strong_count(&self.flight) == 2
            && under_way
                .get(&self.key)
                .is_some_and(|known| Arc::ptr_eq(known, &self.flight))
        {
            under_way.remove(&self.key);
        }
    }
}

impl Lead<'_> {
    /// Gives the result to all who wait; who comes from now on starts anew.
    pub(super) fn land(mut self, result: Result<AccessToken>) {
        self.next = Some(State::Landed(result));
    }

    /// Lets another one go, if it has more time than until then.
    pub(super) fn hand_over(mut self, not_before: Option<NotBefore>) {
        self.next = Some(State::Vacant(not_before));
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let next = self.next.take().unwrap_or(State::Vacant(None));
        if matches!(next, State::Landed(_)) {
            self.seat.flights.forget(&self.seat.key, &self.seat.flight);
        }
        self.seat.flight.state.send_replace(next);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
