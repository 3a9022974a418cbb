//! A Redis that is killed, paused, restarted, flushed or absent.

use std::time::Instant;

use super::log::Log;
use super::*;

/// Longer than a call's budget, with a margin for a busy machine. A call without a timeout would never end.
const SOON: Duration = Duration::from_secs(6);

/// Checks that every kind of call ends soon, as if the cache were empty.
async fn every_call_ends(cache: &RedisCache) {
    let begun = Instant::now();
    assert_eq!(read(cache, &key(1, 1)).await, None);
    assert!(begun.elapsed() < SOON);
    let begun = Instant::now();
    cache.put(&key(1, 1), &exchanged("lost"), LIFETIME, Some(1)).await;
    assert!(begun.elapsed() < SOON);
    let begun = Instant::now();
    assert_eq!(cache.epoch(&key(1, 1)).await, None);
    assert!(begun.elapsed() < SOON);
    let begun = Instant::now();
    assert!(cache.sign_out(&[1; 32]).await.is_err());
    assert!(begun.elapsed() < SOON);
    let begun = Instant::now();
    assert_eq!(cache.admit().await, None);
    assert!(begun.elapsed() < SOON);
    let begun = Instant::now();
    cache.pause(LIFETIME).await;
    assert!(cache.lock(&key(1, 1)).await, "nobody else can be told to hold it");
    cache.unlock(&key(1, 1)).await;
    assert!(!is_reachable(cache).await);
    assert!(begun.elapsed() < 4 * SOON);
}

/// Checks that the breaker logged its opening and its closing, once each.
fn assert_two_lines(log: &Log) {
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines[0].starts_with("WARN") && lines[0].contains("Redis is unavailable"),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].starts_with("INFO") && lines[1].contains("Redis is available again"),
        "{}",
        lines[1]
    );
}

#[tokio::test]
async fn a_killed_redis_is_done_without_and_found_again() {
    let log = Log::start();
    let mut server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    server.kill();
    every_call_ends(&cache).await;
    every_call_ends(&cache).await;
    server.restart();
    until_reachable(&cache).await;
    assert_eq!(read(&cache, &key(1, 1)).await, None);
    keep(&cache, &key(1, 1), "after").await;
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("after"));
    assert_two_lines(&log);
}

#[tokio::test]
async fn a_paused_redis_holds_nobody_up() {
    let log = Log::start();
    let server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    server.pause();
    every_call_ends(&cache).await;
    server.resume();
    until_reachable(&cache).await;
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("before"));
    assert_two_lines(&log);
}

#[tokio::test]
async fn a_restart_between_two_calls_is_not_noticed() {
    let log = Log::start();
    let mut server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    server.restart();
    until_reachable(&cache).await;
    keep(&cache, &key(1, 1), "after").await;
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("after"));
    assert_eq!(log.lines(), [""; 0]);
}

#[tokio::test]
async fn a_flushed_redis_is_empty() {
    let server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    server.flush();
    assert_eq!(read(&cache, &key(1, 1)).await, None);
    keep(&cache, &key(1, 1), "after").await;
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("after"));
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_holds_nobody_up() {
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let cache = cache_with(&RedisOptions {
        timeout: Duration::from_millis(100),
        ..RedisOptions::new(url, sealing_key(1))
    });
    every_call_ends(&cache).await;
}

#[tokio::test]
async fn while_redis_is_left_alone_calls_return_at_once() {
    let server = RedisServer::start();
    let cache = cache_with(&RedisOptions {
        breaker_reset_timeout: Duration::from_secs(60),
        breaker_max_reset_timeout: Duration::from_secs(60),
        timeout: Duration::from_secs(2),
        ..options(&server)
    });
    assert!(is_reachable(&cache).await);
    server.pause();
    for _ in 0..3 {
        assert!(!is_reachable(&cache).await);
    }
    let begun = Instant::now();
    for _ in 0..1000 {
        assert!(!is_reachable(&cache).await);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "one of a thousand was sent to a Redis that is paused"
    );
}

