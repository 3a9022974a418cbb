//! Nobody waits for a caller who is gone, stuck or in a hurry.

use std::time::Duration;

use super::fakes::{Answer, LONG, TENANT, USER, World, exchange, settle, spawn};
use crate::error::ErrorKind;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_panicking_leader_hands_over() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.does(&[Answer::Panic]);
    let callers: Vec<_> = (0..20).map(|_| spawn(&exchanger, 1, LONG)).collect();
    let mut panicked = 0;
    for caller in callers {
        match caller.await {
            Ok(result) => assert_eq!(result.unwrap().token.expose(), "acs-token"),
            Err(error) => panicked += u32::from(error.is_panic()),
        }
    }
    assert_eq!((panicked, world.service.count()), (1, 2));
    assert!(exchanger.inner.flights.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_is_not_polled_holds_nobody_up() {
    let world = World::default();
    let exchanger = world.exchanger(|builder| builder);
    world.service.does(&[Answer::After(LONG)]);
    let leader = spawn(&exchanger, 1, LONG);
    settle().await;
    let mut stuck = Box::pin(exchange(&exchanger, 1, LONG));
    assert!(poll_once(stuck.as_mut()).await.is_none(), "it waits");
    let waiter = spawn(&exchanger, 1, SECOND);
    settle().await;
    leader.abort();
    waiter.await.unwrap().unwrap();
    stuck.await.unwrap();
    assert_eq!(world.service.count(), 2);
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
    world.service.does(&[Answer::After(LONG)]);
    let leader = spawn(&exchanger, 1, SECOND);
    settle().await;
    let waiters: Vec<_> = (0..20).map(|_| spawn(&exchanger, 1, SECOND * 2)).collect();
    assert_eq!(leader.await.unwrap().unwrap_err().kind, ErrorKind::Timeout);
    for waiter in waiters {
        waiter.await.unwrap().unwrap();
    }
    assert_eq!(world.service.count(), 2);
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
