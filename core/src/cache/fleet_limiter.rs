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

    /// Reserves the earliest slot, unless it is too far away or the user's share is used up. A slot does not
    /// begin during a pause that this process knows of, whether or not the shared limiter knows of it.
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
        if let Some(left) = self.pause_left(request).filter(|left| *left > request.max_wait) {
            return alone(Reservation::Limited(left));
        }
        let Some(answer) = shared.reserve(request).await else {
            return alone(self.local.reserve(request));
        };
        let paused = self.hear(answer.paused);
        if let Reservation::In(_) = answer.reservation {
            self.local.count(request);
        }
        // A pause may have begun since the shared limiter was asked.
        let left = self.pause_left(request).unwrap_or_default();
        Reserved {
            reservation: match answer.reservation {
                Reservation::In(wait) => Reservation::In(wait.max(left)),
                Reservation::Limited(wait) => Reservation::Limited(wait.max(left)),
                Reservation::UserLimited(wait) => Reservation::UserLimited(wait),
            },
            slot: answer.slot,
            paused: Some(paused),
        }
    }

    /// What is left of the pause that this process knows of, if the request is for a slot.
    fn pause_left(&self, request: &ReservationRequest<'_>) -> Option<Duration> {
        let until = self.paused_until().filter(|_| request.takes_slot)?;
        Some(until.saturating_duration_since(Instant::now()))
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::cache::ReservationAnswer;
    use crate::transport::BoxFuture;

    /// A shared limiter that has a slot for everyone and learns of no pause.
    #[derive(Debug)]
    pub(crate) struct Deaf;

    impl SharedLimiter for Deaf {
        fn reserve<'a>(&'a self, _: &'a ReservationRequest<'a>) -> BoxFuture<'a, Option<ReservationAnswer>> {
            Box::pin(async {
                Some(ReservationAnswer {
                    reservation: Reservation::In(Duration::ZERO),
                    slot: None,
                    paused: Paused::default(),
                })
            })
        }

        fn release<'a>(&'a self, _: &'a [u8; 32]) -> BoxFuture<'a, ()> {
            Box::pin(async {})
        }

        fn give_back<'a>(&'a self, _: &'a [FleetSlot]) -> BoxFuture<'a, ()> {
            Box::pin(async {})
        }

        fn paused(&self) -> BoxFuture<'_, Option<Paused>> {
            Box::pin(async { None })
        }

        fn pause(&self, _: Duration) -> BoxFuture<'_, Option<Paused>> {
            Box::pin(async { None })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_in_this_process_though_the_shared_limiter_missed_it() {
        const SECOND: Duration = Duration::from_secs(1);
        let limiter = FleetLimiter::new(Limits::default(), Some(Arc::new(Deaf)));
        let reserve = async |max_wait, takes_slot| {
            let request = ReservationRequest {
                user: None,
                max_wait,
                takes_slot,
            };
            limiter.reserve(&request).await.reservation
        };
        assert_eq!(
            reserve(Duration::ZERO, true).await,
            Reservation::In(Duration::ZERO)
        );
        limiter.pause_here(SECOND * 7);
        assert_eq!(limiter.pause_others(SECOND * 7).await, None);
        assert_eq!(
            reserve(Duration::ZERO, true).await,
            Reservation::Limited(SECOND * 7)
        );
        assert_eq!(reserve(SECOND * 10, true).await, Reservation::In(SECOND * 7));
        assert_eq!(
            reserve(Duration::ZERO, false).await,
            Reservation::In(Duration::ZERO)
        );
        tokio::time::advance(SECOND * 7).await;
        assert_eq!(
            reserve(Duration::ZERO, true).await,
            Reservation::In(Duration::ZERO)
        );
    }
}
