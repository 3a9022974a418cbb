//! Real sentinels, while the primary changes.

use std::time::Instant;

use super::groups::{SERVICE, Watched, ask};
use super::topologies::{DEADLINE, FAILOVER, at, load};
use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes half a minute: make test-redis runs it"]
async fn sentinels_lead_to_the_new_primary() {
    let mut watched = Watched::start();
    let cache = Arc::new(cache_with(&at(&watched.url())));
    let memory = super::sign_outs::memory();
    cache.attach(&memory);
    until("the primary", async || is_reachable(&cache).await).await;
    keep(&cache, &key(200, 1), "before").await;

    let sentinel_port = watched.sentinels[0].port();
    let switched = load(&cache, move || {
        let url = format!("redis://:of-sentinels@127.0.0.1:{sentinel_port}");
        let mut admin = redis::Client::open(url).unwrap().get_connection().unwrap();
        redis::cmd("SENTINEL")
            .arg(&["FAILOVER", SERVICE])
            .exec(&mut admin)
            .unwrap();
        std::thread::sleep(Duration::from_secs(4));
    })
    .await;
    switched.print("sentinel", "SENTINEL FAILOVER");
    assert_eq!(switched.wrong, 0);
    assert!(switched.gap < DEADLINE, "{:?}", switched.gap);
    let until_it_is = Instant::now();
    until("the new primary", async || {
        watched.is_primary(1) && is_reachable(&cache).await
    })
    .await;
    assert!(until_it_is.elapsed() < DEADLINE);
    assert_eq!(read(&cache, &key(200, 1)).await.as_deref(), Some("before"));

    // A frozen sentinel causes no delay.
    watched.sentinels[0].pause();
    until("the replica", async || {
        !watched.is_primary(0)
            && matches!(ask(&watched.servers[0], &["INFO", "replication"]),
                Ok(redis::Value::BulkString(text)) if String::from_utf8_lossy(&text).contains("master_link_status:up"))
    })
    .await;
    watched.servers[1].kill();
    let begun = Instant::now();
    let died = load(&cache, || std::thread::sleep(Duration::from_secs(6))).await;
    died.print("sentinel", "the primary killed, a sentinel frozen");
    until("the new primary", async || is_reachable(&cache).await).await;
    assert!(begun.elapsed() < FAILOVER, "{:?}", begun.elapsed());
    super::sign_outs::remember_for_good(&memory, &key(200, 1)).await;
    cache_with(&at(&watched.url()))
        .sign_out(&[200; 32])
        .await
        .unwrap();
    until("the message", async || memory.get(&key(200, 1)).is_none()).await;
    watched.sentinels[0].resume();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planned_switch_by_sentinels_is_followed() {
    let watched = Watched::start();
    let cache = cache_with(&at(&watched.url()));
    until("the primary", async || is_reachable(&cache).await).await;
    keep(&cache, &key(1, 1), "before").await;
    let mut admin = watched.sentinels[0].admin_with("of-sentinels");
    redis::cmd("SENTINEL")
        .arg(&["FAILOVER", SERVICE])
        .exec(&mut admin)
        .unwrap();
    until("the switch", async || {
        watched.is_primary(1) && !watched.is_primary(0)
    })
    .await;
    let begun = Instant::now();
    until("the new primary", async || is_reachable(&cache).await).await;
    assert!(begun.elapsed() < DEADLINE, "{:?}", begun.elapsed());
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("before"));
    // The sentinels have another password than the servers.
    let wrong = cache_with(&at(&watched.url().replace("of-sentinels", "wrong")));
    assert!(!is_reachable(&wrong).await);
    let reason = wrong.degradation().await.unwrap().reason;
    assert!(reason.contains("WRONGPASS"), "{reason}");
}
