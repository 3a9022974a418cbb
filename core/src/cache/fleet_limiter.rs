//! The limiter that a fleet shares, and this process's own if the shared one is unavailable.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{FleetSlot, Limits, LocalLimiter, Paused, Reservation, ReservationRequest, SharedLimiter};

/// Keeps a fleet below its limits. While the shared limiter is unavailable, each process applies them by
/// itself.
#[derive(Debug)]
pub(crate) struct FleetLimiter {
    local: LocalLimiter,
    shared: Option<Arc<dyn SharedLimiter>>,
}

/// What was reserved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reserved {
    pub(crate) reservation: Reservation,
    /// The fleet's slot, if the shared limiter granted one.
    pub(crate) slot: Option<FleetSlot>,
    /// The fleet's pauses; `None` if the shared limiter was not asked or did not answer.
    pub(crate) paused: Option<Paused>,
}

impl FleetLimiter {
    pub(crate) fn new(limits: Limits, shared: Option<Arc<dyn SharedLimiter>>) -> Self {
        Self {
            local: LocalLimiter::new(limits),
            shared,
        }
    }

    /// Reserves the earliest slot, unless it is too far away or the user's share is used up.
    pub(crate) async fn reserve(&self, request: &ReservationRequest<'_>) -> Reserved {
        let alone = |reservation| Reserved {
            reservation,
            slot: None,
            paused: None,
        };
        let Some(shared) = &self.shared else {
            return alone(self.local.reserve(request));
        };
        // This process's slots are among the fleet's: if they use up the user's share, Redis needn't be
        // asked.
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

    /// Returns the latest slot to the user's share, here and in the fleet: its exchange did not begin.
    pub(crate) fn release(&self, user: [u8; 32]) {
        self.local.release(&user);
        if let Some(shared) = &self.shared {
            let shared = Arc::clone(shared);
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { shared.release(&user).await });
            }
        }
    }

    /// Asks for the fleet's pauses; `None` if there is no shared limiter or it does not answer.
    pub(crate) async fn ask_for_pause(&self) -> Option<Paused> {
        let paused = self.shared.as_ref()?.paused().await?;
        Some(self.hear(paused))
    }

    /// Starts no exchange in this process for `wait`; a longer pause stays in effect.
    pub(crate) fn pause_here(&self, wait: Duration) {
        self.local.pause(wait);
    }

    /// Pauses the other processes for `wait`. Returns the fleet's pauses afterwards, if the shared limiter
    /// answers.
    pub(crate) async fn pause_others(&self, wait: Duration) -> Option<Paused> {
        let paused = self.shared.as_ref()?.pause(wait).await?;
        Some(self.hear(paused))
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// When the earliest slot is free, as far as this process knows.
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
