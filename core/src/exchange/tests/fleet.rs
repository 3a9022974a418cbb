//! Exchangers that share a cache.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::fakes::{Answer, Fleet, LONG, TENANT, USER, World, exchange, settle, spawn};
use crate::cache::{Limits, LocalLimiter, Paused, Reservation};
use crate::error::ErrorKind;
use crate::exchange::TeamsTokenExchanger;
use crate::observe::Event;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn what_one_process_exchanges_another_one_gives_and_keeps_no_longer() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let one = world.shared(&fleet, |builder| builder.max_ttl(SECOND * 60));
    let other = world.shared(&fleet, |builder| builder.max_ttl(SECOND * 60));
    exchange(&one, 1, LONG).await.unwrap();
    for kept in fleet.kept.lock().unwrap().values_mut() {
        assert_eq!(kept.lifetime, SECOND * 60);
        kept.lifetime = SECOND * 10;
    }
    exchange(&other, 1, LONG).await.unwrap();
    assert_eq!(world.told.count(|event| *event == Event::SharedCacheHit), 1);
    fleet.kept.lock().unwrap().clear();
    tokio::time::advance(SECOND * 9).await;
    exchange(&other, 1, LONG).await.unwrap();
    assert_eq!(world.told.count(|event| *event == Event::CacheHit), 1);
    assert_eq!(world.service.count(), 1);
    tokio::time::advance(SECOND).await;
    exchange(&other, 1, LONG).await.unwrap();
    assert_eq!(world.service.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_came_is_not_lost_to_the_deadline() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder.distributed_lock(true));
    *fleet.put_takes.lock().unwrap() = SECOND * 3;
    let begun = Instant::now();
    exchange(&exchanger, 1, SECOND).await.unwrap();
    assert_eq!(
        begun.elapsed(),
        SECOND,
        "the leader waits for the shared cache, and no longer"
    );
    tokio::time::sleep(SECOND * 3).await;
    assert_eq!((fleet.times("put"), fleet.times("unlock")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_let_go_of_on_every_way_out_and_only_by_who_has_it() {
    let ways: [(&str, Option<Answer>, Duration, bool); 4] = [
        ("a token", None, LONG, true),
        ("a refusal", Some(Answer::Status(400, &[])), LONG, false),
        ("a deadline", Some(Answer::After(LONG)), SECOND, false),
        ("a fault", Some(Answer::Status(501, &[])), LONG, false),
    ];
    for (what, answer, timeout, well) in ways {
        let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
        let exchanger = world.shared(&fleet, |builder| builder.distributed_lock(true));
        world.service.does(answer.as_slice());
        assert_eq!(exchange(&exchanger, 1, timeout).await.is_ok(), well, "{what}");
        // The exchange continues until its own deadline.
        tokio::time::sleep(SECOND * 10).await;
        assert_eq!((fleet.times("lock"), fleet.times("unlock")), (1, 1), "{what}");
    }

    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder.distributed_lock(true));
    fleet.locks.lock().unwrap().extend([false; 1000]);
    let begun = Instant::now();
    exchange(&exchanger, 1, LONG).await.unwrap();
    assert_eq!(begun.elapsed(), SECOND * 2, "then it goes by itself");
    assert_eq!((fleet.times("lock"), fleet.times("unlock")), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn who_is_locked_out_gets_what_the_other_one_brings() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let other = world.shared(&fleet, |builder| builder);
    let exchanger = world.shared(&fleet, |builder| builder.distributed_lock(true));
    fleet.locks.lock().unwrap().extend([false; 1000]);
    world.service.does(&[Answer::After(SECOND)]);
    let (brought, waited) = tokio::join!(exchange(&other, 1, LONG), exchange(&exchanger, 1, LONG));
    assert_eq!(brought.unwrap(), waited.unwrap());
    assert_eq!((world.service.count(), fleet.times("unlock")), (1, 0));

    // The other process failed: its lock is free, and the cache is empty.
    let exchanger = world.shared(&fleet, |builder| builder.distributed_lock(true));
    *fleet.locks.lock().unwrap() = [false, false].into();
    let begun = Instant::now();
    exchange(&exchanger, 2, LONG).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_millis(100));
    assert_eq!((fleet.times("lock"), fleet.times("unlock")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_fleets_limiter_goes_before_this_processs() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| {
        builder.limit(3).limit_burst(2).limit_window(SECOND * 10)
    });
    let waits = [Reservation::In(SECOND * 3), Reservation::In(Duration::ZERO)];
    fleet.reservations.lock().unwrap().extend(waits);
    let begun = Instant::now();
    exchange(&exchanger, 1, LONG).await.unwrap();
    exchange(&exchanger, 2, LONG).await.unwrap();
    assert_eq!(begun.elapsed(), SECOND * 3);
    // From here on the shared limiter does not answer. What it admitted counts, so there is no second burst.
    exchange(&exchanger, 3, LONG).await.unwrap();
    assert_eq!(begun.elapsed(), SECOND * 5);
}

#[tokio::test(start_paused = true)]
async fn one_asks_the_limiter_for_all_who_have_no_more_time() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder);
    *fleet.get_takes.lock().unwrap() = Duration::from_millis(1);
    let waits = [Reservation::Limited(SECOND * 2); 100];
    fleet.reservations.lock().unwrap().extend(waits);
    let callers: Vec<_> = (0..50).map(|_| spawn(&exchanger, 1, SECOND)).collect();
    for caller in callers {
        let error = caller.await.unwrap().unwrap_err();
        assert_eq!(error.code.as_deref(), Some("limited"));
    }
    assert_eq!((fleet.times("get"), fleet.times("reserve")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_429_pauses_the_fleet_and_this_process_even_if_the_fleet_has_not_heard() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder);
    fleet
        .reservations
        .lock()
        .unwrap()
        .extend([Reservation::In(Duration::ZERO); 9]);
    world
        .service
        .does(&[Answer::Status(429, &[("retry-after", "7")])]);
    let begun = Instant::now();
    exchange(&exchanger, 1, LONG).await.unwrap_err();
    assert_eq!(fleet.times("pause"), 1);
    exchange(&exchanger, 1, LONG).await.unwrap();
    assert_eq!(begun.elapsed(), SECOND * 7);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_the_fleet_begins_is_heard_by_those_who_wait_already() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder);
    let waits = [Reservation::In(SECOND), Reservation::In(SECOND * 2)];
    fleet.reservations.lock().unwrap().extend(waits);
    let begun = Instant::now();
    let patient = spawn(&exchanger, 1, LONG);
    settle().await;
    let hasty = spawn(&exchanger, 2, SECOND * 5);
    settle().await;
    *fleet.paused.lock().unwrap() = Paused {
        left: SECOND * 6,
        moves: 6_000_000,
    };
    let error = hasty.await.unwrap().unwrap_err();
    assert_eq!(error.code.as_deref(), Some("limited"));
    assert_eq!(
        begun.elapsed(),
        SECOND,
        "at the first slot, when the pause is heard of"
    );
    fleet.paused.lock().unwrap().left = Duration::ZERO;
    patient.await.unwrap().unwrap();
    assert_eq!(
        begun.elapsed(),
        SECOND * 7,
        "by as much as the fleet's other slots"
    );
}

