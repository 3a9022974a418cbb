//! The fleet's limit and its pauses.

use std::time::Instant;

use super::*;
use crate::cache::{Reservation, ReservationRequest};

const LIMIT: u32 = 40;
const BURST: u32 = 10;
const PERIOD: Duration = Duration::from_secs(1);

/// Every call here must be answered, however slow the machine.
fn patient(server: &RedisServer) -> RedisOptions {
    RedisOptions {
        timeout: Duration::from_secs(5),
        ..options(server)
    }
}

fn cache(server: &RedisServer) -> RedisCache {
    cache_with(&patient(server))
}

fn member(server: &RedisServer) -> RedisCache {
    member_with(server, PERIOD)
}

/// A member of a fleet with [`LIMIT`] in this period.
fn member_with(server: &RedisServer, period: Duration) -> RedisCache {
    let limits = Limits::new(LIMIT, period, BURST).unwrap();
    RedisCache::new(&patient(server), limits, Arc::new(SystemTime::now), None).unwrap()
}

/// Reserves a slot within this time.
async fn slot(cache: &RedisCache, max_wait: Duration) -> Option<Reservation> {
    let request = ReservationRequest {
        user: None,
        max_wait,
        takes_slot: true,
    };
    Some(cache.reserve(&request).await?.reservation)
}

/// Reserves a slot at once, for a user.
async fn slot_of(cache: &RedisCache, user: u8) -> Reservation {
    let request = ReservationRequest {
        user: Some(&[user; 32]),
        max_wait: Duration::ZERO,
        takes_slot: true,
    };
    cache.reserve(&request).await.unwrap().reservation
}

const NOW: Reservation = Reservation::In(Duration::ZERO);

/// A granted slot: the moments before the request and after the answer.
type Leave = (Instant, Instant);

