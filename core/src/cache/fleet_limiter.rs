//! The limiter that a fleet shares, and this process's own if the shared one is unavailable.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{FleetSlot, Limits, LocalLimiter, Paused, Reservation, ReservationRequest, SharedLimiter};

/// Keeps a fleet under its limits. While the shared limiter is away, each process keeps to them by itself.
#[derive(Debug)]
pub(crate) struct FleetLimiter {
    local: LocalLimiter,
    shared: Option<Arc<dyn SharedLimiter>>,
}

/// What was reserved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reserved {
    pub(crate) reservation: Reservation,
    /// The slot, if the fleet gave one.
    pub(crate) slot: Option<FleetSlot>,
    /// The fleet's pauses; `None` if it was not asked or did not answer.
    pub(crate) paused: Option<Paused>,
}

impl FleetLimiter {
    pub(crate) fn new(limits: Limits, shared: Option<Arc<dyn SharedLimiter>>) -> Self {
        Self {
            local: LocalLimiter::new(limits),
            shared,
        }
    }

    /// Takes the earliest slot, if it is not too far away and the user's share has room.
    pub(crate) async fn reserve(&self, request: &ReservationRequest<'_>) -> Reserved {
        let alone = |reservation| Reserved {
            reservation,
            slot: None,
            paused: None,
        };
        let Some(shared) = &self.shared else {
            return alone(self.local.reserve(request));
        };
        // What this process gave is a part of what the fleet gave.
        if let Some(wait) = request.user.and_then(|user| self.local.user_wait(user)) {
            return alone(Reservation::UserLimited(wait));
        }
        let Some(answer) = shared.reserve(request).await else {
            return alone(self.local.reserve(request));
        };
        let paused = self.hear(answer.paused);
        if let Reservation::In(_) = answer.reservation {
            self.local.count(request);
        }
        Reserved {
            reservation: answer.reservation,
            slot: answer.slot,
            paused: Some(paused),
        }
    }

    /// Gives back the user's latest place in its share, here and in the fleet: what it was for did not begin.
    pub(crate) fn release(&self, user: [u8; 32]) {
        self.local.release(&user);
        if let Some(shared) = &self.shared {
            let shared = Arc::clone(shared);
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { shared.release(&user).await });
            }
        }
    }

    /// Asks for the fleet's pauses; `None` if they cannot be told.
    pub(crate) async fn ask_for_pause(&self) -> Option<Paused> {
        let paused = self.shared.as_ref()?.paused().await?;
        Some(self.hear(paused))
    }

    /// Lets nobody begin for this long in this process; a longer pause stays.
    pub(crate) fn pause_here(&self, wait: Duration) {
        self.local.pause(wait);
    }

    /// The same in the other processes. Returns what the fleet's pauses are then, if it answers.
    pub(crate) async fn pause_others(&self, wait: Duration) -> Option<Paused> {
        let paused = self.shared.as_ref()?.pause(wait).await?;
        Some(self.hear(paused))
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// When the earliest slot is free, by what this process knows.
    pub(crate) fn next(&self) -> Instant {
        self.local.next()
    }

    /// When the present pause ends, if there is one.
    pub(crate) fn paused_until(&self) -> Option<Instant> {
        self.local.paused_until()
    }

    fn hear(&self, paused: Paused) -> Paused {
        let left = paused.left.min(Limits::MAX_WAIT);
        if !left.is_zero() {
            self.local.pause(left);
        }
        Paused { left, ..paused }
    }
}
