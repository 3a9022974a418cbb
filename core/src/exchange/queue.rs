//! This process's callers waiting for a slot, first come, first served, and its reserved slots.
//!
//! Slots belong to the queue and not to the callers: the first caller in the queue gets the earliest slot, so
//! everyone behind a caller who leaves moves up. The remaining slot is returned to the fleet if it belongs to it,
//! and otherwise goes to the next caller.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::callers::Callers;
use crate::cache::{FleetSlot, Limits, SharedLimiter};
use crate::locking::lock;

/// How many slots are given back in one step.
const MOST_AT_ONCE: usize = 64;
/// Pauses do not move a slot farther while somebody waits for it.
const FARTHEST_MOVE: Duration = Limits::MAX_WAIT.saturating_mul(10);

pub(super) struct Queue {
    state: Mutex<State>,
    shared: Option<Arc<dyn SharedLimiter>>,
}

#[derive(Default)]
struct State {
    next_number: u64,
    waiting: BTreeMap<u64, Entry>,
    /// In order; at least as many as there are waiting.
    slots: VecDeque<Slot>,
    /// By how much the fleet's pauses have moved its slots, as was heard last.
    moves: u64,
    /// A task gives slots back.
    gives_back: bool,
}

/// A slot of this process's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    at: Instant,
    fleet: Option<Held>,
}

/// A slot that the fleet gave, and when it is unless a pause moves it.
#[derive(Debug, Clone, Copy)]
struct Held {
    slot: FleetSlot,
    reserved: Instant,
}

struct Entry {
    callers: Arc<Callers>,
    word: watch::Sender<Word>,
}

/// What a place in the queue is notified of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Wait for the others in front.
    Wait,
    /// Nobody is in front.
    First,
    /// A pause moved the slot to here, which is too late.
    TooLate(Instant),
}

/// What came of trying to take a slot.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is this caller's.
    Yes,
    /// Not before this.
    NotYet(Instant),
    /// The exchange would not end before the deadline, and someone else waits for the slot.
    TooLate,
    /// Others are in front, or the place was lost.
    No,
}

/// A place in the queue. Dropping it leaves.
pub(super) struct Place<'a> {
    queue: &'a Arc<Queue>,
    number: u64,
    word: watch::Receiver<Word>,
    /// When its slot is, as of now; it may become earlier.
    pub(super) start: Instant,
}

impl Slot {
    /// A slot at this time, which the fleet gave if it is known there.
    pub(super) fn new(at: Instant, fleet: Option<FleetSlot>) -> Self {
        let fleet = fleet.map(|slot| Held { slot, reserved: at });
        Self { at, fleet }
    }

    /// Follows the fleet's pauses, and returns whether the slot is at another time now.
    fn follow(&mut self, moves: u64) -> bool {
        let Some(Held { slot, reserved }) = self.fleet else {
            return false;
        };
        let moved = Duration::from_micros(moves.saturating_sub(slot.moves));
        if moved > FARTHEST_MOVE {
            return false;
        }
        let former = std::mem::replace(&mut self.at, reserved + moved);
        self.at != former
    }
}

