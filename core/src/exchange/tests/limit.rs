//! The service never gets more than the limit, and nobody waits who cannot be served in time.

use std::time::Duration;

use tokio::time::Instant;

use super::fakes::{Answer, LONG, World, exchange, settle, spawn};
use crate::error::ErrorKind;
use crate::exchange::TeamsTokenExchangerBuilder;
use crate::observe::Event;

const SECOND: Duration = Duration::from_secs(1);

/// Ten in ten seconds: five at once, and one every two seconds.
fn ten(builder: TeamsTokenExchangerBuilder) -> TeamsTokenExchangerBuilder {
    builder.limit(10).limit_burst(5).limit_period(SECOND * 10)
}

fn assert_kept(sent: &[Instant]) {
    for (first, start) in sent.iter().enumerate() {
        let within = sent[first..]
            .iter()
            .filter(|at| **at - *start < SECOND * 10)
            .count();
        assert!(within <= 10, "{within} within one window");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rush_is_served_in_order_and_each_waits_once() {
    let world = World::default();
    let exchanger = world.exchanger(ten);
    let begun = Instant::now();
    let mut callers = Vec::new();
    for number in 0..60 {
        callers.push(spawn(&exchanger, number, LONG));
        settle().await;
    }
    for (number, caller) in callers.into_iter().enumerate() {
        caller.await.unwrap().unwrap();
        assert_eq!(
            world.service.count(),
            (number + 1).max(5),
            "in the order in which they came"
        );
    }
    assert_kept(&world.service.sent());
    assert_eq!(begun.elapsed().as_secs(), 2 * 55);
    let limited = world
        .told
        .count(|event| matches!(event, Event::Limited { refused: false, .. }));
    assert_eq!(limited, 55);
}

#[tokio::test(start_paused = true)]
async fn retries_count() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| ten(builder).refusals_kept(Duration::ZERO));
    world.service.does(&[Answer::Status(503, &[]); 40]);
    let callers: Vec<_> = (0..20).map(|number| spawn(&exchanger, number, LONG)).collect();
    let mut served = 0;
    for caller in callers {
        served += usize::from(caller.await.unwrap().is_ok());
    }
    assert_kept(&world.service.sent());
    assert!(world.service.count() > 40 && served > 0);
}

#[tokio::test(start_paused = true)]
async fn a_retry_without_leave_gives_the_services_answer() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder.limit(2).limit_burst(1).limit_period(SECOND * 10));
    world.service.does(&[Answer::Status(503, &[])]);
    let error = exchange(&exchanger, 1, SECOND).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::ServiceError, Some(503)));
    assert_eq!(world.service.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_has_no_time_is_told_at_once_and_who_has_gets_through() {
    let world = World::default();
    let exchanger = world.exchanger(ten);
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    let begun = Instant::now();
    let hasty: Vec<_> = (0..50).map(|_| spawn(&exchanger, 9, SECOND)).collect();
    let patient: Vec<_> = (0..50).map(|_| spawn(&exchanger, 9, SECOND * 5)).collect();
    for caller in hasty {
        let error = caller.await.unwrap().unwrap_err();
        assert_eq!(
            (error.kind, error.code.as_deref(), error.retry_after),
            (ErrorKind::Throttled, Some("limited"), Some(SECOND * 2))
        );
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    for caller in patient {
        caller.await.unwrap().unwrap();
    }
    assert_eq!((begun.elapsed().as_secs(), world.service.count()), (2, 6));
}

#[tokio::test(start_paused = true)]
async fn a_429_pauses_those_who_wait_too() {
    let world = World::default();
    let exchanger = world.exchanger(ten);
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    world
        .service
        .does(&[Answer::Status(429, &[("retry-after", "60")])]);
    let begun = Instant::now();
    let first = spawn(&exchanger, 5, LONG);
    settle().await;
    let second = spawn(&exchanger, 6, LONG);
    let error = first.await.unwrap().unwrap_err();
    assert_eq!((error.status, error.retry_after), (Some(429), Some(SECOND * 60)));
    assert_eq!(begun.elapsed().as_secs(), 2);
    second.await.unwrap().unwrap();
    assert_eq!(begun.elapsed().as_secs(), 2 + 60);
    assert_eq!(
        world
            .told
            .count(|event| *event == Event::Paused { wait: SECOND * 60 }),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn a_429_that_does_not_say_pauses_for_five_seconds_and_no_429_for_more_than_two_minutes() {
    for (headers, pause) in [(&[][..], 5), (&[("retry-after", "86400")][..], 120)] {
        let world = World::default();
        let exchanger = world.exchanger(ten);
        world.service.does(&[Answer::Status(429, headers)]);
        let begun = Instant::now();
        let error = exchange(&exchanger, 1, LONG).await.unwrap_err();
        assert!(error.retry_after.is_some());
        exchange(&exchanger, 1, LONG).await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), pause);
    }
}
