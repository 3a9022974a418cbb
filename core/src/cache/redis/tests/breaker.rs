//! The breaker, with the time as an argument.

use std::time::Instant;

use super::*;
use crate::cache::redis::breaker::{Breaker, BreakerSettings, Change};
use crate::cache::redis::error_reply::Failure;
use crate::cache::redis::gate::{Gate, Purpose};

const PAUSE: Duration = Duration::from_millis(100);

const SETTINGS: BreakerSettings = BreakerSettings {
    failures: 3,
    pause: PAUSE,
    max_pause: PAUSE.saturating_mul(3),
};

fn breaker() -> (Breaker, Instant) {
    (Breaker::new(SETTINGS), Instant::now())
}

fn open() -> (Breaker, Instant) {
    let (mut breaker, now) = breaker();
    for failure in 1..=3 {
        let permit = breaker.admit(now).unwrap();
        let change = breaker.failed(permit, now);
        assert_eq!(change, (failure == 3).then_some(Change::Opened));
    }
    assert!(breaker.admit(now).is_none());
    (breaker, now)
}

#[test]
fn only_failures_in_a_row_open_it() {
    let (mut breaker, now) = breaker();
    for _ in 0..10 {
        for _ in 0..2 {
            let permit = breaker.admit(now).unwrap();
            assert_eq!(breaker.failed(permit, now), None);
        }
        let permit = breaker.admit(now).unwrap();
        assert_eq!(breaker.succeeded(permit), None);
    }
}

#[test]
fn one_call_probes_and_success_closes_it() {
    let (mut breaker, now) = open();
    assert!(breaker.admit(now + PAUSE - Duration::from_millis(1)).is_none());
    let probe = breaker.admit(now + PAUSE).unwrap();
    assert!(breaker.admit(now + 10 * PAUSE).is_none(), "a second probe");
    assert_eq!(breaker.succeeded(probe), Some(Change::Closed));
    assert!(breaker.admit(now + PAUSE).is_some());
}

#[test]
fn the_pause_grows_to_its_bound_without_a_word() {
    let (mut breaker, mut now) = open();
    for pause in [1, 2, 3, 3, 3] {
        assert!(
            breaker
                .admit(now + pause * PAUSE - Duration::from_millis(1))
                .is_none()
        );
        now += pause * PAUSE;
        let probe = breaker.admit(now).unwrap();
        assert_eq!(breaker.failed(probe, now), None);
    }
}

#[test]
fn what_began_before_says_nothing_about_now() {
    let (mut breaker, now) = breaker();
    let late = breaker.admit(now).unwrap();
    for _ in 0..3 {
        let permit = breaker.admit(now).unwrap();
        breaker.failed(permit, now);
    }
    assert_eq!(breaker.succeeded(late), None);
    assert!(breaker.admit(now).is_none());
    let probe = breaker.admit(now + PAUSE).unwrap();
    assert_eq!(breaker.failed(late, now), None);
    assert_eq!(breaker.succeeded(probe), Some(Change::Closed));
}

#[test]
fn an_abandoned_probe_is_followed_by_another() {
    let (mut breaker, now) = open();
    let probe = breaker.admit(now + PAUSE).unwrap();
    breaker.abandoned(probe, now + PAUSE);
    let probe = breaker.admit(now + PAUSE).unwrap();
    assert_eq!(breaker.succeeded(probe), Some(Change::Closed));
}

#[test]
fn a_probe_whose_connection_came_too_late_is_followed_by_another_at_once() {
    let (mut gate, now) = (Gate::new(SETTINGS), Instant::now());
    for _ in 0..3 {
        let call = gate.admit(Purpose::Read, now).unwrap();
        assert!(!gate.postpone(call, now), "it is no probe");
        gate.settle(call, Some(&Failure::Unanswered(PAUSE)), now);
    }
    assert!(gate.admit(Purpose::Read, now).is_none());
    let probe = gate.admit(Purpose::Write, now + PAUSE).unwrap();
    assert!(gate.admit(Purpose::Read, now + PAUSE).is_none());
    assert!(gate.postpone(probe, now + PAUSE));
    let probe = gate.admit(Purpose::Read, now + PAUSE).unwrap();
    assert!(!gate.settle(probe, None, now + PAUSE));
    assert!(gate.admit(Purpose::Read, now + PAUSE).is_some());
}
