//! Tests with a real redis-server.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod breaker;
mod credentials;
mod demotions;
mod error_replies;
#[path = "../../../../tests/redis/groups.rs"]
mod groups;
mod hostile;
mod limiter;
mod locks;
mod log;
mod options;
mod outages;
mod returned;
mod sealing;
mod sentinels;
mod sign_outs;
mod tasks;
mod tls;
mod topologies;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{RedisCache, RedisOptions, SealingKey};
use crate::Secret;
use crate::cache::{
    CacheKey, Exchanged, Limits, Reservation, ReservationRequest, SharedCache as _, SharedLimiter as _,
};
use crate::models::AccessToken;

use self::server::RedisServer;
use crate::redis_server as server;

const LIFETIME: Duration = Duration::from_secs(600);
/// Long enough for a busy machine; no test depends on its length.
const BUDGET: Duration = Duration::from_millis(400);

fn sealing_key(byte: u8) -> SealingKey {
    use base64::Engine as _;
    SealingKey::from_base64(&base64::engine::general_purpose::STANDARD.encode([byte; 32])).unwrap()
}

fn options(server: &RedisServer) -> RedisOptions {
    RedisOptions {
        timeout: BUDGET,
        breaker_reset_timeout: Duration::from_millis(20),
        breaker_max_reset_timeout: Duration::from_millis(100),
        ..RedisOptions::new(server.url(), sealing_key(1))
    }
}

/// The limiter's answer to a request that does not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admission {
    Now,
    Wait(Duration),
}

impl RedisCache {
    /// Reserves a slot at once, counted against no user.
    async fn admit(&self) -> Option<Admission> {
        let request = ReservationRequest {
            user: None,
            max_wait: Duration::ZERO,
            takes_slot: true,
        };
        match self.reserve(&request).await?.reservation {
            Reservation::In(_) => Some(Admission::Now),
            Reservation::Limited(wait) => Some(Admission::Wait(wait)),
            Reservation::UserLimited(wait) => panic!("no user: {wait:?}"),
        }
    }
}

fn cache_with(options: &RedisOptions) -> RedisCache {
    RedisCache::new(options, Limits::default(), Arc::new(SystemTime::now), None).unwrap()
}

fn cache(server: &RedisServer) -> RedisCache {
    cache_with(&options(server))
}

fn key(user: u8, entry: u8) -> CacheKey {
    CacheKey {
        entry: [entry; 32],
        user: [user; 32],
    }
}

fn exchanged(text: &str) -> Exchanged {
    token(text).into()
}

fn token(text: &str) -> AccessToken {
    AccessToken {
        token: Secret::new(text),
        expires_on: SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000),
    }
}

async fn is_reachable(cache: &RedisCache) -> bool {
    cache.degradation().await.is_none()
}

async fn keep(cache: &RedisCache, key: &CacheKey, text: &str) {
    let since = cache.epoch(key).await;
    assert!(since.is_some());
    cache.put(key, &exchanged(text), LIFETIME, since).await;
}

async fn read(cache: &RedisCache, key: &CacheKey) -> Option<String> {
    Some(cache.get(key).await?.exchanged.token.token.expose().to_owned())
}

/// Waits until the condition holds; fails after 20 s.
async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let asked = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(20), asked).await.is_ok(),
        "never came: {what}"
    );
}

/// Waits until everything is served; fails after 20 s and names what is not.
async fn until_reachable(cache: &RedisCache) {
    let mut last = None;
    let asked = async {
        loop {
            match cache.degradation().await {
                None => return,
                degradation => last = degradation,
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(20), asked).await;
    assert!(came.is_ok(), "never reachable: {last:?}");
}

#[tokio::test]
async fn what_is_put_is_read_by_another_process() {
    let server = RedisServer::start();
    keep(&cache(&server), &key(1, 1), "the token").await;
    let other = cache(&server);
    let kept = other.get(&key(1, 1)).await.unwrap();
    assert_eq!(kept.exchanged.token, token("the token"));
    assert!(kept.lifetime <= LIFETIME && kept.lifetime > LIFETIME - Duration::from_secs(60));
    assert_eq!(read(&other, &key(1, 2)).await, None);
}

#[tokio::test]
async fn an_entry_ends_with_its_lifetime() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let since = cache.epoch(&key(1, 1)).await;
    cache
        .put(&key(1, 1), &exchanged("short"), Duration::from_millis(300), since)
        .await;
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("short"));
    until("the end of the entry", async || {
        read(&cache, &key(1, 1)).await.is_none()
    })
    .await;
    cache
        .put(&key(1, 1), &exchanged("none"), Duration::ZERO, since)
        .await;
    assert_eq!(read(&cache, &key(1, 1)).await, None);
}

#[tokio::test]
async fn nothing_in_redis_tells_who_or_what() {
    let server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "the very token").await;
    cache.sign_out(&[2; 32]).await.unwrap();
    assert!(cache.lock(&key(1, 1)).await);
    let request = ReservationRequest {
        user: Some(&[1; 32]),
        max_wait: Duration::from_secs(10),
        takes_slot: true,
    };
    let answer = cache.reserve(&request).await.unwrap();
    cache.give_back(&[answer.slot.unwrap()]).await;
    cache.pause(Duration::from_secs(1)).await;
    let mut admin = server.admin();
    let mut keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut admin).unwrap();
    keys.sort();
    let user = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    let signed_out = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
    assert_eq!(
        keys,
        [
            format!("acs-auth:{{{user}}}:entries"),
            format!("acs-auth:{{{user}}}:entry:{user}"),
            format!("acs-auth:{{{user}}}:epoch"),
            format!("acs-auth:{{{user}}}:lock:{user}"),
            format!("acs-auth:{{{signed_out}}}:epoch"),
            "acs-auth:{limiter}:extras".into(),
            "acs-auth:{limiter}:moved".into(),
            "acs-auth:{limiter}:moves".into(),
            "acs-auth:{limiter}:next".into(),
            "acs-auth:{limiter}:pause".into(),
            "acs-auth:{limiter}:returned".into(),
            format!("acs-auth:{{limiter}}:user:{user}"),
        ]
    );
    let value: Vec<u8> = redis::Cmd::get(&keys[1]).query(&mut admin).unwrap();
    assert!(!String::from_utf8_lossy(&value).contains("token"));
    for key in keys {
        let expires: i64 = redis::cmd("PTTL").arg(&key).query(&mut admin).unwrap();
        assert!(expires > 0, "{key} is kept for ever");
    }
}