#[tokio::test(start_paused = true)]
async fn a_user_over_the_fleets_share_is_told_so() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder);
    let said = Reservation::UserLimited(SECOND * 4);
    fleet.reservations.lock().unwrap().push_back(said);
    let error = exchange(&exchanger, 1, LONG).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref(), error.retry_after),
        (ErrorKind::Throttled, Some("user_limited"), Some(SECOND * 4))
    );
    assert_eq!(world.service.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_gives_its_slot_and_the_users_place_back_to_the_fleet() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder);
    let slot = fleet.now() + 3_000_000;
    fleet
        .reservations
        .lock()
        .unwrap()
        .push_back(Reservation::In(SECOND * 3));
    let leaves = spawn(&exchanger, 1, LONG);
    settle().await;
    leaves.abort();
    settle().await;
    assert_eq!((fleet.times("release"), fleet.times("give_back")), (1, 1));
    assert_eq!(*fleet.returned.lock().unwrap(), [slot].into());
    // The next caller reserves it like any other slot.
    let begun = Instant::now();
    exchange(&exchanger, 2, LONG).await.unwrap();
    assert_eq!((begun.elapsed(), world.service.count()), (SECOND * 3, 1));
}

#[tokio::test(start_paused = true)]
async fn slots_that_a_process_gives_back_serve_another_at_their_times() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let limits = Limits::new(10, SECOND * 10, 1).unwrap();
    *fleet.limiter.lock().unwrap() = Some(LocalLimiter::new(limits));
    let (here, there) = (
        world.shared(&fleet, |builder| builder),
        world.shared(&fleet, |builder| builder),
    );
    let begun = Instant::now();
    exchange(&here, 0, LONG).await.unwrap();
    // A slot each second: one process waits for those from the first second to the ninth, and the other for
    // the tenth.
    let mut leave = Vec::new();
    for number in 1..10 {
        leave.push(spawn(&here, number, LONG));
        settle().await;
    }
    let last = spawn(&there, 10, LONG);
    settle().await;
    for caller in &leave {
        caller.abort();
    }
    settle().await;
    let served: Vec<_> = (11..20).map(|number| spawn(&there, number, LONG)).collect();
    for caller in served {
        caller.await.unwrap().unwrap();
    }
    last.await.unwrap().unwrap();
    let times: Vec<u64> = world
        .service
        .sent()
        .iter()
        .map(|at| (*at - begun).as_secs())
        .collect();
    assert_eq!(times, (0..=10).collect::<Vec<_>>());
    assert_eq!(*fleet.returned.lock().unwrap(), [].into());
}

