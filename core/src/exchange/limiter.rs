//! Admission of exchanges: the fleet's limiter if it is available and this process's otherwise, and the queue
//! of exchanges waiting for their slot.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tracing::{debug, warn};

use super::callers::Callers;
use super::expected::Expected;
use super::queue::{Place, Queue, Slot, Taken, Word};
use crate::cache::{FleetLimiter, FleetSlot, Limits, Paused, Reservation, ReservationRequest, SharedLimiter};
use crate::clock::after;
use crate::error::{Error, ErrorKind, Result};
use crate::locking::lock;
use crate::observe::{self, Event, Observer};

/// The `code` of a call that this limiter rejected, as opposed to the service.
pub(super) const LIMITED: &str = "limited";
/// The `code` of a call whose user has used up its share.
pub(super) const USER_LIMITED: &str = "user_limited";
/// How long all exchanges pause after a 429 without `Retry-After`.
pub(super) const PAUSE: Duration = Duration::from_secs(5);
/// An exchange that has waited asks for the fleet's pauses before it begins, unless the fleet answered less
/// than this ago.
const FRESH: Duration = Duration::from_millis(50);
/// How late a slot may be taken because of a timer, a busy machine or Redis, without its caller being
/// rejected after a long wait.
const SLACK: Duration = Duration::from_millis(50);

/// Admits calls at the rate of its limits, in the order of their arrival, and rejects at once those that
/// would not end before their deadline.
pub(crate) struct Limiter {
    fleet: FleetLimiter,
    observer: Option<Arc<dyn Observer>>,
    queue: Arc<Queue>,
    expected: Expected,
    /// When the shared limiter last answered.
    heard: Mutex<Option<Instant>>,
}

/// An admitted call. Dropping it before [`Self::go`] has returned `Ok` returns its slot, also to the user's
/// share.
pub(crate) struct Admitted<'a> {
    limiter: &'a Limiter,
    place: Place<'a>,
    callers: &'a Callers,
    share: Share<'a>,
}

/// A slot counted against a user's share. Dropping it returns it, unless the exchange has begun.
struct Share<'a> {
    limiter: &'a Limiter,
    user: Option<[u8; 32]>,
}

impl Limiter {
    pub(crate) fn new(
        limits: Limits,
        shared: Option<Arc<dyn SharedLimiter>>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        Self {
            queue: Queue::new(shared.clone()),
            fleet: FleetLimiter::new(limits, shared),
            observer,
            expected: Expected::default(),
            heard: Mutex::default(),
        }
    }

