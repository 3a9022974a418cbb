//! This process's exchanges waiting for a slot, in the order of their arrival, and its reserved slots.
//!
//! Slots belong to the queue, not to the exchanges: the first in the queue gets the earliest slot, so when
//! one leaves, those behind it move up. The surplus slot is returned to the fleet if the shared limiter
//! granted it, and otherwise goes to the next exchange that arrives.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::callers::Callers;
use crate::cache::{FleetSlot, Limits, SharedLimiter};
use crate::clock::after;
use crate::locking::lock;

/// How many slots are returned in one request.
const MOST_AT_ONCE: usize = 64;
/// The longest delay of a slot by the fleet's pauses. A longer one was not written by this library and is
/// ignored.
const FARTHEST_MOVE: Duration = Limits::MAX_WAIT.saturating_mul(10);

pub(super) struct Queue {
    state: Mutex<State>,
    shared: Option<Arc<dyn SharedLimiter>>,
}

#[derive(Default)]
struct State {
    next_number: u64,
    waiting: BTreeMap<u64, Entry>,
    /// In order of time; at least as many as there are entries waiting.
    slots: VecDeque<Slot>,
    /// By how much the fleet's pauses have delayed its slots, as last reported.
    moves: u64,
    /// Whether a task is returning slots.
    gives_back: bool,
}

/// A slot of this process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    at: Instant,
    fleet: Option<Held>,
}

/// A slot that the shared limiter granted, and its time as of the reservation.
#[derive(Debug, Clone, Copy)]
struct Held {
    slot: FleetSlot,
    reserved: Instant,
}

struct Entry {
    callers: Arc<Callers>,
    word: watch::Sender<Word>,
}

/// The latest notification of a place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Others are in front.
    Wait,
    /// Nobody is in front.
    First,
    /// A pause delayed the slot to this time, which is too late.
    TooLate(Instant),
}

/// The outcome of trying to take a slot.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// The slot was taken.
    Yes,
    /// The slot begins at this time.
    NotYet(Instant),
    /// The exchange would not end before the deadline, and another one waits for the slot.
    TooLate,
    /// Others are in front, or the place is no longer in the queue.
    No,
}

/// A place in the queue. Dropping it leaves the queue.
pub(super) struct Place<'a> {
    queue: &'a Arc<Queue>,
    number: u64,
    word: watch::Receiver<Word>,
    /// The time of its slot when it joined; the slot may become earlier or later.
    pub(super) start: Instant,
}

impl Slot {
    /// Creates a slot at this time; `fleet` is set if the shared limiter granted it.
    pub(super) fn new(at: Instant, fleet: Option<FleetSlot>) -> Self {
        let fleet = fleet.map(|slot| Held { slot, reserved: at });
        Self { at, fleet }
    }

    /// Delays the slot by the fleet's pauses. Returns whether its time has changed.
    fn follow(&mut self, moves: u64) -> bool {
        let Some(Held { slot, reserved }) = self.fleet else {
            return false;
        };
        let moved = Duration::from_micros(moves.saturating_sub(slot.moves));
        if moved > FARTHEST_MOVE {
            return false;
        }
        let former = std::mem::replace(&mut self.at, after(reserved, moved));
        self.at != former
    }
}

