//! The service never gets more requests than the limit, and no caller waits that cannot be served in time.

use std::time::Duration;

use tokio::time::Instant;

use super::fakes::{Answer, LONG, World, exchange, exchange_of, settle, spawn};
use crate::error::ErrorKind;
use crate::exchange::TeamsTokenExchangerBuilder;
use crate::observe::Event;

const SECOND: Duration = Duration::from_secs(1);

/// A limit of nine in ten seconds: five at once, and one every two seconds.
fn nine(builder: TeamsTokenExchangerBuilder) -> TeamsTokenExchangerBuilder {
    builder.limit(9).limit_burst(5).limit_window(SECOND * 10)
}

fn assert_kept(sent: &[Instant]) {
    for (first, start) in sent.iter().enumerate() {
        let within = sent[first..]
            .iter()
            .filter(|at| **at - *start < SECOND * 10)
            .count();
        assert!(within <= 9, "{within} within one window");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rush_is_served_in_order_and_each_waits_once() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    let begun = Instant::now();
    let mut callers = Vec::new();
    for number in 0..60 {
        callers.push(spawn(&exchanger, number, LONG));
        settle().await;
    }
    for (number, caller) in callers.into_iter().enumerate() {
        caller.await.unwrap().unwrap();
        let served = number + 1..=number + 5;
        assert!(
            served.contains(&world.service.count()),
            "in the order in which they came"
        );
    }
    assert_kept(&world.service.sent());
    assert_eq!(
        begun.elapsed().as_secs(),
        62,
        "nine in each ten seconds, and no fewer"
    );
    let limited = world
        .told
        .count(|event| matches!(event, Event::Limited { rejected: false, .. }));
    assert_eq!(limited, 55);
}

#[tokio::test(start_paused = true)]
async fn retries_count() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| nine(builder).negative_ttl(Duration::ZERO));
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
    let exchanger = world.exchanger(|builder| builder.limit(2).limit_burst(1).limit_window(SECOND * 10));
    world.service.does(&[Answer::Status(503, &[])]);
    let error = exchange(&exchanger, 1, SECOND).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::ServiceError, Some(503)));
    assert_eq!(world.service.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_has_no_time_is_told_at_once_and_who_has_gets_through() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
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
    let exchanger = world.exchanger(nine);
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
        let exchanger = world.exchanger(nine);
        world.service.does(&[Answer::Status(429, headers)]);
        let begun = Instant::now();
        let error = exchange(&exchanger, 1, LONG).await.unwrap_err();
        assert!(error.retry_after.is_some());
        exchange(&exchanger, 1, LONG).await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), pause);
    }
}

