//! A real cluster and a single server, in normal operation and while they change.

use std::time::Instant;

use super::Admission;
use super::groups::{Cluster, ask};
use super::log::Log;
use super::*;
use crate::cache::redis::names::Names;

pub(super) const DEADLINE: Duration = Duration::from_secs(10);
/// A cluster notices a failed primary after a second, and then elects another.
pub(super) const FAILOVER: Duration = Duration::from_secs(20);

pub(super) fn at(url: &str) -> RedisOptions {
    RedisOptions {
        timeout: BUDGET,
        breaker_reset_timeout: Duration::from_millis(20),
        breaker_max_reset_timeout: Duration::from_millis(500),
        ..RedisOptions::new(url, sealing_key(1))
    }
}

/// For servers that answer, however slow the machine.
fn patient_at(url: &str) -> RedisOptions {
    RedisOptions {
        timeout: Duration::from_secs(5),
        ..at(url)
    }
}

fn limited(url: &str, limit: u32, burst: u32) -> RedisCache {
    let limits = Limits::new(limit, Duration::from_secs(30), burst).unwrap();
    RedisCache::new(&patient_at(url), limits, Arc::new(SystemTime::now), None).unwrap()
}

/// The outcome of concurrent calls for several users.
#[derive(Default)]
pub(super) struct Load {
    pub(super) calls: usize,
    pub(super) unserved: usize,
    pub(super) wrong: usize,
    slowest: Duration,
    /// The longest time during which no call was served.
    pub(super) gap: Duration,
}

impl Load {
    pub(super) fn print(&self, topology: &str, event: &str) {
        println!(
            "{topology:<9} {event:<34} {:>6} calls {:>6} unserved {:>4} wrong  slowest {:>6.1?}  longest gap {:>6.1?}",
            self.calls, self.unserved, self.wrong, self.slowest, self.gap
        );
    }
}

