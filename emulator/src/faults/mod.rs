//! The answers that are to be spoiled.

mod apply;
mod spec;

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use serde::Serialize;

pub(crate) use apply::{Answer, Cut, apply};
pub use spec::{DateFault, Fault, Reset, RetryAfter};

/// A fault that has not been used up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PendingFault {
    /// The number that it was given.
    pub id: u64,
    /// How many answers it will still spoil.
    pub left: u32,
    /// What it does; its `skip` counts down.
    #[serde(flatten)]
    pub fault: Fault,
}

/// The faults that are set, in the order in which they apply: the first that matches a request is the
/// only one for it.
#[derive(Debug, Default)]
pub struct Faults {
    pending: Mutex<Pending>,
    // So that a request under load takes no lock to learn that there is none.
    count: AtomicUsize,
}

#[derive(Debug, Default)]
struct Pending {
    next_id: u64,
    list: Vec<PendingFault>,
}

/// What a fault is matched against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) client_request_id: Option<&'a str>,
}

impl Subject<'_> {
    fn matches(&self, fault: &Fault, head_only: bool) -> bool {
        let operation = fault.operation.as_deref().is_none_or(|wanted| {
            wanted == self.operation
                || wanted == self.service
                // Without the body the two creations are one.
                || (head_only && self.operation == "create_user" && wanted == "create_user_and_token")
        });
        operation
            && fault
                .client_request_id
                .as_deref()
                .is_none_or(|wanted| self.client_request_id == Some(wanted))
    }
}

impl Faults {
    /// Adds a fault after those that are there, and says its number.
    ///
    /// # Errors
    /// Says what is wrong with the fault.
    pub fn add(&self, fault: Fault) -> Result<u64, String> {
        fault.check()?;
        let mut pending = self.pending.lock();
        pending.next_id += 1;
        let id = pending.next_id;
        pending.list.push(PendingFault {
            id,
            left: fault.count,
            fault,
        });
        self.count.store(pending.list.len(), Ordering::Release);
        Ok(id)
    }

    /// What is left.
    pub fn list(&self) -> Vec<PendingFault> {
        self.pending.lock().list.clone()
    }

    /// Forgets all faults.
    pub fn clear(&self) {
        self.pending.lock().list.clear();
        self.count.store(0, Ordering::Release);
    }

    /// Whether the connection that was just accepted is to be reset.
    pub(crate) fn reset_connection(&self) -> bool {
        self.take(|f| f.reset == Some(Reset::OnAccept), |_| true)
            .is_some()
    }

    /// The fault that resets a connection of whose request only the head is read. One that stands behind
    /// another fault for the same request waits.
    pub(crate) fn before_body(&self, subject: &Subject<'_>) -> Option<PendingFault> {
        self.take(
            |f| f.reset != Some(Reset::OnAccept) && subject.matches(f, true),
            |f| f.reset == Some(Reset::BeforeBody),
        )
    }

    /// The fault for a request that is read whole.
    pub(crate) fn before_answer(&self, subject: &Subject<'_>) -> Option<PendingFault> {
        self.take(
            |f| f.reset != Some(Reset::OnAccept) && subject.matches(f, false),
            |f| f.reset != Some(Reset::BeforeBody),
        )
    }

    /// Uses up one turn of the first fault that `matches`, if it is `due` at this point.
    fn take(&self, matches: impl Fn(&Fault) -> bool, due: impl Fn(&Fault) -> bool) -> Option<PendingFault> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut pending = self.pending.lock();
        for at in 0..pending.list.len() {
            let entry = &mut pending.list[at];
            if !matches(&entry.fault) {
                continue;
            }
            if entry.fault.skip > 0 {
                // Counted once a request, at the point where the fault would have come.
                entry.fault.skip -= u32::from(due(&entry.fault));
                continue;
            }
            if !due(&entry.fault) {
                return None;
            }
            entry.left -= 1;
            let taken = entry.clone();
            if entry.left == 0 {
                pending.list.remove(at);
                self.count.store(pending.list.len(), Ordering::Release);
            }
            return Some(taken);
        }
        None
    }
}