#[tokio::test(start_paused = true)]
async fn the_exchange_has_to_fit_too_and_a_retry_after_is_true() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    world.service.always_does(Answer::After(SECOND));
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
        tokio::time::advance(SECOND * 10).await;
    }
    let hold: Vec<_> = (10..15).map(|number| spawn(&exchanger, number, LONG)).collect();
    settle().await;
    // The next slot comes in 2 s, and an exchange takes one.
    let begun = Instant::now();
    let error = exchange(&exchanger, 20, SECOND * 3).await.unwrap_err();
    assert_eq!(
        (begun.elapsed(), error.code.as_deref()),
        (Duration::ZERO, Some("limited"))
    );
    let wait = error.retry_after.unwrap();
    assert_eq!(wait, SECOND * 2);
    tokio::time::sleep(wait).await;
    exchange(&exchanger, 20, SECOND * 3).await.unwrap();
    for caller in hold {
        caller.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_has_time_for_a_slot_that_comes_late() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    // The next slot comes in 2 s, and an exchange is expected to take 50 ms.
    let begun = Instant::now();
    let error = exchange(&exchanger, 9, Duration::from_millis(2_090))
        .await
        .unwrap_err();
    assert_eq!(
        (begun.elapsed(), error.code.as_deref()),
        (Duration::ZERO, Some("limited"))
    );
    let late = spawn(&exchanger, 10, Duration::from_millis(2_110));
    settle().await;
    tokio::time::advance(Duration::from_millis(2_045)).await;
    late.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_caller_with_more_time_is_served_by_what_is_too_late_for_another() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    let begun = Instant::now();
    let patient = spawn(&exchanger, 9, SECOND * 5);
    settle().await;
    let error = exchange(&exchanger, 9, SECOND).await.unwrap_err();
    assert_eq!(
        (begun.elapsed(), error.code.as_deref(), error.retry_after),
        (Duration::ZERO, Some("limited"), Some(SECOND * 2))
    );
    patient.await.unwrap().unwrap();
    assert_eq!((begun.elapsed(), world.service.count()), (SECOND * 2, 6));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_joins_is_judged_by_the_slot_that_became_free_meanwhile() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    let begun = Instant::now();
    let mut callers = Vec::new();
    // Their slots come in 2, 4, 6 and 8 s.
    for number in 10..14 {
        callers.push(spawn(&exchanger, number, LONG));
        settle().await;
    }
    // The first and the third leave, so the second moves up by one, and the fourth by two.
    for left in [2, 0] {
        callers.remove(left).abort();
        settle().await;
    }
    let joined = [
        spawn(&exchanger, 11, SECOND * 3),
        spawn(&exchanger, 13, SECOND * 5),
    ];
    for (caller, seconds) in joined.into_iter().zip([2, 4]) {
        caller.await.unwrap().unwrap();
        assert_eq!(begun.elapsed(), SECOND * seconds);
    }
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(world.service.count(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_slot_that_has_begun_is_not_lost_to_one_who_arrives_before_its_owner_wakes() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    let begun = Instant::now();
    let first = spawn(&exchanger, 10, LONG);
    settle().await;
    let second = spawn(&exchanger, 11, LONG);
    settle().await;
    // Leaves a surplus slot behind that of the first.
    second.abort();
    settle().await;
    // Runs after the clock has moved on, and before the timers do.
    let arrives = spawn(&exchanger, 12, LONG);
    let late = Duration::from_millis(2_100);
    tokio::time::advance(late).await;
    first.await.unwrap().unwrap();
    assert_eq!(begun.elapsed(), late);
    arrives.await.unwrap().unwrap();
    assert_eq!(begun.elapsed(), SECOND * 4, "the surplus slot");
}

#[tokio::test(start_paused = true)]
async fn a_429_turns_those_away_at_once_who_wait_in_vain() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    for number in 0..4 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    world
        .service
        .does(&[Answer::Status(429, &[("retry-after", "20")])]);
    let begun = Instant::now();
    let throttled = spawn(&exchanger, 4, LONG);
    let hasty = spawn(&exchanger, 5, SECOND * 10);
    let patient = spawn(&exchanger, 6, SECOND * 40);
    assert_eq!(throttled.await.unwrap().unwrap_err().status, Some(429));
    let error = hasty.await.unwrap().unwrap_err();
    assert_eq!(
        (begun.elapsed(), error.code.as_deref(), error.retry_after),
        (Duration::ZERO, Some("limited"), Some(SECOND * 20))
    );
    patient.await.unwrap().unwrap();
    assert_eq!(begun.elapsed(), SECOND * 20, "it moved up");
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_comes_too_late_is_not_waited_for() {
    let world = World::default();
    let exchanger = world.exchanger(nine);
    for number in 0..5 {
        exchange(&exchanger, number, LONG).await.unwrap();
    }
    world
        .service
        .does(&[Answer::Status(503, &[("retry-after", "3")])]);
    let begun = Instant::now();
    let first = spawn(&exchanger, 5, SECOND * 6);
    settle().await;
    let behind: Vec<_> = (6..9).map(|number| spawn(&exchanger, number, LONG)).collect();
    settle().await;
    // The retry would be due after 5 s, but the next slot is after 10 s.
    assert_eq!(first.await.unwrap().unwrap_err().status, Some(503));
    assert_eq!(begun.elapsed(), SECOND * 2);
    for caller in behind {
        caller.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_over_its_share_is_told_when_and_takes_nothing_from_others() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder.user_limit(3));
    for number in 0..3 {
        exchange_of(&exchanger, 1, number, LONG).await.unwrap();
    }
    for number in 3..1000 {
        let error = exchange_of(&exchanger, 1, number, LONG).await.unwrap_err();
        assert_eq!(
            (error.kind, error.code.as_deref(), error.retry_after),
            (ErrorKind::Throttled, Some("user_limited"), Some(SECOND * 30))
        );
    }
    exchange_of(&exchanger, 1, 0, LONG).await.unwrap();
    for user in 2..90 {
        exchange_of(&exchanger, user, user, LONG).await.unwrap();
    }
    assert_eq!(world.service.count(), 3 + 88);
    tokio::time::advance(SECOND * 30).await;
    exchange_of(&exchanger, 1, 3, LONG).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_locks_nobody_out_when_it_is_back() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.always_does(Answer::After(LONG));
    let mut callers = Vec::new();
    for number in 0..600 {
        callers.push(spawn(&exchanger, number, SECOND * 10));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    world.service.always_does(Answer::Token);
    let begun = Instant::now();
    let mut number = 1000;
    while exchange(&exchanger, number, SECOND * 10).await.is_err() {
        number += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(begun.elapsed() <= SECOND * 10);
    }
    for caller in callers {
        let _ = caller.await;
    }
}