#[tokio::test(start_paused = true)]
async fn only_slots_that_nobody_here_waits_for_are_given_back_and_a_pause_turns_callers_away_too() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder);
    let now = fleet.now();
    fleet
        .reservations
        .lock()
        .unwrap()
        .extend((1..=4).map(|second| Reservation::In(SECOND * second)));
    let begun = Instant::now();
    let first = spawn(&exchanger, 1, LONG);
    settle().await;
    let hasty = spawn(&exchanger, 2, SECOND * 6);
    settle().await;
    let others = [spawn(&exchanger, 3, LONG), spawn(&exchanger, 4, LONG)];
    settle().await;
    first.abort();
    settle().await;
    assert_eq!(
        *fleet.returned.lock().unwrap(),
        [now + 4_000_000].into(),
        "those behind move up, and the last slot is left over"
    );
    // The fleet is paused, which this process learns in the first second: the caller with 6 s left is
    // rejected.
    *fleet.paused.lock().unwrap() = Paused {
        left: SECOND * 8,
        moves: 8_000_000,
    };
    assert_eq!(hasty.await.unwrap().unwrap_err().code.as_deref(), Some("limited"));
    settle().await;
    assert_eq!(
        *fleet.returned.lock().unwrap(),
        [now + 4_000_000, now + 3_000_000 + 8_000_000].into()
    );
    fleet.paused.lock().unwrap().left = Duration::ZERO;
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_eq!(begun.elapsed(), SECOND * 10, "at the first and the second slot");
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_is_told_to_the_fleet() {
    let (world, fleet) = (World::default(), Arc::new(Fleet::default()));
    let exchanger = world.shared(&fleet, |builder| builder);
    exchanger.sign_out(TENANT, USER).await.unwrap();
    // For the user in the tenant, and for the same user's tokens that name no tenant.
    assert_eq!(fleet.times("sign_out"), 2);
    assert_eq!(exchanger.is_cache_reachable().await, Some(true));
    assert_eq!(
        world.exchanger(|builder| builder).is_cache_reachable().await,
        None
    );
}

#[tokio::test(start_paused = true)]
async fn a_cache_is_not_shared_under_a_secret_of_ones_own() {
    let world = World::default();
    let client = world.exchanger(|builder| builder).inner.client.clone();
    let builder = TeamsTokenExchanger::builder(client).shared_cache(Arc::new(Fleet::default()));
    let error = builder.build().unwrap_err();
    assert_eq!(
        (error.kind, error.target.as_deref()),
        (ErrorKind::InvalidArgument, Some("cache_secret"))
    );
}
