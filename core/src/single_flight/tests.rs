//! The ways in which work ends, with and without callers.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn the_work_outlives_every_caller() {
    let flights: SingleFlight<u8, u8> = SingleFlight::default();
    let work = || async {
        sleep(SECOND).await;
        7
    };
    timeout(SECOND / 10, flights.join(1, work)).await.unwrap_err();
    let joined = flights.join(1, || async { 8 }).await.unwrap();
    assert_eq!((joined.value, joined.is_leader), (7, false));
    assert!(flights.is_empty());
    assert!(flights.join(1, || async { 8 }).await.unwrap().is_leader);
}

#[tokio::test(start_paused = true)]
async fn the_last_waiter_that_leaves_is_noticed_and_nobody_joins_what_was_given_up() {
    let flights: SingleFlight<u8, &str> = SingleFlight::default();
    let start = || {
        flights.enter(
            1,
            || (),
            |waiters| async move {
                waiters.left().await;
                sleep(SECOND).await;
                "given up"
            },
        )
    };
    let (leader, waiter) = (start(), start());
    drop(leader);
    timeout(SECOND, waiter.ended()).await.unwrap_err();
    drop(waiter);
    sleep(SECOND / 2).await;
    assert!(flights.join(1, || async { "anew" }).await.unwrap().is_leader);
}

#[tokio::test]
async fn work_that_panics_says_so_and_is_not_joined_again() {
    let flights: SingleFlight<u8, u8> = SingleFlight::default();
    let panics = |_| async { panic!("as the test wants it") };
    let waiter = flights.enter(1, || (), panics);
    assert_eq!(waiter.ended().await, Ended::Panicked);
    assert_eq!(flights.join(1, || async { 2 }).await.unwrap().value, 2);
}

#[test]
fn work_that_panics_as_its_runtime_is_gone_is_over() {
    let flights: SingleFlight<u8, u8> = SingleFlight::default();
    let first = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let (begun, began) = std::sync::mpsc::channel();
    let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
    let waiter = first.block_on(async {
        flights.enter(
            1,
            || (),
            |_| async move {
                tokio::task::block_in_place(|| {
                    begun.send(()).unwrap();
                    goes_on.recv().unwrap();
                });
                sleep(SECOND).await;
                7
            },
        )
    });
    began.recv().unwrap();
    first.shutdown_timeout(SECOND / 10);
    go_on.send(()).unwrap();
    let second = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let ended = second.block_on(async { timeout(SECOND * 30, waiter.ended()).await });
    assert_eq!(ended.unwrap(), Ended::Dropped);
}

#[test]
fn work_whose_runtime_shuts_down_is_over() {
    let flights: SingleFlight<u8, u8> = SingleFlight::default();
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let first = runtime();
    let waiter = first.block_on(async { flights.enter(1, || (), |_| std::future::pending()) });
    drop(first);
    assert_eq!(runtime().block_on(waiter.ended()), Ended::Dropped);
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_goes_on_and_is_joined_by_nobody() {
    let flights: SingleFlight<u8, u8> = SingleFlight::default();
    let before = flights.enter(
        1,
        || (),
        |_| async {
            sleep(SECOND).await;
            1
        },
    );
    flights.forget(|key| *key == 1);
    assert_eq!(flights.join(1, || async { 2 }).await.unwrap().value, 2);
    assert_eq!(before.ended().await, Ended::Returned(1));
}

#[test]
fn who_waits_for_work_of_a_runtime_that_ends_starts_it_anew() {
    let flights: SingleFlight<u8, u8> = SingleFlight::default();
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let first = runtime();
    let _leader = first.block_on(async { flights.enter(1, || (), |_| std::future::pending()) });
    let second = runtime();
    let mut joined = Box::pin(flights.join(1, || async { 2 }));
    let entered = second.enter();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(joined.as_mut().poll(&mut context).is_pending());
    drop((entered, first));
    let joined = second.block_on(joined);
    let expected = Joined {
        value: 2,
        is_leader: true,
    };
    assert_eq!(joined, Some(expected));
}
