//! Single flight: of those who want the same, one goes and the others wait for what it brings.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::error::Result;
use crate::models::AccessToken;

#[derive(Default)]
pub(super) struct Flights {
    slots: Mutex<Slots>,
}

/// The slots that somebody holds; the others are forgotten now and then.
#[derive(Default)]
struct Slots {
    by_key: HashMap<[u8; 32], Weak<Slot>>,
    sweep_at: usize,
}

#[derive(Default)]
struct Slot {
    /// Held by the one who goes. Given on in the order of arrival, also when that one is cancelled or panics.
    going: tokio::sync::Mutex<()>,
    landed: Mutex<Landed>,
}

#[derive(Default)]
struct Landed {
    count: u64,
    brought: Option<Result<AccessToken>>,
}

/// How a caller came to its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It went itself.
    Went,
    /// It waited for another one.
    Waited,
}

/// What a flight may bring: something for all who waited, or nothing that is any of theirs.
pub(super) struct Brought {
    pub(super) result: Result<AccessToken>,
    pub(super) for_all: bool,
}

impl Flights {
    /// Goes, or waits for who went. A flight that began before the caller came and ends after counts for it too.
    pub(super) async fn join<F>(&self, key: &[u8; 32], go: impl FnOnce() -> F) -> (Result<AccessToken>, Part)
    where
        F: Future<Output = Brought>,
    {
        let slot = self.slot(key);
        let seen = lock(&slot.landed).count;
        let _going = slot.going.lock().await;
        {
            let landed = lock(&slot.landed);
            if landed.count > seen {
                if let Some(result) = &landed.brought {
                    return (result.clone(), Part::Waited);
                }
            }
        }
        let Brought { result, for_all } = go().await;
        if for_all {
            let mut landed = lock(&slot.landed);
            landed.count += 1;
            landed.brought = Some(result.clone());
        }
        (result, Part::Went)
    }

    fn slot(&self, key: &[u8; 32]) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        if let Some(slot) = slots.by_key.get(key).and_then(Weak::upgrade) {
            return slot;
        }
        if slots.by_key.len() >= slots.sweep_at {
            slots.by_key.retain(|_, slot| slot.strong_count() > 0);
            slots.sweep_at = (2 * slots.by_key.len()).max(1024);
        }
        let slot = Arc::new(Slot::default());
        slots.by_key.insert(*key, Arc::downgrade(&slot));
        slot
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
