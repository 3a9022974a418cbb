//! No caller is affected by another one that has left, is not polled or has a short deadline.

use std::sync::Arc;
use std::time::Duration;

use super::fakes::{Answer, LONG, TENANT, USER, World, exchange, settle, spawn};
use crate::error::ErrorKind;
use crate::observe::{Event, Observer};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn an_exchange_that_panics_fails_its_callers_and_nobody_after_them() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.does(&[Answer::Panic]);
    let callers: Vec<_> = (0..20).map(|_| spawn(&exchanger, 1, LONG)).collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().unwrap_err().kind, ErrorKind::Internal);
    }
    exchange(&exchanger, 1, LONG).await.unwrap();
    assert_eq!(world.service.count(), 2);
    assert!(exchanger.inner.flights.is_empty());
}

/// Panics at every event.
#[derive(Debug)]
struct Broken;

impl Observer for Broken {
    fn on_event(&self, event: Event) {
        panic!("a test of a panic: {event:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_that_panics_fails_nothing() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| {
        let builder = builder.limit(2).limit_burst(1).limit_window(SECOND * 20);
        builder.observer(Arc::new(Broken))
    });
    // An exchange, a hit, two callers of one exchange that waits for its slot, and one without a slot.
    exchange(&exchanger, 1, LONG).await.unwrap();
    exchange(&exchanger, 1, LONG).await.unwrap();
    let both = [spawn(&exchanger, 2, LONG), spawn(&exchanger, 2, LONG)];
    for caller in both {
        caller.await.unwrap().unwrap();
    }
    let error = exchange(&exchanger, 3, SECOND).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Throttled, Some("limited"))
    );
    exchanger.sign_out(TENANT, USER).await.unwrap();
    assert_eq!(world.service.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_beyond_the_clocks_range_is_a_long_one() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder.timeout(Duration::MAX));
    world.service.does(&[Answer::Status(503, &[])]);
    exchange(&exchanger, 1, Duration::MAX).await.unwrap();
    assert_eq!(world.service.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn callers_that_leave_do_not_end_the_exchange_which_is_cached() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.does(&[Answer::After(SECOND)]);
    for _ in 0..110 {
        let caller = spawn(&exchanger, 1, LONG);
        tokio::time::sleep(Duration::from_millis(60)).await;
        caller.abort();
    }
    exchange(&exchanger, 1, LONG).await.unwrap();
    assert_eq!(world.service.count(), 1);
    assert!(exchanger.inner.flights.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_exchange_without_a_slot_ends_with_its_last_caller_and_gives_its_place_back() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder.limit(2).limit_burst(1).limit_window(SECOND * 20));
    exchange(&exchanger, 1, LONG).await.unwrap();
    let begun = tokio::time::Instant::now();
    let leaving: Vec<_> = (2..8).map(|number| spawn(&exchanger, number, LONG)).collect();
    settle().await;
    let last = spawn(&exchanger, 9, LONG);
    settle().await;
    tokio::time::sleep(SECOND).await;
    for caller in leaving {
        caller.abort();
    }
    last.await.unwrap().unwrap();
    assert_eq!((begun.elapsed(), world.service.count()), (SECOND * 10, 2));
    // The slots of the callers that left are free as well.
    exchange(&exchanger, 10, LONG).await.unwrap();
    assert_eq!(begun.elapsed(), SECOND * 20);
}

#[tokio::test(start_paused = true)]
async fn one_of_two_callers_that_leaves_costs_the_other_nothing() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder.limit(2).limit_burst(1).limit_window(SECOND * 20));
    exchange(&exchanger, 1, LONG).await.unwrap();
    let begun = tokio::time::Instant::now();
    let (leader, waiter) = (spawn(&exchanger, 2, LONG), spawn(&exchanger, 2, LONG));
    settle().await;
    leader.abort();
    waiter.await.unwrap().unwrap();
    assert_eq!((begun.elapsed(), world.service.count()), (SECOND * 10, 2));
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_is_not_polled_holds_nobody_up() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.does(&[Answer::After(SECOND)]);
    let leader = spawn(&exchanger, 1, LONG);
    settle().await;
    let mut stuck = Box::pin(exchange(&exchanger, 1, LONG));
    assert!(poll_once(stuck.as_mut()).await.is_none(), "it waits");
    let waiter = spawn(&exchanger, 1, SECOND * 2);
    settle().await;
    leader.abort();
    waiter.await.unwrap().unwrap();
    stuck.await.unwrap();
    assert_eq!(world.service.count(), 1);
    assert!(exchanger.inner.flights.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_began_before_a_sign_out_is_shared_with_nobody_who_comes_after() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world
        .service
        .does(&[Answer::After(SECOND * 2), Answer::After(SECOND)]);
    let before = spawn(&exchanger, 1, LONG);
    settle().await;
    exchanger.sign_out(TENANT, USER).await.unwrap();
    let after = [spawn(&exchanger, 1, LONG), spawn(&exchanger, 1, LONG)];
    for caller in after {
        caller.await.unwrap().unwrap();
    }
    before.await.unwrap().unwrap();
    assert_eq!(world.service.count(), 2);
    exchange(&exchanger, 1, LONG).await.unwrap();
    assert_eq!(world.service.count(), 2, "the later one is kept");
    assert!(exchanger.inner.flights.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_leader_in_a_hurry_fails_nobody_else() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.does(&[Answer::After(SECOND * 3 / 2)]);
    let leader = spawn(&exchanger, 1, SECOND);
    settle().await;
    let waiters: Vec<_> = (0..20).map(|_| spawn(&exchanger, 1, SECOND * 2)).collect();
    assert_eq!(leader.await.unwrap().unwrap_err().kind, ErrorKind::Timeout);
    for waiter in waiters {
        waiter.await.unwrap().unwrap();
    }
    assert_eq!(world.service.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_has_time_left_when_a_hanging_exchange_ends_starts_another() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder.timeout(SECOND * 10));
    // Each attempt of the first exchange hangs.
    world.service.does(&[Answer::After(LONG); 3]);
    let begun = tokio::time::Instant::now();
    let leader = spawn(&exchanger, 1, SECOND);
    settle().await;
    let waiter = spawn(&exchanger, 1, SECOND * 30);
    assert_eq!(leader.await.unwrap().unwrap_err().kind, ErrorKind::Timeout);
    assert_eq!(begun.elapsed(), SECOND);
    waiter.await.unwrap().unwrap();
    assert_eq!((begun.elapsed(), world.service.count()), (SECOND * 10, 4));
}

#[tokio::test(start_paused = true)]
async fn waiters_end_at_their_own_deadlines() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.does(&[Answer::After(SECOND * 10)]);
    let begun = tokio::time::Instant::now();
    let leader = spawn(&exchanger, 1, LONG);
    settle().await;
    for seconds in 1..=3 {
        let error = exchange(&exchanger, 1, SECOND).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Timeout);
        assert_eq!(begun.elapsed().as_secs(), seconds);
    }
    leader.await.unwrap().unwrap();
    assert_eq!((begun.elapsed().as_secs(), world.service.count()), (10, 1));
}

async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
