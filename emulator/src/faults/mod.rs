//! Faults: responses that the emulator spoils on request.

mod apply;
mod spec;

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use serde::Serialize;

pub(crate) use apply::{Answer, Cut, apply};
pub use spec::{DateFault, Fault, Reset, RetryAfter};

/// A fault that will still apply to requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PendingFault {
    /// Its number, from 1.
    pub id: u64,
    /// How many responses it will still spoil.
    pub left: u32,
    /// The fault. Its `skip` counts down with each request that is let through.
    #[serde(flatten)]
    pub fault: Fault,
}

/// The pending faults, in the order in which they were added. Only the first fault that matches a request
/// applies to it.
#[derive(Debug, Default)]
pub struct Faults {
    pending: Mutex<Pending>,
    // The length of the list, so that a request takes no lock while there are no faults.
    count: AtomicUsize,
}

#[derive(Debug, Default)]
struct Pending {
    next_id: u64,
    list: Vec<PendingFault>,
}

/// The properties of a request that faults are matched against.
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
                // Without the body, the two creations can't be told apart.
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
    /// Adds a fault after the existing ones, and returns its number.
    ///
    /// # Errors
    /// If the fault spoils nothing, names an unknown operation, or has an invalid or contradictory member;
    /// the message says which.
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

    /// The faults that are left.
    pub fn list(&self) -> Vec<PendingFault> {
        self.pending.lock().list.clone()
    }

    /// Removes all faults.
    pub fn clear(&self) {
        self.pending.lock().list.clear();
        self.count.store(0, Ordering::Release);
    }

    /// Returns whether the connection that was just accepted must be reset, and counts that as a use of the
    /// fault.
    pub(crate) fn reset_connection(&self) -> bool {
        self.take(|f| f.reset == Some(Reset::OnAccept), |_| true)
            .is_some()
    }

    /// The fault that resets the connection once a request's head is read; `None` if another fault applies to
    /// the request first.
    pub(crate) fn before_body(&self, subject: &Subject<'_>) -> Option<PendingFault> {
        self.take(
            |f| f.reset != Some(Reset::OnAccept) && subject.matches(f, true),
            |f| f.reset == Some(Reset::BeforeBody),
        )
    }

    /// The fault for a request that was read completely.
    pub(crate) fn before_answer(&self, subject: &Subject<'_>) -> Option<PendingFault> {
        self.take(
            |f| f.reset != Some(Reset::OnAccept) && subject.matches(f, false),
            |f| f.reset != Some(Reset::BeforeBody),
        )
    }

    /// Takes one use of the first fault that `matches`, if it is `due` at this point of the request.
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
                // Counted once per request, at the point where the fault would have applied.
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
