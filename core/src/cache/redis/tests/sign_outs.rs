//! Sign-outs: in Redis, during an exchange, and in the memory of other processes.

use super::*;
use crate::cache::MemoryCache;
use crate::cache::redis::names::Names;

pub(super) fn memory() -> Arc<MemoryCache> {
    Arc::new(MemoryCache::new(1 << 20, Arc::new(SystemTime::now)))
}

fn remember(memory: &MemoryCache, key: &CacheKey) {
    let session = memory.begin(&key.user);
    memory.put(key, &session, &exchanged("kept"), LIFETIME);
    assert!(memory.get(key).is_some());
}

/// A cache with a memory cache, subscribed to sign-outs.
pub(super) async fn listening(server: &RedisServer) -> (RedisCache, Arc<MemoryCache>) {
    let (cache, memory) = (cache(server), memory());
    cache.attach(&memory);
    assert!(is_reachable(&cache).await);
    subscribers(server, 1).await;
    (cache, memory)
}

pub(super) async fn subscribers(server: &RedisServer, least: i64) {
    until("the subscription", async || {
        let counts: (String, i64) = redis::cmd("PUBSUB")
            .arg("NUMSUB")
            .arg("acs-auth:sign-outs")
            .query(&mut server.admin())
            .unwrap();
        counts.1 >= least
    })
    .await;
}

/// Caches an entry, again and again until it stays: a new subscription removes all entries.
pub(super) async fn remember_for_good(memory: &MemoryCache, key: &CacheKey) {
    until("an entry that stays", async || {
        if memory.get(key).is_none() {
            remember(memory, key);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        memory.get(key).is_some()
    })
    .await;
}

#[tokio::test]
async fn a_sign_out_removes_all_of_the_user_and_nothing_else() {
    let server = RedisServer::start();
    let (here, there) = (cache(&server), cache(&server));
    for entry in 1..=20 {
        keep(&here, &key(1, entry), "one").await;
    }
    keep(&here, &key(2, 1), "two").await;
    there.sign_out(&[1; 32]).await.unwrap();
    for entry in 1..=20 {
        assert_eq!(read(&here, &key(1, entry)).await, None);
    }
    assert_eq!(read(&here, &key(2, 1)).await.as_deref(), Some("two"));
    keep(&here, &key(1, 1), "again").await;
    assert_eq!(read(&there, &key(1, 1)).await.as_deref(), Some("again"));
}

#[tokio::test]
async fn an_exchange_that_began_before_the_sign_out_is_not_kept() {
    let server = RedisServer::start();
    let (here, there) = (cache(&server), cache(&server));
    let since = here.epoch(&key(1, 1)).await;
    assert_eq!(there.epoch(&key(1, 2)).await, since, "the epoch is the user's");
    there.sign_out(&[1; 32]).await.unwrap();
    here.put(&key(1, 1), &exchanged("late"), LIFETIME, since).await;
    assert_eq!(read(&here, &key(1, 1)).await, None);
    here.put(&key(1, 1), &exchanged("blind"), LIFETIME, None).await;
    assert_eq!(read(&here, &key(1, 1)).await, None);
}

#[tokio::test]
async fn a_lost_epoch_lets_nothing_in_that_began_before() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let since = cache.epoch(&key(1, 1)).await;
    cache.sign_out(&[1; 32]).await.unwrap();
    server.flush();
    cache.put(&key(1, 1), &exchanged("late"), LIFETIME, since).await;
    assert_eq!(read(&cache, &key(1, 1)).await, None);
    assert_ne!(cache.epoch(&key(1, 1)).await, since);
}

#[tokio::test]
async fn the_list_of_a_users_entries_drops_what_expired() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let since = cache.epoch(&key(1, 1)).await;
    for entry in 1..=5 {
        cache
            .put(
                &key(1, entry),
                &exchanged("short"),
                Duration::from_millis(200),
                since,
            )
            .await;
    }
    let mut admin = server.admin();
    let last = Names::new("acs-auth").unwrap().entry(&key(1, 5));
    until("the end of the entries", async || {
        let left: i64 = redis::cmd("EXISTS")
            .arg(&last)
            .query(&mut server.admin())
            .unwrap();
        left == 0
    })
    .await;
    cache.put(&key(1, 6), &exchanged("long"), LIFETIME, since).await;
    let list = "acs-auth:{AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE}:entries";
    let listed: i64 = redis::cmd("ZCARD").arg(list).query(&mut admin).unwrap();
    assert_eq!(listed, 1);
    cache
        .put(&key(1, 7), &exchanged("short"), Duration::from_millis(200), since)
        .await;
    let left: i64 = redis::cmd("PTTL").arg(list).query(&mut admin).unwrap();
    assert!(
        left > 500_000,
        "the list must outlive its longest entry: {left} ms"
    );
}

#[tokio::test]
async fn the_memory_of_other_processes_hears_of_it() {
    let server = RedisServer::start();
    let here = cache(&server);
    let (_there, memory) = listening(&server).await;
    remember_for_good(&memory, &key(2, 2)).await;
    remember_for_good(&memory, &key(1, 1)).await;
    here.sign_out(&[1; 32]).await.unwrap();
    until("the message", async || memory.get(&key(1, 1)).is_none()).await;
    assert!(memory.get(&key(2, 2)).is_some());
}

#[tokio::test]
async fn a_lost_subscription_empties_the_memory_and_is_made_again() {
    let mut server = RedisServer::start();
    let (_cache, memory) = listening(&server).await;
    remember_for_good(&memory, &key(1, 1)).await;
    server.kill();
    until("an empty memory", async || memory.get(&key(1, 1)).is_none()).await;
    remember(&memory, &key(1, 1));
    server.restart();
    subscribers(&server, 1).await;
    until("an empty memory", async || memory.get(&key(1, 1)).is_none()).await;
    remember_for_good(&memory, &key(1, 1)).await;
    cache(&server).sign_out(&[1; 32]).await.unwrap();
    until("the message", async || memory.get(&key(1, 1)).is_none()).await;
}

#[tokio::test]
async fn a_message_that_makes_no_sense_empties_the_memory() {
    let server = RedisServer::start();
    let (_cache, memory) = listening(&server).await;
    remember_for_good(&memory, &key(1, 1)).await;
    redis::cmd("PUBLISH")
        .arg("acs-auth:sign-outs")
        .arg("what?")
        .exec(&mut server.admin())
        .unwrap();
    until("an empty memory", async || memory.get(&key(1, 1)).is_none()).await;
}

#[tokio::test]
async fn subscriptions_that_end_at_once_are_renewed_ever_more_rarely() {
    let server = RedisServer::start();
    let (_cache, _memory) = listening(&server).await;
    let mut admin = server.admin();
    let begun = std::time::Instant::now();
    let mut ended = 0;
    while begun.elapsed() < Duration::from_secs(3) {
        let mut kill = redis::cmd("CLIENT");
        ended += kill
            .arg("KILL")
            .arg("TYPE")
            .arg("pubsub")
            .query::<i64>(&mut admin)
            .unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // At least 0.1, 0.2, 0.4, 0.8 and 1.6 s apart.
    assert!((2..=6).contains(&ended), "{ended} in 3 s");
}