/// Takes all slots it can get until `end`.
async fn take(cache: &RedisCache, end: Instant) -> Vec<Leave> {
    let mut taken = Vec::new();
    while Instant::now() < end {
        let asked = Instant::now();
        match slot(cache, Duration::ZERO).await {
            Some(NOW) => taken.push((asked, Instant::now())),
            // Retries too soon: the limit must not depend on well-behaved processes.
            Some(Reservation::Limited(wait)) => tokio::time::sleep(wait / 2).await,
            Some(other) => panic!("{other:?}"),
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    taken
}

/// How many slots were certainly granted within the fullest window.
fn fullest(taken: &[Leave]) -> usize {
    taken
        .iter()
        .map(|(start, _)| {
            taken
                .iter()
                .filter(|(asked, told)| asked >= start && *told < *start + PERIOD)
                .count()
        })
        .max()
        .unwrap_or(0)
}

async fn fleet(server: &RedisServer, end: Instant) -> Vec<Leave> {
    let members: Vec<_> = (0..4).map(|_| member(server)).collect();
    let all = members.iter().map(|member| take(member, end));
    futures_util::future::join_all(all).await.concat()
}

#[tokio::test]
async fn a_fleet_keeps_to_the_limit_in_every_window() {
    let server = RedisServer::start();
    let mut taken = fleet(&server, Instant::now() + 3 * PERIOD).await;
    // A busy machine may need longer to take so many.
    for _ in 0..20 {
        if taken.len() <= LIMIT as usize {
            taken.extend(fleet(&server, Instant::now() + PERIOD).await);
        }
    }
    assert!(
        fullest(&taken) <= LIMIT as usize,
        "{} in a window",
        fullest(&taken)
    );
    assert!(
        taken.len() > LIMIT as usize,
        "only {} in all: it is no use",
        taken.len()
    );
}

#[tokio::test]
async fn a_flush_or_a_restart_gives_no_second_burst() {
    let mut server = RedisServer::start();
    let burst_ready = Instant::now() + 2 * PERIOD;
    let cache = member(&server);
    assert!(
        matches!(slot(&cache, Duration::ZERO).await, Some(Reservation::Limited(_))),
        "a lost state has no burst"
    );
    tokio::time::sleep_until(burst_ready.into()).await;
    let mut taken = Vec::new();
    for number in 0..BURST {
        let asked = Instant::now();
        assert_eq!(slot(&cache, Duration::ZERO).await, Some(NOW), "after {number}");
        taken.push((asked, Instant::now()));
    }
    taken.extend(take(&cache, Instant::now() + PERIOD / 5).await);
    server.flush();
    taken.extend(take(&cache, Instant::now() + PERIOD / 5).await);
    server.restart();
    taken.extend(take(&cache, Instant::now() + PERIOD).await);
    assert!(
        fullest(&taken) <= LIMIT as usize,
        "{} in a window",
        fullest(&taken)
    );
}

#[tokio::test]
async fn a_burst_is_earned_by_a_rest() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let mut admin = server.admin();
    let (seconds, _): (u64, u64) = redis::cmd("TIME").query(&mut admin).unwrap();
    redis::Cmd::set("acs-auth:{limiter}:next", (seconds - 1) * 1_000_000)
        .exec(&mut admin)
        .unwrap();
    for taken in 0..Limits::burst(Limits::LIMIT) {
        assert_eq!(slot(&cache, Duration::ZERO).await, Some(NOW), "after {taken}");
    }
}

#[tokio::test]
async fn a_state_from_the_future_does_not_stop_the_fleet() {
    let server = RedisServer::start();
    let cache = cache(&server);
    redis::Cmd::set("acs-auth:{limiter}:next", "9007199254740991")
        .exec(&mut server.admin())
        .unwrap();
    let Some(Reservation::Limited(wait)) = slot(&cache, Duration::ZERO).await else {
        panic!("the burst counts as used up");
    };
    assert!(
        wait <= Limits::default().interval() + Duration::from_micros(1),
        "{wait:?}"
    );
    redis::Cmd::set("acs-auth:{limiter}:next", "nonsense")
        .exec(&mut server.admin())
        .unwrap();
    assert!(slot(&cache, Duration::ZERO).await.is_some());
}

#[tokio::test]
async fn a_pause_holds_for_all_and_is_not_shortened() {
    let server = RedisServer::start();
    let (here, there) = (cache(&server), cache(&server));
    here.pause(Duration::from_secs(30)).await;
    there.pause(Duration::from_secs(1)).await;
    for member in [&here, &there] {
        let Some(Reservation::Limited(wait)) = slot(member, Duration::ZERO).await else {
            panic!("no pause");
        };
        assert!(
            wait > Duration::from_secs(10) && wait <= Duration::from_secs(30),
            "{wait:?}"
        );
    }
}

#[tokio::test]
async fn reserved_slots_follow_each_other_and_a_pause_moves_them() {
    let server = RedisServer::start();
    // Turns are so far apart that a busy machine misses none.
    let period = 60 * PERIOD;
    let (here, there) = (member_with(&server, period), member_with(&server, period));
    assert!(matches!(
        slot(&here, Duration::ZERO).await,
        Some(Reservation::Limited(_))
    ));
    let interval = period / (LIMIT - BURST + 1);
    let mut before = Duration::ZERO;
    for number in 0..10 {
        let cache = if number % 2 == 0 { &here } else { &there };
        let Some(Reservation::In(wait)) = slot(cache, period).await else {
            panic!("no slot");
        };
        // Time passes between two reservations.
        assert!(wait + interval > before, "{wait:?} after {before:?}");
        before = wait;
    }
    assert!(before > interval * 5, "{before:?}");
    let mut admin = server.admin();
    let mut read = |name: &str| -> u64 {
        redis::Cmd::get(format!("acs-auth:{{limiter}}:{name}"))
            .query(&mut admin)
            .unwrap()
    };
    here.pause(Duration::from_secs(40)).await;
    assert_eq!(read("moved") - read("next"), 40_000_000);
    let Some(Reservation::Limited(wait)) = slot(&there, PERIOD).await else {
        panic!("no pause");
    };
    assert!(wait > Duration::from_secs(30), "{wait:?}");
    let left = there.paused().await.unwrap().left;
    assert!(left > Duration::from_secs(30) && left <= Duration::from_secs(40));
}

#[tokio::test]
async fn a_users_share_is_the_fleets_and_costs_the_others_nothing() {
    let server = RedisServer::start();
    let limits = Limits::new(LIMIT, PERIOD * 30, BURST).unwrap().with_user_limit(3);
    let member = || RedisCache::new(&options(&server), limits, Arc::new(SystemTime::now), None).unwrap();
    let (here, there) = (member(), member());
    redis::Cmd::set("acs-auth:{limiter}:next", 1)
        .exec(&mut server.admin())
        .unwrap();
    assert_eq!(slot_of(&here, 1).await, NOW);
    assert_eq!(slot_of(&there, 1).await, NOW);
    assert_eq!(slot_of(&here, 1).await, NOW);
    for cache in [&here, &there] {
        for _ in 0..50 {
            let Reservation::UserLimited(wait) = slot_of(cache, 1).await else {
                panic!("over its share");
            };
            assert!(wait > PERIOD * 20 && wait <= PERIOD * 30, "{wait:?}");
        }
    }
    for user in 2..9 {
        assert_eq!(slot_of(&there, user).await, NOW, "{user}");
    }
    there.release(&[1; 32]).await;
    assert!(
        !matches!(slot_of(&here, 1).await, Reservation::UserLimited(_)),
        "given back"
    );
}

#[tokio::test]
async fn what_an_enemy_writes_stops_nobody() {
    let server = RedisServer::start();
    let limits = Limits::default();
    let cache = RedisCache::new(&options(&server), limits, Arc::new(SystemTime::now), None).unwrap();
    let mut admin = server.admin();
    let (seconds, _): (u64, u64) = redis::cmd("TIME").query(&mut admin).unwrap();
    let month = format!("{}", (seconds + 30 * 86_400) * 1_000_000);
    redis::Cmd::set("acs-auth:{limiter}:pause", &month)
        .exec(&mut admin)
        .unwrap();
    let user = "acs-auth:{limiter}:user:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    for junk in 0..30 {
        redis::Cmd::zadd(user, junk, &month).exec(&mut admin).unwrap();
        redis::Cmd::zadd("acs-auth:{limiter}:extras", junk, "inf")
            .exec(&mut admin)
            .unwrap();
    }
    assert_eq!(cache.paused().await.unwrap().left, Duration::ZERO);
    let Reservation::Limited(wait) = slot_of(&cache, 1).await else {
        panic!("the burst counts as used up");
    };
    assert!(wait <= limits.interval(), "{wait:?}");
}
