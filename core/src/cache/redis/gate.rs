//! The breakers: one for Redis as a whole and one for each use, since a server may accept one use and reject
//! another.

use std::time::Instant;

use super::breaker::{Breaker, BreakerSettings, Change, Permit};
use super::error_reply::Failure;

macro_rules! purposes {
    ($($(#[doc = $doc:literal])+ $name:ident $words:literal,)+) => {
        /// What a call is for. Each use may be available or rejected separately.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Purpose {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Purpose {
            pub(super) const ALL: &'static [Purpose] = &[$(Purpose::$name,)+];

            pub(super) const fn words(self) -> &'static str {
                match self {
                    $(Purpose::$name => $words,)+
                }
            }
        }
    };
}

purposes! {
    /// Entries are read.
    Read "reads",
    /// Entries, sign-outs and locks are written.
    Write "writes",
    /// The fleet's limit and its pauses.
    Limiter "limiter",
}

#[derive(Debug)]
pub(super) struct Gate {
    whole: Guarded,
    purposes: [Guarded; Purpose::ALL.len()],
}

#[derive(Debug)]
struct Guarded {
    breaker: Breaker,
    /// Why the last call failed.
    why: Option<String>,
}

/// The permission for one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Admitted {
    purpose: Purpose,
    whole: Permit,
    part: Permit,
}

impl Gate {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        let guarded = || Guarded {
            breaker: Breaker::new(settings),
            why: None,
        };
        Self {
            whole: guarded(),
            purposes: std::array::from_fn(|_| guarded()),
        }
    }

    /// Permits a call; returns `None` while the breaker of Redis, or of this use, is open.
    pub(super) fn admit(&mut self, purpose: Purpose, now: Instant) -> Option<Admitted> {
        let whole = self.whole.breaker.admit(now)?;
        match self.purpose(purpose).breaker.admit(now) {
            Some(part) => Some(Admitted { purpose, whole, part }),
            None => {
                self.whole.breaker.abandoned(whole, now);
                None
            }
        }
    }

    /// Records how the call ended and logs a change of state. Returns whether the breaker of Redis, or of
    /// this use, is open now.
    pub(super) fn settle(&mut self, admitted: Admitted, failure: Option<&Failure>, now: Instant) -> bool {
        let Admitted { purpose, whole, part } = admitted;
        let Some(failure) = failure else {
            self.serves(whole);
            if let Some(Change::Closed) = self.purpose(purpose).succeeded(part) {
                tracing::info!(purpose = purpose.words(), "Redis accepts again what it rejected");
            }
            return false;
        };
        let everything = match failure {
            Failure::Refused(reply) => reply.concerns_everything(),
            Failure::Unanswered(_) | Failure::Broken(_) => true,
            Failure::ForeignValue => false,
        };
        if everything {
            if let Some(Change::Opened) = self.whole.failed(whole, failure, now) {
                tracing::warn!(why = %failure, "Redis is unavailable: this process continues without it");
            }
        } else {
            self.serves(whole);
        }
        // A failure of Redis as a whole says nothing about one purpose.
        if self.whole.breaker.is_open() {
            self.purpose(purpose).breaker.abandoned(part, now);
            return true;
        }
        let guarded = self.purpose(purpose);
        if let Some(Change::Opened) = guarded.failed(part, failure, now) {
            tracing::warn!(
                why = %failure,
                purpose = purpose.words(),
                "Redis is degraded: this process continues without what it rejects"
            );
        }
        guarded.breaker.is_open()
    }

    /// Records that one node of a cluster failed while others serve: the next call may be for another node,
    /// so no breaker opens.
    pub(super) fn settle_in_part(&mut self, admitted: Admitted, failure: &Failure, now: Instant) {
        let Admitted { purpose, whole, part } = admitted;
        self.serves(whole);
        let guarded = self.purpose(purpose);
        guarded.why = Some(failure.to_string());
        guarded.breaker.abandoned(part, now);
    }

    /// Ends a probe whose connection was opened too late for it, so that the next call probes over that
    /// connection. Returns `false` and does nothing if the call is no probe.
    pub(super) fn postpone(&mut self, admitted: Admitted, now: Instant) -> bool {
        let is_probe = self.whole.breaker.is_probed_by(admitted.whole);
        if is_probe {
            self.abandoned(admitted, now);
        }
        is_probe
    }

    pub(super) fn abandoned(&mut self, admitted: Admitted, now: Instant) {
        self.whole.breaker.abandoned(admitted.whole, now);
        self.purpose(admitted.purpose)
            .breaker
            .abandoned(admitted.part, now);
    }

    /// Why the last call for this purpose failed, or with `None` the last call that failed for Redis as a
    /// whole; `None` if one succeeded since.
    pub(super) fn degradation(&self, purpose: Option<Purpose>) -> Option<String> {
        let guarded = match purpose {
            None => &self.whole,
            Some(purpose) => self.purposes.get(purpose as usize)?,
        };
        guarded.why.clone()
    }

    fn serves(&mut self, permit: Permit) {
        if let Some(Change::Closed) = self.whole.succeeded(permit) {
            tracing::info!("Redis is available again");
        }
    }

    fn purpose(&mut self, purpose: Purpose) -> &mut Guarded {
        let [read, write, limiter] = &mut self.purposes;
        match purpose {
            Purpose::Read => read,
            Purpose::Write => write,
            Purpose::Limiter => limiter,
        }
    }
}

impl Guarded {
    fn succeeded(&mut self, permit: Permit) -> Option<Change> {
        self.why = None;
        self.breaker.succeeded(permit)
    }

    fn failed(&mut self, permit: Permit, failure: &Failure, now: Instant) -> Option<Change> {
        self.why = Some(failure.to_string());
        self.breaker.failed(permit, now)
    }
}