    /// Reserves a slot, counted against the share of `user` if there is one. Rejects at once, with an exact
    /// `retry_after`, if the wait and the expected time of the exchange do not fit before the callers'
    /// deadline.
    ///
    /// A call that does not have to wait is admitted even if its exchange may take too long: otherwise the
    /// slot would be unused. The result is cached, and the expected time is learned anew.
    pub(crate) async fn admit<'a>(
        &'a self,
        user: Option<&[u8; 32]>,
        callers: &'a Arc<Callers>,
    ) -> Result<Admitted<'a>> {
        let mut share = Share {
            limiter: self,
            user: None,
        };
        let place = loop {
            let now = Instant::now();
            let surplus = self.queue.surplus(now);
            let paused_until = self.fleet.paused_until().filter(|_| self.fleet.is_shared());
            let earliest = surplus.max(paused_until);
            if let Some(start) = earliest.filter(|start| !self.fits(*start, now, callers)) {
                return Err(self.limited(start.saturating_duration_since(now)));
            }
            let request = ReservationRequest {
                user: user.filter(|_| share.user.is_none()),
                max_wait: self.longest_wait(now, callers).min(Limits::MAX_WAIT),
                takes_slot: surplus.is_none(),
            };
            let (reservation, slot) = self.reserve(&request).await;
            let wait = match reservation {
                Reservation::In(wait) => wait,
                Reservation::Limited(wait) => return Err(self.limited(wait)),
                Reservation::UserLimited(wait) => return Err(self.user_limited(wait)),
            };
            share.user = user.copied();
            let now = Instant::now();
            let reserved = request.takes_slot.then(|| {
                let paused_until = self.fleet.paused_until().unwrap_or(now);
                Slot::new(paused_until.max(after(now, wait)), slot)
            });
            // Another caller may have taken the surplus meanwhile.
            if let Some(place) = self.queue.join(callers, reserved, now) {
                break place;
            }
        };
        let now = Instant::now();
        let wait = place.start.saturating_duration_since(now);
        if !self.fits(place.start, now, callers) {
            drop(place);
            return Err(self.limited(wait));
        }
        if !wait.is_zero() {
            self.tell(Event::Limited {
                wait,
                rejected: false,
            });
            debug!(target: "acs_auth::exchange", event = "limited", ?wait, "waiting for the limit of exchanges");
        }
        Ok(Admitted {
            limiter: self,
            place,
            callers,
            share,
        })
    }

    /// Whether a retry can end in time: after this backoff, the wait for a slot, and the exchange itself.
    pub(super) fn fits_again(&self, wait: Duration, callers: &Callers) -> bool {
        let now = Instant::now();
        let then = after(now, wait);
        let next = self.queue.surplus(now).unwrap_or_else(|| self.fleet.next());
        if next <= then {
            return then < callers.deadline();
        }
        self.fits(next, then, callers)
    }

    /// How long an exchange is expected to take.
    pub(crate) fn expected(&self) -> Duration {
        self.expected.get()
    }

    /// Records that an exchange succeeded after this time, waits for the limit excluded.
    pub(crate) fn learn(&self, took: Duration) {
        self.expected.learn(took);
    }

    /// Pauses exchanges for the time that the service requested, in this process and in the fleet.
    pub(crate) async fn pause(&self, asked: Option<Duration>) {
        let wait = asked.unwrap_or(PAUSE).min(Limits::MAX_WAIT);
        warn!(target: "acs_auth::exchange", event = "paused", ?wait, "the service throttles exchanges: pausing");
        self.fleet.pause_here(wait);
        self.queue
            .pause(Some(after(Instant::now(), wait)), None, self.expected());
        self.tell(Event::Paused { wait });
        if let Some(paused) = self.fleet.pause_others(wait).await {
            self.hear(paused);
        }
    }

    /// The error of a caller whose exchange would begin too late.
    pub(super) fn limited(&self, wait: Duration) -> Error {
        let reason = "The limit for exchanges is reached and leaves no time before the deadline. Retry after the given time.";
        self.rejected(LIMITED, reason, wait)
    }

    fn user_limited(&self, wait: Duration) -> Error {
        let reason = "This user's share of the exchanges is used up. Retry after the given time.";
        self.rejected(USER_LIMITED, reason, wait)
    }

    fn rejected(&self, code: &str, reason: &str, wait: Duration) -> Error {
        self.tell(Event::Limited { wait, rejected: true });
        let mut error = Error::new(ErrorKind::Throttled, reason).with_code(code);
        error.details_mut().retry_after = Some(wait);
        error
    }

    fn fits(&self, start: Instant, now: Instant, callers: &Callers) -> bool {
        start <= now || start - now <= self.longest_wait(now, callers)
    }

    /// How long the callers can wait for a slot so that the exchange still fits. A fifth of the time, at most
    /// `SLACK`, is reserved for delays.
    fn longest_wait(&self, now: Instant, callers: &Callers) -> Duration {
        let left = callers
            .deadline()
            .saturating_duration_since(after(now, self.expected()));
        left.saturating_sub(SLACK).max(left * 4 / 5)
    }

    /// Reserves a slot; returns also the fleet's slot, if the shared limiter granted it.
    async fn reserve(&self, request: &ReservationRequest<'_>) -> (Reservation, Option<FleetSlot>) {
        if request.user.is_none() && !request.takes_slot {
            return (Reservation::In(Duration::ZERO), None);
        }
        let reserved = self.fleet.reserve(request).await;
        if let Some(paused) = reserved.paused {
            self.hear(paused);
        }
        (reserved.reservation, reserved.slot)
    }

    /// Asks for the fleet's pauses: it may have been paused since the slot was reserved.
    async fn ask_for_pause(&self) {
        if !self.fleet.is_shared() {
            return;
        }
        let heard = *lock(&self.heard);
        if heard.is_some_and(|heard| heard.elapsed() < FRESH) {
            return;
        }
        if let Some(paused) = self.fleet.ask_for_pause().await {
            self.hear(paused);
        }
    }

    fn hear(&self, paused: Paused) {
        let now = Instant::now();
        *lock(&self.heard) = Some(now);
        let until = (!paused.left.is_zero()).then(|| after(now, paused.left));
        self.queue.pause(until, Some(paused.moves), self.expected());
    }

    fn tell(&self, event: Event) {
        observe::notify(self.observer.as_ref(), event);
    }
}

impl Admitted<'_> {
    /// Waits for the slot. Fails if a pause, or a service that has become slow, leaves too little time.
    pub(crate) async fn go(mut self) -> Result<()> {
        let limiter = self.limiter;
        loop {
            match self.place.word() {
                Word::Wait => self.place.told().await,
                Word::TooLate(start) => {
                    return Err(limiter.limited(start.saturating_duration_since(Instant::now())));
                }
                // With the mean and no margin: an admitted call is rejected only if it would most likely be
                // late.
                Word::First => match self.place.take(Instant::now(), limiter.expected.mean()) {
                    Taken::Yes => {
                        self.share.user = None;
                        self.callers.begin();
                        return Ok(());
                    }
                    Taken::NotYet(slot) => {
                        if timeout_at(slot, self.place.told()).await.is_err() {
                            limiter.ask_for_pause().await;
                        }
                    }
                    Taken::TooLate => {
                        let now = Instant::now();
                        let next = limiter.queue.surplus(now).unwrap_or_else(|| limiter.fleet.next());
                        return Err(limiter.limited(next.saturating_duration_since(now)));
                    }
                    Taken::No => self.place.told().await,
                },
            }
        }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if let Some(user) = self.user {
            self.limiter.fleet.release(user);
        }
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("fleet", &self.fleet)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}
