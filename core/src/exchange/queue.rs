//! The callers of this process that wait for a slot, first come, first served, and the slots that it has reserved.
//!
//! Slots belong to the queue and not to the callers: the first in the queue gets the earliest, so that everyone behind a
//! caller who leaves moves up, and the slot that is left over goes to whoever comes next.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::callers::Callers;

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_number: u64,
    waiting: BTreeMap<u64, Entry>,
    /// In order; at least as many as there are waiting.
    slots: VecDeque<Instant>,
}

struct Entry {
    callers: Arc<Callers>,
    word: watch::Sender<Word>,
}

/// What a place in the queue is told.
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
    queue: &'a Queue,
    number: u64,
    word: watch::Receiver<Word>,
    /// When its slot is, as of now; it may become earlier.
    pub(super) start: Instant,
}

impl Queue {
    /// The slot that would be left over for another caller.
    pub(super) fn surplus(&self, now: Instant) -> Option<Instant> {
        let mut state = self.state();
        state.drop_lapsed(now);
        state.slots.get(state.waiting.len()).copied()
    }

    /// Joins the queue at its end, with a slot that was reserved or the one that is left over. `None`: there is none.
    pub(super) fn join(
        &self,
        callers: &Arc<Callers>,
        reserved: Option<Instant>,
        now: Instant,
    ) -> Option<Place<'_>> {
        let mut state = self.state();
        state.drop_lapsed(now);
        if let Some(slot) = reserved {
            let at = state.slots.partition_point(|known| *known <= slot);
            state.slots.insert(at, slot);
        }
        let start = *state.slots.get(state.waiting.len())?;
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

    /// Moves all slots behind a pause, and turns away those whose exchange would not end in time any more.
    pub(super) fn pause(&self, until: Instant, expected: Duration) {
        let mut state = self.state();
        let Some(first) = state.slots.front() else { return };
        let longer = until.saturating_duration_since(*first);
        if longer.is_zero() {
            return;
        }
        for slot in &mut state.slots {
            *slot += longer;
        }
        let State { waiting, slots, .. } = &mut *state;
        let mut position = 0;
        waiting.retain(|_, entry| {
            let start = slots[position];
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
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Slots that nobody wanted when they came.
    fn drop_lapsed(&mut self, now: Instant) {
        while self.slots.len() > self.waiting.len() && self.slots.front().is_some_and(|slot| *slot < now) {
            self.slots.pop_front();
        }
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

    /// Waits until it is told something else.
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
            Some(slot) if *slot > now => return Taken::NotYet(*slot),
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
        if state.waiting.remove(&self.number).is_some() {
            state.tell_first();
        }
    }
}
