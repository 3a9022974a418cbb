//! Leave to ask the service: the fleet's limiter where it answers, this process's otherwise, and a line of those who wait.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::{debug, warn};

use crate::cache::{Admission, LONGEST_PAUSE, Limits, LocalLimiter, SharedCache};
use crate::error::{Error, ErrorKind, Result};
use crate::observe::{Event, Observer};
use crate::transport::{BoxFuture, Gate};

/// The `code` of a call that our own limit refused.
pub(super) const LIMITED: &str = "limited";
/// How long everyone pauses after a 429 that does not say.
pub(super) const PAUSE: Duration = Duration::from_secs(5);

pub(super) struct Limiter {
    local: LocalLimiter,
    interval: Duration,
    shared: Option<Arc<dyn SharedCache>>,
    observer: Option<Arc<dyn Observer>>,
    line: Mutex<Line>,
}

/// Those who wait, in the order in which they came.
#[derive(Default)]
struct Line {
    next: u64,
    waiting: BTreeSet<u64>,
}

impl Limiter {
    pub(super) fn new(
        limits: Limits,
        shared: Option<Arc<dyn SharedCache>>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        Self {
            local: LocalLimiter::new(limits),
            interval: limits.interval(),
            shared,
            observer,
            line: Mutex::default(),
        }
    }

    /// Waits until one request may be sent. Fails at once where that would last until the deadline.
    pub(super) async fn admit(&self, deadline: Option<Instant>) -> Result<()> {
        let place = Place::at_the_end(self);
        loop {
            let wait = match self.ask(place.ahead()).await {
                Admission::Now => return Ok(()),
                Admission::Wait(wait) => wait,
            };
            let refused = deadline.is_some_and(|deadline| match Instant::now().checked_add(wait) {
                Some(then) => then >= deadline,
                None => true,
            });
            self.tell(Event::Limited { wait, refused });
            if refused {
                let mut error = Error::new(
                    ErrorKind::Throttled,
                    "The limit for exchanges is reached: wait before the next try.",
                )
                .with_code(LIMITED);
                error.retry_after = Some(wait);
                return Err(error);
            }
            debug!(target: "acs_auth::exchange", event = "limited", ?wait, "waiting for the limit of exchanges");
            tokio::time::sleep(wait).await;
        }
    }

    /// Lets nobody exchange for as long as the service asked for, here and in the fleet.
    pub(super) async fn pause(&self, asked: Option<Duration>) {
        let wait = asked.unwrap_or(PAUSE).min(LONGEST_PAUSE);
        warn!(target: "acs_auth::exchange", event = "paused", ?wait, "the service throttles exchanges: pausing");
        self.local.pause(wait);
        self.tell(Event::Paused { wait });
        if let Some(shared) = &self.shared {
            shared.pause(wait).await;
        }
    }

    async fn ask(&self, ahead: u32) -> Admission {
        if let Some(wait) = self.local.paused() {
            return Admission::Wait(wait);
        }
        let told = match &self.shared {
            Some(shared) => shared.admit().await,
            None => None,
        };
        match told {
            None => self.local.admit(ahead),
            Some(Admission::Now) => {
                self.local.count();
                Admission::Now
            }
            // The fleet's limiter knows nothing of the line in this process.
            Some(Admission::Wait(wait)) => {
                Admission::Wait(wait.saturating_add(self.interval.saturating_mul(ahead)))
            }
        }
    }

    fn tell(&self, event: Event) {
        if let Some(observer) = &self.observer {
            observer.on_event(event);
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate for Limiter {
    fn admit_again(&self, deadline: Option<Instant>) -> BoxFuture<'_, bool> {
        Box::pin(async move { self.admit(deadline).await.is_ok() })
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("local", &self.local)
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

/// A place in the line, left when dropped. It holds nobody up but for its share of the limit.
struct Place<'a> {
    limiter: &'a Limiter,
    number: u64,
}

impl<'a> Place<'a> {
    fn at_the_end(limiter: &'a Limiter) -> Self {
        let mut line = limiter.line();
        let number = line.next;
        line.next += 1;
        line.waiting.insert(number);
        Self { limiter, number }
    }

    fn ahead(&self) -> u32 {
        let ahead = self.limiter.line().waiting.range(..self.number).count();
        u32::try_from(ahead).unwrap_or(u32::MAX)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.limiter.line().waiting.remove(&self.number);
    }
}
