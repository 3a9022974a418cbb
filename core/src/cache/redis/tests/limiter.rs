//! The fleet's limit and its pauses.

use std::time::Instant;

use super::*;
use crate::cache::Admission;

const LIMIT: u32 = 40;
const BURST: u32 = 10;
const PERIOD: Duration = Duration::from_secs(1);

fn member(server: &RedisServer) -> RedisCache {
    let limits = Limits::new(LIMIT, PERIOD, BURST).unwrap();
    RedisCache::new(&options(server), limits, Arc::new(SystemTime::now), None).unwrap()
}

/// When leave was given: between these two moments.
type Leave = (Instant, Instant);

/// Takes all the leave it can get until then.
async fn take(cache: &RedisCache, end: Instant) -> Vec<Leave> {
    let mut taken = Vec::new();
    while Instant::now() < end {
        let asked = Instant::now();
        match cache.admit().await {
            Some(Admission::Now) => taken.push((asked, Instant::now())),
            // Sooner than it is told to: the limit must not rest on good behaviour.
            Some(Admission::Wait(wait)) => tokio::time::sleep(wait / 2).await,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    taken
}

/// How many were certainly given within the fullest window.
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
    let taken = fleet(&server, Instant::now() + 3 * PERIOD).await;
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
    let burst_ready = Instant::now() + PERIOD;
    let cache = member(&server);
    assert!(
        matches!(cache.admit().await, Some(Admission::Wait(_))),
        "a lost state has no burst"
    );
    tokio::time::sleep_until(burst_ready.into()).await;
    let mut taken = take(&cache, Instant::now() + PERIOD / 5).await;
    assert!(taken.len() >= BURST as usize, "{}", taken.len());
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
    for taken in 0..Limits::BURST {
        assert_eq!(cache.admit().await, Some(Admission::Now), "after {taken}");
    }
}

#[tokio::test]
async fn a_state_from_the_future_does_not_stop_the_fleet() {
    let server = RedisServer::start();
    let cache = cache(&server);
    redis::Cmd::set("acs-auth:{limiter}:next", "9007199254740991")
        .exec(&mut server.admin())
        .unwrap();
    let Some(Admission::Wait(wait)) = cache.admit().await else {
        panic!("the burst counts as used up");
    };
    assert!(wait <= Limits::default().interval(), "{wait:?}");
    redis::Cmd::set("acs-auth:{limiter}:next", "nonsense")
        .exec(&mut server.admin())
        .unwrap();
    assert!(cache.admit().await.is_some());
}

#[tokio::test]
async fn a_pause_holds_for_all_and_is_not_shortened() {
    let server = RedisServer::start();
    let (here, there) = (cache(&server), cache(&server));
    here.pause(Duration::from_secs(30)).await;
    there.pause(Duration::from_secs(1)).await;
    for member in [&here, &there] {
        let Some(Admission::Wait(wait)) = member.admit().await else {
            panic!("no pause");
        };
        assert!(
            wait > Duration::from_secs(10) && wait <= Duration::from_secs(30),
            "{wait:?}"
        );
    }
}