/// Writes and reads for many users until a little after `during` has ended.
pub(super) async fn load(cache: &Arc<RedisCache>, during: impl FnOnce() + Send + 'static) -> Load {
    let during = std::thread::spawn(during);
    let mut load = Load::default();
    let mut served_at = Instant::now();
    let mut after = 0;
    let mut round = 0_u8;
    while after < 50 {
        after += i32::from(during.is_finished());
        round = round.wrapping_add(1);
        let begun = Instant::now();
        let all = (0..12_u8).map(|user| {
            let cache = Arc::clone(cache);
            async move {
                let key = key(user, round);
                let begun = Instant::now();
                let since = cache.epoch(&key).await;
                cache
                    .put(&key, &exchanged(&format!("{user} {round}")), LIFETIME, since)
                    .await;
                let found = read(&cache, &key).await;
                let wrong = found
                    .as_ref()
                    .is_some_and(|found| *found != format!("{user} {round}"));
                (since.is_some() && found.is_some(), wrong, begun.elapsed())
            }
        });
        for (served, wrong, took) in futures_util::future::join_all(all).await {
            load.calls += 1;
            load.unserved += usize::from(!served);
            load.wrong += usize::from(wrong);
            load.slowest = load.slowest.max(took);
            if served {
                load.gap = load.gap.max(served_at.elapsed());
                served_at = Instant::now();
            }
        }
        assert!(
            begun.elapsed() < Duration::from_secs(6),
            "a round took {:?}",
            begun.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    load.gap = load.gap.max(served_at.elapsed());
    during.join().unwrap();
    load
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_is_used_whole_and_by_any_of_its_nodes() {
    let log = Log::start();
    let cluster = Cluster::start();
    let cache = cache_with(&patient_at(&cluster.url()));
    until("the cluster", async || is_reachable(&cache).await).await;
    for user in 0..24 {
        keep(&cache, &key(user, 1), "kept").await;
        assert_eq!(read(&cache, &key(user, 1)).await.as_deref(), Some("kept"));
        assert!(cache.lock(&key(user, 1)).await);
        cache.unlock(&key(user, 1)).await;
    }
    let kept: Vec<i64> = cluster.nodes[..3]
        .iter()
        .map(|node| redis::cmd("DBSIZE").query(&mut node.admin()).unwrap())
        .collect();
    assert!(kept.iter().all(|kept| *kept > 0), "{kept:?}");
    // The URL of a single server works as well: its replies show that it is a cluster node.
    for node in &cluster.nodes {
        let single = cache_with(&patient_at(&node.url()));
        until("the cluster by one node", async || is_reachable(&single).await).await;
        for user in 0..24 {
            assert_eq!(read(&single, &key(user, 1)).await.as_deref(), Some("kept"));
        }
    }
    // A sign-out is received at whichever node the listener is connected to.
    let (there, memory) = (
        cache_with(&patient_at(&cluster.nodes[5].url())),
        super::sign_outs::memory(),
    );
    there.attach(&memory);
    until("the cluster", async || is_reachable(&there).await).await;
    super::sign_outs::remember_for_good(&memory, &key(1, 1)).await;
    cache.sign_out(&[1; 32]).await.unwrap();
    assert_eq!(read(&cache, &key(1, 1)).await, None);
    until("the message", async || memory.get(&key(1, 1)).is_none()).await;
    assert!(
        log.lines().iter().all(|line| !line.contains("unavailable")),
        "{:#?}",
        log.lines()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_keeps_one_limit_on_a_cluster_that_is_named_by_one_node() {
    let cluster = Cluster::start();
    // At most one of these nodes owns the limiter's keys: the others' first reply is MOVED.
    let members: Vec<RedisCache> = cluster.nodes[..4]
        .iter()
        .map(|node| limited(&node.url(), 20, 10))
        .collect();
    for member in &members {
        until("the cluster", async || is_reachable(member).await).await;
    }
    let (seconds, _): (u64, u64) = redis::cmd("TIME").query(&mut cluster.nodes[0].admin()).unwrap();
    let owner = cluster.owner("acs-auth:{limiter}:next");
    redis::Cmd::set("acs-auth:{limiter}:next", (seconds - 60) * 1_000_000)
        .exec(&mut cluster.nodes[owner].admin())
        .unwrap();
    let mut now = 0;
    for _ in 0..10 {
        for member in &members {
            match member.admit().await {
                Some(Admission::Now) => now += 1,
                Some(Admission::Wait(_)) => {}
                None => panic!("each would limit for itself"),
            }
        }
    }
    assert_eq!(now, 10, "the burst of one limiter, not of four");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes half a minute: make test-redis runs it"]
async fn a_cluster_goes_on_while_slots_move_and_primaries_change() {
    let cluster = Arc::new(Cluster::start());
    let cache = Arc::new(cache_with(&at(&cluster.url())));
    until("the cluster", async || is_reachable(&cache).await).await;

    let moved = Arc::clone(&cluster);
    let names = Names::new("acs-auth").unwrap();
    let user = names.epoch(&[3; 32]);
    let resharding = load(&cache, move || {
        for to in [0, 1, 2, 0] {
            for key in [user.as_str(), "acs-auth:{limiter}:next"] {
                if moved.owner(key) != to {
                    moved.move_slot(key, to);
                }
            }
        }
    })
    .await;
    resharding.print("cluster", "resharding two slots under load");
    assert_eq!(resharding.wrong, 0);
    assert!(
        resharding.unserved * 20 <= resharding.calls,
        "{} of {}",
        resharding.unserved,
        resharding.calls
    );
    assert!(resharding.gap < DEADLINE, "{:?}", resharding.gap);

    let switched = Arc::clone(&cluster);
    let planned = load(&cache, move || {
        for node in 3..6 {
            ask(&switched.nodes[node], &["CLUSTER", "FAILOVER"]).unwrap();
            std::thread::sleep(Duration::from_secs(1));
        }
    })
    .await;
    planned.print("cluster", "CLUSTER FAILOVER of each primary");
    assert_eq!(planned.wrong, 0);
    assert!(planned.gap < DEADLINE, "{:?}", planned.gap);
    until("no degradation", async || is_reachable(&cache).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes half a minute: make test-redis runs it"]
async fn a_cluster_survives_a_primary_that_dies_and_one_that_freezes() {
    let mut cluster = Cluster::start();
    let cache = Arc::new(cache_with(&at(&cluster.url())));
    until("the cluster", async || is_reachable(&cache).await).await;
    let limiter = cluster.owner("acs-auth:{limiter}:next");
    cluster.nodes[limiter].kill();
    let begun = Instant::now();
    let died = load(&cache, || std::thread::sleep(Duration::from_secs(4))).await;
    died.print("cluster", "a primary killed");
    assert_eq!(died.wrong, 0);
    until("the limiter", async || cache.admit().await.is_some()).await;
    until("no degradation", async || is_reachable(&cache).await).await;
    assert!(begun.elapsed() < FAILOVER, "{:?}", begun.elapsed());

    let frozen = cluster.owner(&Names::new("acs-auth").unwrap().epoch(&[1; 32]));
    if frozen != limiter + 3 {
        cluster.nodes[frozen].pause();
        let begun = Instant::now();
        let froze = load(&cache, || std::thread::sleep(Duration::from_secs(4))).await;
        froze.print("cluster", "a primary frozen");
        assert_eq!(froze.wrong, 0);
        until("no degradation", async || is_reachable(&cache).await).await;
        assert!(begun.elapsed() < FAILOVER, "{:?}", begun.elapsed());
        cluster.nodes[frozen].resume();
    }
}

/// Calls for these users' keys for `during`, while others ask for user 1's: each call must be served within
/// its budget.
async fn all_are_served(cache: &Arc<RedisCache>, others: &[u8], during: Duration) {
    let asking = Arc::clone(cache);
    let needs_it = tokio::spawn(async move {
        loop {
            read(&asking, &key(1, 1)).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let (begun, mut round, mut calls, mut slowest) = (Instant::now(), 0_u8, 0, Duration::ZERO);
    while begun.elapsed() < during {
        round = round.wrapping_add(1);
        let all = others.iter().map(|user| {
            let cache = Arc::clone(cache);
            async move {
                let key = key(*user, round);
                let begun = Instant::now();
                let since = cache.epoch(&key).await;
                assert!(since.is_some(), "user {user} after {:?}", begun.elapsed());
                cache.put(&key, &exchanged("kept"), LIFETIME, since).await;
                assert_eq!(read(&cache, &key).await.as_deref(), Some("kept"), "user {user}");
                // The average of the three calls.
                begun.elapsed() / 3
            }
        });
        for took in futures_util::future::join_all(all).await {
            calls += 3;
            slowest = slowest.max(took);
        }
    }
    needs_it.abort();
    println!(
        "cluster   calls for the other shards         {calls:>6} calls, all served, slowest {slowest:.1?}"
    );
}

// On one thread, since the log collects only this thread's records.
#[tokio::test]
async fn a_node_that_hangs_or_dies_costs_only_the_calls_for_its_keys() {
    let log = Log::start();
    let mut cluster = Cluster::start_with(|_| {
        // No replica takes over: the node stays absent during this test.
        vec![
            "--cluster-replica-no-failover".into(),
            "yes".into(),
            "--cluster-require-full-coverage".into(),
            "no".into(),
        ]
    });
    // A budget that even a busy machine meets, and a connection timeout that exceeds it.
    let budget = Duration::from_secs(2);
    let cache = Arc::new(cache_with(&RedisOptions {
        timeout: budget,
        connect_timeout: Duration::from_secs(8),
        ..at(&cluster.url())
    }));
    until("the cluster", async || is_reachable(&cache).await).await;
    let owner = |user: u8| cluster.owner(&Names::new("acs-auth").unwrap().epoch(&[user; 32]));
    let hangs = owner(1);
    let others: Vec<u8> = (2..26).filter(|user| owner(*user) != hangs).collect();
    cluster.nodes[hangs].pause();
    all_are_served(&cache, &others, Duration::from_secs(10)).await;
    // By now, calls that need the node fail at once, except for an occasional probe.
    let mut quick = 0;
    for _ in 0..50 {
        let begun = Instant::now();
        assert_eq!(read(&cache, &key(1, 1)).await, None);
        quick += usize::from(begun.elapsed() < budget / 2);
    }
    assert!(quick > 25, "{quick} of 50");
    cluster.nodes[hangs].resume();
    until("the node", async || {
        cache.epoch(&key(1, 1)).await.is_some() && is_reachable(&cache).await
    })
    .await;
    let lines = log.lines();
    let of_the_node = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!(of_the_node("does not answer"), 1, "{lines:#?}");
    assert_eq!(of_the_node("answers again"), 1, "{lines:#?}");
    assert_eq!(of_the_node("unavailable"), 0, "{lines:#?}");

    cluster.nodes[hangs].kill();
    all_are_served(&cache, &others, Duration::from_secs(3)).await;
    cluster.nodes[hangs].restart();
    until("the node", async || cache.epoch(&key(1, 1)).await.is_some()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_server_that_dies_freezes_or_is_restarted() {
    let mut server = RedisServer::start();
    let cache = Arc::new(cache_with(&at(&server.url())));
    until("the server", async || is_reachable(&cache).await).await;
    server.pause();
    let froze = load(&cache, || std::thread::sleep(Duration::from_secs(2))).await;
    froze.print("single", "frozen for two seconds");
    server.resume();
    until("no degradation", async || is_reachable(&cache).await).await;
    server.kill();
    let died = load(&cache, || std::thread::sleep(Duration::from_secs(2))).await;
    died.print("single", "killed");
    server.restart();
    let begun = Instant::now();
    until("no degradation", async || is_reachable(&cache).await).await;
    assert!(begun.elapsed() < DEADLINE);
    let well = load(&cache, || {}).await;
    well.print("single", "restarted");
    assert_eq!((well.unserved, well.wrong), (0, 0));
}
