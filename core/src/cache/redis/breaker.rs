//! A circuit breaker: stops using a failing server, and probes it from time to time.

use std::time::{Duration, Instant};

use crate::clock::after;

/// The breaker opens after `failures` consecutive failures, first for `pause`, and for twice as long after
/// each failed probe, up to `max_pause`.
#[derive(Debug, Clone, Copy)]
pub(super) struct BreakerSettings {
    pub(super) failures: u32,
    pub(super) pause: Duration,
    pub(super) max_pause: Duration,
}

#[derive(Debug)]
pub(super) struct Breaker {
    settings: BreakerSettings,
    state: State,
    /// Counts the changes of state: the outcome of a call that began in an earlier state is ignored.
    generation: u64,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, pause: Duration },
    Probing { pause: Duration },
}

/// The permission for one call, to be passed back with its outcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Permit {
    generation: u64,
}

/// A change of state that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Opened,
    Closed,
}

impl Breaker {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        Self {
            settings,
            state: State::Closed { failures: 0 },
            generation: 0,
        }
    }

    /// Permits a call; returns `None` while the breaker is open or another call probes the server.
    pub(super) fn admit(&mut self, now: Instant) -> Option<Permit> {
        match self.state {
            State::Closed { .. } => {}
            State::Open { until, pause } if now >= until => self.enter(State::Probing { pause }),
            State::Open { .. } | State::Probing { .. } => return None,
        }
        Some(Permit {
            generation: self.generation,
        })
    }

    pub(super) fn succeeded(&mut self, permit: Permit) -> Option<Change> {
        if permit.generation != self.generation {
            return None;
        }
        match &mut self.state {
            State::Closed { failures } => {
                *failures = 0;
                None
            }
            State::Open { .. } => None,
            State::Probing { .. } => {
                self.enter(State::Closed { failures: 0 });
                Some(Change::Closed)
            }
        }
    }

    pub(super) fn failed(&mut self, permit: Permit, now: Instant) -> Option<Change> {
        if permit.generation != self.generation {
            return None;
        }
        match &mut self.state {
            State::Closed { failures } => {
                *failures += 1;
                if *failures < self.settings.failures {
                    return None;
                }
                let pause = self.settings.pause;
                self.enter(State::Open {
                    until: after(now, pause),
                    pause,
                });
                Some(Change::Opened)
            }
            State::Open { .. } => None,
            State::Probing { pause } => {
                let pause = pause.saturating_mul(2).min(self.settings.max_pause);
                self.enter(State::Open {
                    until: after(now, pause),
                    pause,
                });
                None
            }
        }
    }

    /// Records that the caller gave up, which says nothing about the server. If the call was a probe, the
    /// next call probes instead.
    pub(super) fn abandoned(&mut self, permit: Permit, now: Instant) {
        if permit.generation != self.generation {
            return;
        }
        if let State::Probing { pause } = self.state {
            self.enter(State::Open { until: now, pause });
        }
    }

    /// Whether this call is the probe.
    pub(super) fn is_probed_by(&self, permit: Permit) -> bool {
        permit.generation == self.generation && matches!(self.state, State::Probing { .. })
    }

    /// Whether calls are rejected for now.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}