#[tokio::test]
async fn a_refused_password_is_an_outage_and_is_not_shown() {
    let log = Log::start();
    let server = RedisServer::start_with(|_| vec!["--requirepass".into(), "the-right-one".into()]);
    let wrong = cache_with(&RedisOptions {
        password: Some("the-wrong-one".into()),
        ..options(&server)
    });
    until("an open breaker", async || {
        assert!(!is_reachable(&wrong).await);
        !log.lines().is_empty()
    })
    .await;
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(!lines[0].contains("the-wrong-one") && !format!("{wrong:?}").contains("the-wrong-one"));
    let right = cache_with(&RedisOptions {
        url: format!("redis://:the%2Dright-one@127.0.0.1:{}/3", server.port()).into(),
        ..options(&server)
    });
    keep(&right, &key(1, 1), "kept").await;
    assert_eq!(read(&right, &key(1, 1)).await.as_deref(), Some("kept"));
}

/// A proxy that delays each answer by `longer`. When `freeze` changes, the connections of that moment stay
/// open but transfer nothing any more.
async fn relay(to: u16, freeze: tokio::sync::watch::Receiver<u32>, longer: Duration) -> u16 {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut frozen = freeze.clone();
            frozen.mark_unchanged();
            tokio::spawn(async move {
                let mut server = tokio::net::TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                tokio::select! {
                    () = copy(&mut client, &mut server, longer) => {}
                    _ = frozen.changed() => std::future::pending().await,
                }
            });
        }
    });
    port
}

async fn copy(client: &mut tokio::net::TcpStream, server: &mut tokio::net::TcpStream, longer: Duration) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let answers = async {
        let mut answer = [0; 4096];
        while let Ok(length @ 1..) = from_server.read(&mut answer).await {
            tokio::time::sleep(longer).await;
            if to_client.write_all(&answer[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
        () = answers => {}
    }
}

#[tokio::test]
async fn a_connection_that_is_half_open_is_replaced() {
    let log = Log::start();
    let server = RedisServer::start();
    let (freeze, frozen) = tokio::sync::watch::channel(0);
    let port = relay(server.port(), frozen, Duration::ZERO).await;
    let cache = cache_with(&RedisOptions {
        url: format!("redis://127.0.0.1:{port}").into(),
        ..options(&server)
    });
    keep(&cache, &key(1, 1), "before").await;
    freeze.send(1).unwrap();
    for _ in 0..3 {
        let begun = Instant::now();
        assert!(!is_reachable(&cache).await);
        assert!(begun.elapsed() < SOON);
    }
    until_reachable(&cache).await;
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("before"));
    assert_two_lines(&log);
}

/// A connection fits into a call's budget, and so does a command, but not both. A connection that was opened
/// too late for one call serves the next.
#[tokio::test]
async fn a_server_that_connects_slowly_and_answers_slowly_is_found_again() {
    const BUDGET: Duration = Duration::from_millis(1500);
    const SLOW: Duration = Duration::from_millis(900);
    let password = || vec!["--requirepass".into(), "the-right-one".into()];
    let server = RedisServer::start_with(|_| password());
    let (freeze, frozen) = tokio::sync::watch::channel(0);
    let relayed = relay(server.port(), frozen, SLOW).await;
    let cache_at = |port: u16| {
        cache_with(&RedisOptions {
            url: format!("redis://:the-right-one@127.0.0.1:{port}").into(),
            timeout: BUDGET,
            connect_timeout: Duration::from_secs(10),
            // Long enough to be seen on a busy machine.
            breaker_reset_timeout: Duration::from_secs(1),
            breaker_max_reset_timeout: Duration::from_secs(1),
            ..options(&server)
        })
    };
    let epoch = async |cache: &RedisCache| cache.epoch(&key(1, 1)).await.is_some();
    // Loads the script; otherwise its first use would take two answers.
    let direct = cache_at(server.port());
    until("a connection", async || epoch(&direct).await).await;
    let cache = cache_at(relayed);
    until("a slow connection", async || epoch(&cache).await).await;
    freeze.send(1).unwrap();
    until("an open breaker", async || {
        let begun = Instant::now();
        !epoch(&cache).await && begun.elapsed() < SLOW / 2
    })
    .await;
    until("a Redis that answers", async || epoch(&cache).await).await;
}
