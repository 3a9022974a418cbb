//! The background tasks and their runtimes.

use futures_util::FutureExt as _;

use super::*;
use crate::cache::MemoryCache;

fn alive() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

#[tokio::test]
async fn tasks_end_with_the_cache_and_do_not_pile_up() {
    let mut server = RedisServer::start();
    let memory = Arc::new(MemoryCache::new(1 << 20, Arc::new(SystemTime::now)));
    let cache = cache(&server);
    cache.attach(&memory);
    let before = alive();
    for _ in 0..5 {
        until_reachable(&cache).await;
        server.kill();
        for _ in 0..10 {
            assert!(!is_reachable(&cache).await);
        }
        server.restart();
    }
    until_reachable(&cache).await;
    // The tasks of the connection, of the listener, and of the listener's own connection.
    until("a few tasks", async || alive() - before <= 3).await;
    drop(cache);
    until("no task", async || alive() == before).await;
}

#[test]
fn a_runtime_that_ends_is_followed_by_the_next() {
    let server = RedisServer::start();
    let cache = cache(&server);
    for round in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            until_reachable(&cache).await;
            keep(&cache, &key(1, 1), &round.to_string()).await;
        });
    }
}

#[test]
fn without_a_runtime_there_is_no_cache_and_no_panic() {
    let server = RedisServer::start();
    let cache = cache(&server);
    assert_eq!(cache.get(&key(1, 1)).now_or_never(), Some(None));
    assert_eq!(is_reachable(&cache).now_or_never(), Some(false));
}

#[tokio::test]
async fn a_cancelled_probe_does_not_close_the_way_back() {
    let server = RedisServer::start();
    let cache = cache(&server);
    assert!(is_reachable(&cache).await);
    server.pause();
    for _ in 0..3 {
        assert!(!is_reachable(&cache).await);
    }
    tokio::time::sleep(Duration::from_millis(30)).await;
    let probe = tokio::time::timeout(Duration::from_millis(10), is_reachable(&cache)).await;
    assert!(probe.is_err(), "it was no probe");
    server.resume();
    until_reachable(&cache).await;
}