impl Queue {
    /// A queue for slots of this fleet, or of this process alone.
    pub(super) fn new(shared: Option<Arc<dyn SharedLimiter>>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            shared,
        })
    }

    /// The slot that would be left over for another caller.
    pub(super) fn surplus(&self, now: Instant) -> Option<Instant> {
        let mut state = self.state();
        state.drop_lapsed(now);
        state.slots.get(state.waiting.len()).map(|slot| slot.at)
    }

    /// Joins the queue at its end, with a slot that was reserved or the one that is left over. `None`: there is none.
    pub(super) fn join<'a>(
        self: &'a Arc<Self>,
        callers: &Arc<Callers>,
        reserved: Option<Slot>,
        now: Instant,
    ) -> Option<Place<'a>> {
        let mut state = self.state();
        state.drop_lapsed(now);
        if let Some(mut slot) = reserved {
            // A pause may have been heard of since.
            let is_behind = slot.fleet.is_some_and(|held| held.slot.moves < state.moves);
            if is_behind {
                slot.follow(state.moves);
            }
            let at = state.slots.partition_point(|known| known.at <= slot.at);
            state.slots.insert(at, slot);
            if at == 0 {
                // The first of those who wait has an earlier slot now.
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
        let callers = Arc::clone(callers);
        state.waiting.insert(number, Entry { callers, word });
        Some(place)
    }

    /// Moves all slots behind a pause if there is one, by as much as the fleet does where that is known, and turns away
    /// those whose exchange would not end in time any more.
    pub(super) fn pause(self: &Arc<Self>, until: Option<Instant>, moves: Option<u64>, expected: Duration) {
        let mut state = self.state();
        if !state.move_slots(until, moves) {
            return;
        }
        let State { waiting, slots, .. } = &mut *state;
        let mut position = 0;
        waiting.retain(|_, entry| {
            let start = slots[position].at;
            let fits = entry.callers.fit(start + expected);
            if fits {
                position += 1;
                entry.callers.plan(start);
            } else {
                entry.word.send_replace(Word::TooLate(start));
            }
            fits
        });
        state.tell_first();
        drop(state);
        self.give_back();
    }

    /// Gives the fleet's slots that nobody waits for back, in the background and by one task at a time.
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

    /// Some of the slots that can be given back; when there are none, the next one needs another task.
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

/// Slots are being given back.
struct Giving(Arc<Queue>);

impl Drop for Giving {
    fn drop(&mut self) {
        // Its runtime may have ended before it did.
        self.0.state().gives_back = false;
    }
}

impl State {
    /// Slots that nobody wanted when they came.
    fn drop_lapsed(&mut self, now: Instant) {
        while self.slots.len() > self.waiting.len() && self.slots.front().is_some_and(|slot| slot.at < now) {
            self.slots.pop_front();
        }
    }

    /// The last of the fleet's slots that are still to come and that nobody waits for, with its place.
    fn last_unwanted(&self, now: Instant) -> Option<(usize, FleetSlot)> {
        let surplus = self.slots.iter().enumerate().skip(self.waiting.len());
        surplus
            .rev()
            .filter(|(_, slot)| slot.at > now)
            .find_map(|(at, slot)| Some((at, slot.fleet?.slot)))
    }

    /// Returns whether any slot is at another time now.
    fn move_slots(&mut self, until: Option<Instant>, moves: Option<u64>) -> bool {
        let mut have_moved = false;
        if let Some(moves) = moves {
            let former = std::mem::replace(&mut self.moves, moves);
            if until.is_none() && moves == former {
                return false;
            }
            // Fewer than before: they were lost, and say nothing about what was reserved before that.
            if moves >= former {
                for slot in &mut self.slots {
                    have_moved |= slot.follow(moves);
                }
            }
        }
        // What the fleet does not know of moves by as much as the first of all has to.
        let first = self.slots.iter().map(|slot| slot.at).min();
        let longer = until
            .zip(first)
            .map(|(until, first)| until.saturating_duration_since(first));
        if let Some(longer) = longer.filter(|longer| !longer.is_zero()) {
            have_moved = true;
            for slot in &mut self.slots {
                slot.at += longer;
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
    /// What this place was told last.
    pub(super) fn word(&mut self) -> Word {
        *self.word.borrow_and_update()
    }

    /// Waits until there is another notification.
    pub(super) async fn told(&mut self) {
        // The sender is gone when this place was turned away, and then there is a last word.
        let _ = self.word.changed().await;
    }

    /// Takes the slot, if it is there and this place is the first. Someone else gets it if an exchange that takes this
    /// time would not end before the deadline.
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
        if state.waiting.len() > 1 && !entry.callers.fit(now + takes) {
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
            state.tell_first();
        }
        drop(state);
        if has_left {
            self.queue.give_back();
        }
    }
}
