//! The limiter of this process: the schedule of slots, and the share of each user.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use super::limiter::Schedule;
use super::{Limits, Reservation, ReservationRequest};
use crate::clock::after;
use crate::locking::lock;
use crate::sweeps::Sweeps;

/// Once this many users are remembered, those whose window has passed are removed, and again each time the
/// number of the others has doubled.
const MANY_USERS: usize = 1024;

#[derive(Debug)]
pub(crate) struct LocalLimiter {
    limits: Limits,
    origin: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    schedule: Schedule,
    /// When each user's exchanges of the last period were counted, at most `user_limit` per user. Rejected
    /// requests are not in it.
    users: HashMap<[u8; 32], VecDeque<Duration>>,
    sweeps: Sweeps,
}

impl LocalLimiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            origin: Instant::now(),
            state: Mutex::default(),
        }
    }

    /// Reserves the earliest slot, unless it is too far away or the user's share is used up.
    pub(crate) fn reserve(&self, request: &ReservationRequest<'_>) -> Reservation {
        let now = self.origin.elapsed();
        let mut state = self.state();
        if let Some(wait) = request
            .user
            .and_then(|user| state.user_wait(user, now, &self.limits))
        {
            return Reservation::UserLimited(wait);
        }
        let mut wait = Duration::ZERO;
        if request.takes_slot {
            wait = state.schedule.next(now, &self.limits).saturating_sub(now);
            if !wait.is_zero() && wait > request.max_wait {
                return Reservation::Limited(wait);
            }
            state.schedule.take(now, &self.limits);
        }
        if let Some(user) = request.user {
            state.count(user, now, &self.limits);
        }
        Reservation::In(wait)
    }

    /// How long the user has to wait until its share has room; `None` if it has room now.
    pub(crate) fn user_wait(&self, user: &[u8; 32]) -> Option<Duration> {
        let now = self.origin.elapsed();
        self.state().user_wait(user, now, &self.limits)
    }

    /// Counts what the shared limiter granted, so that no second burst is possible when that one becomes
    /// unavailable.
    pub(crate) fn count(&self, request: &ReservationRequest<'_>) {
        let now = self.origin.elapsed();
        let mut state = self.state();
        if request.takes_slot {
            state.schedule.take(now, &self.limits);
        }
        if let Some(user) = request.user {
            state.count(user, now, &self.limits);
        }
    }

    /// Returns the user's latest slot to its share: its exchange did not begin.
    pub(crate) fn release(&self, user: &[u8; 32]) {
        if let Some(times) = self.state().users.get_mut(user) {
            times.pop_back();
        }
    }

    /// When the earliest slot is free, as far as this process knows.
    pub(crate) fn next(&self) -> Instant {
        let now = self.origin.elapsed();
        after(self.origin, self.state().schedule.next(now, &self.limits))
    }

    /// When the present pause ends, if there is one.
    pub(crate) fn paused_until(&self) -> Option<Instant> {
        let until = self.state().schedule.paused_until();
        (until > self.origin.elapsed()).then(|| after(self.origin, until))
    }

    /// Starts no exchange for `wait`; a longer pause stays in effect.
    pub(crate) fn pause(&self, wait: Duration) {
        let now = self.origin.elapsed();
        self.state().schedule.pause(now, now.saturating_add(wait));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn user_wait(&mut self, user: &[u8; 32], now: Duration, limits: &Limits) -> Option<Duration> {
        let most = limits.user_limit() as usize;
        if most == 0 {
            return None;
        }
        let times = self.users.get_mut(user)?;
        while times.front().is_some_and(|at| *at + limits.period() <= now) {
            times.pop_front();
        }
        let oldest = *times.front().filter(|_| times.len() >= most)?;
        Some((oldest + limits.period()).saturating_sub(now))
    }

    fn count(&mut self, user: &[u8; 32], now: Duration, limits: &Limits) {
        let most = limits.user_limit() as usize;
        if most == 0 {
            return;
        }
        if self.sweeps.are_due(self.users.len(), MANY_USERS) && !self.users.contains_key(user) {
            let is_recent = |at: &Duration| *at + limits.period() > now;
            self.users.retain(|_, times| times.back().is_some_and(is_recent));
            self.sweeps.done(self.users.len());
        }
        let times = self.users.entry(*user).or_default();
        times.push_back(now);
        if times.len() > most {
            times.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_secs(30);

    fn ask(limiter: &LocalLimiter, user: u32) -> Reservation {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&user.to_be_bytes());
        limiter.reserve(&ReservationRequest {
            user: Some(&key),
            max_wait: Duration::ZERO,
            takes_slot: true,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_over_its_share_uses_nothing_of_the_common_budget() {
        let limits = Limits::new(40, PERIOD, 20).unwrap().with_user_limit(3);
        let limiter = LocalLimiter::new(limits);
        for _ in 0..3 {
            assert_eq!(ask(&limiter, 1), Reservation::In(Duration::ZERO));
        }
        tokio::time::advance(Duration::from_secs(1)).await;
        for _ in 0..100 {
            assert_eq!(
                ask(&limiter, 1),
                Reservation::UserLimited(Duration::from_secs(29))
            );
        }
        for other in 2..19 {
            assert_eq!(ask(&limiter, other), Reservation::In(Duration::ZERO), "{other}");
        }
        limiter.release(&{
            let mut key = [0; 32];
            key[3] = 1;
            key
        });
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(
            ask(&limiter, 1),
            Reservation::In(Duration::ZERO),
            "one was returned"
        );
        tokio::time::advance(Duration::from_secs(27)).await;
        assert_eq!(
            ask(&limiter, 1),
            Reservation::In(Duration::ZERO),
            "the user's window has passed"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn users_whose_window_has_passed_are_forgotten() {
        let limits = Limits::new(1_000_000, PERIOD, 500_000)
            .unwrap()
            .with_user_limit(3);
        let limiter = LocalLimiter::new(limits);
        for round in 0..10 {
            for user in 0..2000 {
                ask(&limiter, round * 2000 + user);
            }
            tokio::time::advance(PERIOD).await;
        }
        assert!(limiter.state().users.len() <= 4100);
    }
}