impl Queue {
    /// Creates a queue for slots of a fleet, or only of this process.
    pub(super) fn new(shared: Option<Arc<dyn SharedLimiter>>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            shared,
        })
    }

    /// The time of a slot that no waiting exchange needs, if there is one.
    pub(super) fn surplus(&self, now: Instant) -> Option<Instant> {
        let mut state = self.state();
        state.drop_lapsed(now);
        state.slots.get(state.waiting.len()).map(|slot| slot.at)
    }

    /// Joins the end of the queue, with a reserved slot or a surplus one. Returns `None` if there is none.
    pub(super) fn join<'a>(
        self: &'a Arc<Self>,
        callers: &Arc<Callers>,
        reserved: Option<Slot>,
        now: Instant,
    ) -> Option<Place<'a>> {
        let mut state = self.state();
        state.drop_lapsed(now);
        if let Some(mut slot) = reserved {
            // A pause may have been reported since the reservation.
            let is_behind = slot.fleet.is_some_and(|held| held.slot.moves < state.moves);
            if is_behind {
                slot.follow(state.moves);
            }
            let at = state.slots.partition_point(|known| known.at <= slot.at);
            state.slots.insert(at, slot);
            // Those in the queue from here on have an earlier slot now.
            state.plan(at);
            if at == 0 {
                state.tell_first();
            }
        }
        let start = state.slots.get(state.waiting.len())?.at;
        let first = state.waiting.is_empty();
        let word = watch::Sender::new(if first { Word::First } else { Word::Wait });
        let number = state.next_number;
        state.next_number += 1;
        let place = Place {
            queue: self,
            number,
            word: word.subscribe(),
            start,
        };
        if start > now {
            callers.plan(start);
        }
        let callers = Arc::clone(callers);
        state.waiting.insert(number, Entry { callers, word });
        Some(place)
    }

    /// Delays all slots by a pause, by as much as the fleet does if that is known, and notifies and removes
    /// the exchanges that would no longer end in time.
    pub(super) fn pause(self: &Arc<Self>, until: Option<Instant>, moves: Option<u64>, expected: Duration) {
        let mut state = self.state();
        if !state.move_slots(until, moves) {
            return;
        }
        let State { waiting, slots, .. } = &mut *state;
        let mut position = 0;
        waiting.retain(|_, entry| {
            let start = slots[position].at;
            let fits = entry.callers.fit(after(start, expected));
            if fits {
                position += 1;
            } else {
                entry.word.send_replace(Word::TooLate(start));
            }
            fits
        });
        state.plan(0);
        state.tell_first();
        drop(state);
        self.give_back();
    }

    /// Returns the fleet's surplus slots, in the background and by one task at a time.
    fn give_back(self: &Arc<Self>) {
        let (Some(shared), Ok(runtime)) = (&self.shared, Handle::try_current()) else {
            return;
        };
        {
            let mut state = self.state();
            if state.gives_back || state.last_unwanted(Instant::now()).is_none() {
                return;
            }
            state.gives_back = true;
        }
        let (shared, giving) = (Arc::clone(shared), Giving(Arc::clone(self)));
        runtime.spawn(async move {
            loop {
                let unwanted = giving.0.take_unwanted(Instant::now());
                if unwanted.is_empty() {
                    return;
                }
                shared.give_back(&unwanted).await;
            }
        });
    }

    /// Removes some of the slots that can be returned. If there are none, the task ends, and the next slot
    /// needs another one.
    fn take_unwanted(&self, now: Instant) -> Vec<FleetSlot> {
        let mut state = self.state();
        let mut unwanted = Vec::new();
        while unwanted.len() < MOST_AT_ONCE {
            let Some((at, slot)) = state.last_unwanted(now) else {
                break;
            };
            state.slots.remove(at);
            unwanted.push(slot);
        }
        state.gives_back = !unwanted.is_empty();
        unwanted
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// Exists while a task is returning slots.
struct Giving(Arc<Queue>);

impl Drop for Giving {
    fn drop(&mut self) {
        // The task's runtime may have ended before the task.
        self.0.state().gives_back = false;
    }
}

impl State {
    /// Removes surplus slots that have passed. Those of the exchanges in the queue stay, which may not have
    /// woken up yet.
    fn drop_lapsed(&mut self, now: Instant) {
        let waiting = self.waiting.len();
        while self.slots.get(waiting).is_some_and(|slot| slot.at < now) {
            self.slots.remove(waiting);
        }
    }

    /// Tells the exchanges from this position of the queue on when they are planned to begin.
    fn plan(&self, position: usize) {
        let waiting = self.waiting.values().zip(&self.slots).skip(position);
        for (entry, slot) in waiting {
            entry.callers.plan(slot.at);
        }
    }

    /// The last of the fleet's surplus slots that have not passed, with its index.
    fn last_unwanted(&self, now: Instant) -> Option<(usize, FleetSlot)> {
        let surplus = self.slots.iter().enumerate().skip(self.waiting.len());
        surplus
            .rev()
            .filter(|(_, slot)| slot.at > now)
            .find_map(|(at, slot)| Some((at, slot.fleet?.slot)))
    }

    /// Delays slots by pauses. Returns whether the time of any has changed.
    fn move_slots(&mut self, until: Option<Instant>, moves: Option<u64>) -> bool {
        let mut have_moved = false;
        if let Some(moves) = moves {
            let former = std::mem::replace(&mut self.moves, moves);
            if until.is_none() && moves == former {
                return false;
            }
            // If the number is smaller, the fleet's state was lost, and it does not apply to earlier slots.
            if moves >= former {
                for slot in &mut self.slots {
                    have_moved |= slot.follow(moves);
                }
            }
        }
        // Slots that begin during the pause anyway, such as this process's own, move by as much as the first
        // one must.
        let first = self.slots.iter().map(|slot| slot.at).min();
        let longer = until
            .zip(first)
            .map(|(until, first)| until.saturating_duration_since(first));
        if let Some(longer) = longer.filter(|longer| !longer.is_zero()) {
            have_moved = true;
            for slot in &mut self.slots {
                slot.at = after(slot.at, longer);
            }
        }
        if have_moved {
            self.slots.make_contiguous().sort_by_key(|slot| slot.at);
        }
        have_moved
    }

    fn tell_first(&self) {
        if let Some((_, first)) = self.waiting.first_key_value() {
            first.word.send_replace(Word::First);
        }
    }
}

impl Place<'_> {
    /// The latest notification.
    pub(super) fn word(&mut self) -> Word {
        *self.word.borrow_and_update()
    }

    /// Waits for the next notification.
    pub(super) async fn told(&mut self) {
        // An error means that the place was removed; the last notification is then still readable.
        let _ = self.word.changed().await;
    }

    /// Takes the slot, if it has begun and this place is the first. If an exchange that takes this long would
    /// not end before the deadline, leaves the slot to the next in the queue.
    pub(super) fn take(&mut self, now: Instant, takes: Duration) -> Taken {
        let mut state = self.queue.state();
        let first = state.waiting.first_key_value();
        let Some((_, entry)) = first.filter(|(number, _)| **number == self.number) else {
            return Taken::No;
        };
        match state.slots.front() {
            Some(slot) if slot.at > now => return Taken::NotYet(slot.at),
            Some(_) => {}
            None => return Taken::No,
        }
        if state.waiting.len() > 1 && !entry.callers.fit(after(now, takes)) {
            return Taken::TooLate;
        }
        state.slots.pop_front();
        state.waiting.remove(&self.number);
        state.tell_first();
        Taken::Yes
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.state();
        let has_left = state.waiting.remove(&self.number).is_some();
        if has_left {
            // Those behind move up.
            let position = state.waiting.range(..self.number).count();
            state.plan(position);
            state.tell_first();
        }
        drop(state);
        if has_left {
            self.queue.give_back();
        }
    }
}
