//! Limiters in Redis: one for exchanges, and others for other operations.

#[cfg(feature = "handler")]
use std::sync::Arc;
use std::time::Duration;

use super::gate::Purpose;
use super::link::Request;
use super::names::{LimiterNames, Names};
use super::{RedisCache, at_most, micros, millis};
use crate::cache::{
    FleetSlot, LONGEST_PAUSE, Limits, Paused, Reservation, ReservationAnswer, ReservationRequest,
    SharedLimiter,
};
use crate::transport::BoxFuture;

/// The name of the limiter of exchanges.
pub(super) const EXCHANGES: &str = "limiter";
/// The state of a limiter expires after this time without use; it then begins anew, with its burst used up.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// The maximum number of returned slots that are stored.
const MAX_RETURNED: u32 = 1000;

/// A limiter's names and limits, without the connection.
#[derive(Debug)]
pub(super) struct Limiter {
    names: LimiterNames,
    limits: Limits,
}

/// A limiter of other operations, over the same connection and breakers as the limiter of exchanges.
#[cfg(feature = "handler")]
#[derive(Debug)]
pub(super) struct RedisLimiter {
    pub(super) cache: Arc<RedisCache>,
    pub(super) limiter: Limiter,
}

impl Limiter {
    pub(super) fn new(names: &Names, name: &str, limits: Limits) -> Self {
        Self {
            names: names.limiter(name),
            limits,
        }
    }

    async fn reserve(
        &self,
        cache: &RedisCache,
        request: &ReservationRequest<'_>,
    ) -> Option<ReservationAnswer> {
        let limits = &self.limits;
        let share = request.user.map_or(0, |_| limits.user_limit());
        let mut script = cache.scripts.reserve.prepare_invoke();
        script
            .key(self.names.next())
            .key(self.names.extras())
            .key(self.names.pause())
            .key(self.names.user_share(request.user.unwrap_or(&[0; 32])))
            .key(self.names.moved())
            .key(self.names.returned())
            .key(self.names.moves())
            .arg(micros(limits.interval()))
            .arg(limits.extra())
            .arg(micros(limits.period()))
            .arg(micros(LONGEST_PAUSE))
            .arg(micros(request.max_wait.min(Limits::MAX_WAIT)))
            .arg(share)
            .arg(u8::from(request.takes_slot))
            .arg(millis(LIFETIME));
        let (outcome, wait, left, moves, at): (i64, i64, i64, i64, u64) =
            cache.run(Purpose::Limiter, &script).await?;
        let paused = paused(left, moves);
        let wait = at_most(wait, limits.period().max(Limits::MAX_WAIT + limits.interval()));
        Some(ReservationAnswer {
            reservation: match outcome {
                0 => Reservation::In(wait),
                1 => Reservation::Limited(wait),
                2 => Reservation::UserLimited(wait),
                _ => return None,
            },
            slot: (outcome == 0 && request.takes_slot).then_some(FleetSlot {
                at,
                moves: paused.moves,
            }),
            paused,
        })
    }

    async fn give_back(&self, cache: &RedisCache, slots: &[FleetSlot]) {
        let mut script = cache.scripts.give_back.prepare_invoke();
        script
            .key(self.names.pause())
            .key(self.names.moves())
            .key(self.names.returned())
            .arg(micros(LONGEST_PAUSE))
            .arg(micros(self.limits.interval()))
            .arg(millis(LIFETIME))
            .arg(MAX_RETURNED);
        for slot in slots {
            script.arg(slot.at).arg(slot.moves);
        }
        let _: Option<i64> = cache.run(Purpose::Limiter, &script).await;
    }

    async fn release(&self, cache: &RedisCache, user: &[u8; 32]) {
        let mut command = redis::cmd("ZPOPMAX");
        command.arg(self.names.user_share(user));
        let _: Option<redis::Value> = cache.call(Purpose::Limiter, Request::Command(&command)).await;
    }

    async fn paused(&self, cache: &RedisCache) -> Option<Paused> {
        let mut script = cache.scripts.paused.prepare_invoke();
        script
            .key(self.names.pause())
            .key(self.names.moves())
            .arg(micros(Limits::MAX_WAIT));
        let (left, moves) = cache.run(Purpose::Limiter, &script).await?;
        Some(paused(left, moves))
    }

    async fn pause(&self, cache: &RedisCache, wait: Duration) -> Option<Paused> {
        match micros(wait.min(LONGEST_PAUSE)) {
            0 => self.paused(cache).await,
            wait => self.pause_for(cache, wait).await,
        }
    }

    /// Pauses for this many microseconds.
    pub(super) async fn pause_for(&self, cache: &RedisCache, time: u64) -> Option<Paused> {
        let mut script = cache.scripts.pause.prepare_invoke();
        script
            .key(self.names.next())
            .key(self.names.extras())
            .key(self.names.pause())
            .key(self.names.moved())
            .key(self.names.moves())
            .key(self.names.returned())
            .arg(time)
            .arg(micros(LONGEST_PAUSE))
            .arg(millis(LIFETIME));
        let (left, moves) = cache.run(Purpose::Limiter, &script).await?;
        Some(paused(left, moves))
    }
}

fn paused(left: i64, moves: i64) -> Paused {
    Paused {
        left: at_most(left, Limits::MAX_WAIT),
        moves: u64::try_from(moves).unwrap_or(0),
    }
}

macro_rules! shared_limiter {
    ($type:ty, $self:ident => $cache:expr, $limiter:expr) => {
        impl SharedLimiter for $type {
            fn reserve<'a>(
                &'a $self,
                request: &'a ReservationRequest<'a>,
            ) -> BoxFuture<'a, Option<ReservationAnswer>> {
                Box::pin($limiter.reserve($cache, request))
            }

            fn release<'a>(&'a $self, user: &'a [u8; 32]) -> BoxFuture<'a, ()> {
                Box::pin($limiter.release($cache, user))
            }

            fn give_back<'a>(&'a $self, slots: &'a [FleetSlot]) -> BoxFuture<'a, ()> {
                Box::pin($limiter.give_back($cache, slots))
            }

            fn paused(&$self) -> BoxFuture<'_, Option<Paused>> {
                Box::pin($limiter.paused($cache))
            }

            fn pause(&$self, wait: Duration) -> BoxFuture<'_, Option<Paused>> {
                Box::pin($limiter.pause($cache, wait))
            }
        }
    };
}

shared_limiter!(RedisCache, self => self, self.limiter);
#[cfg(feature = "handler")]
shared_limiter!(RedisLimiter, self => &self.cache, self.limiter);
