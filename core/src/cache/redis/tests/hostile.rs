//! Values in Redis may have been written by anyone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::Admission;
use super::*;
use crate::cache::LONGEST_PAUSE;
use crate::cache::redis::names::Names;

const LIMITER: &str = "acs-auth:{limiter}:next";
const PAUSE: &str = "acs-auth:{limiter}:pause";

/// Texts that are no numbers, too large, or not formatted as this library does.
const NONSENSE: [&str; 12] = [
    "nan",
    "-nan",
    "inf",
    "1e308",
    "-1",
    "0x7fffffffffffff",
    "9007199254740993",
    "99999999999999999999999999",
    "12 ",
    "",
    "\u{0}",
    "1.5",
];

fn set(server: &RedisServer, key: &str, value: &str) {
    redis::Cmd::set(key, value).exec(&mut server.admin()).unwrap();
}

/// The other types of values, each with the command that writes one.
fn other_types(key: &str) -> [(&'static str, redis::Cmd); 4] {
    [
        ("list", redis::cmd("RPUSH").arg(key).arg("x").clone()),
        ("set", redis::cmd("SADD").arg(key).arg("x").clone()),
        ("hash", redis::cmd("HSET").arg(key).arg("x").arg("y").clone()),
        (
            "stream",
            redis::cmd("XADD").arg(key).arg("*").arg("x").arg("y").clone(),
        ),
    ]
}

fn names() -> Names {
    Names::new("acs-auth").unwrap()
}

async fn admits(cache: &RedisCache, what: &str) {
    match cache.admit().await {
        Some(Admission::Now) => {}
        // The burst counts as used up, and no more.
        Some(Admission::Wait(wait)) if wait <= Limits::default().interval() => {}
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn a_pause_that_we_would_not_write_stops_nobody() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let mut admin = server.admin();
    let (seconds, _): (u64, u64) = redis::cmd("TIME").query(&mut admin).unwrap();
    for days in [30, 1, 36_500] {
        set(
            &server,
            PAUSE,
            &((seconds + days * 86_400) * 1_000_000).to_string(),
        );
        admits(&cache, &format!("a pause of {days} days")).await;
        // A pause by this library still replaces it.
        cache.pause(Duration::from_secs(20)).await;
        let Some(Admission::Wait(wait)) = cache.admit().await else {
            panic!("no pause");
        };
        assert!(
            wait > Duration::from_secs(10) && wait <= LONGEST_PAUSE,
            "{wait:?}"
        );
    }
    cache.pause(Duration::from_secs(30 * 86_400)).await;
    let Some(Admission::Wait(wait)) = cache.admit().await else {
        panic!("no pause");
    };
    assert!(wait <= LONGEST_PAUSE, "{wait:?}");
}

#[tokio::test]
async fn nonsense_in_the_limiter_neither_opens_nor_closes_it() {
    let server = RedisServer::start();
    let cache = cache(&server);
    for name in [LIMITER, PAUSE] {
        for nonsense in NONSENSE {
            server.flush();
            set(&server, name, nonsense);
            let mut now = 0;
            for _ in 0..5 {
                match cache.admit().await {
                    Some(Admission::Now) => now += 1,
                    Some(Admission::Wait(wait)) => {
                        assert!(
                            wait <= Limits::default().interval(),
                            "{name} {nonsense:?}: {wait:?}"
                        );
                    }
                    None => panic!("{name} {nonsense:?} is an outage"),
                }
            }
            assert!(now <= 1, "{name} {nonsense:?} lets {now} of 5 go at once");
        }
        for (kind, command) in other_types(name) {
            redis::cmd("DEL").arg(name).exec(&mut server.admin()).unwrap();
            command.exec(&mut server.admin()).unwrap();
            admits(&cache, &format!("{name} is a {kind}")).await;
        }
    }
    assert_eq!(cache.degradation().await, None);
}

#[tokio::test]
async fn nonsense_in_a_users_keys_heals() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let user = key(1, 1);
    let keys = [
        names().epoch(&user.user),
        names().entry(&user),
        names().entries(&user.user),
    ];
    for name in &keys {
        for nonsense in NONSENSE {
            server.flush();
            set(&server, name, nonsense);
            keep(&cache, &user, "kept").await;
            assert_eq!(
                read(&cache, &user).await.as_deref(),
                Some("kept"),
                "{name} {nonsense:?}"
            );
            set(&server, name, nonsense);
            cache.sign_out(&user.user).await.unwrap();
        }
        for kind in ["RPUSH", "SADD", "PFADD"] {
            server.flush();
            redis::cmd(kind)
                .arg(name)
                .arg("x")
                .exec(&mut server.admin())
                .unwrap();
            assert_eq!(read(&cache, &user).await, None, "{name} {kind}");
            keep(&cache, &user, "kept").await;
            assert_eq!(
                read(&cache, &user).await.as_deref(),
                Some("kept"),
                "{name} {kind}"
            );
            redis::cmd("DEL").arg(name).exec(&mut server.admin()).unwrap();
            redis::cmd(kind)
                .arg(name)
                .arg("x")
                .exec(&mut server.admin())
                .unwrap();
            cache.sign_out(&user.user).await.unwrap();
        }
    }
    assert_eq!(cache.degradation().await, None);
}

#[tokio::test]
async fn a_sign_out_is_not_lost_in_an_epoch_of_the_future() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let user = key(1, 1);
    for epoch in ["9007199254740992", "9999999999999999", "4102444800000000"] {
        set(&server, &names().epoch(&user.user), epoch);
        let since = cache.epoch(&user).await;
        assert!(since.is_some(), "{epoch}");
        cache.sign_out(&user.user).await.unwrap();
        cache.put(&user, &exchanged("late"), LIFETIME, since).await;
        assert_eq!(read(&cache, &user).await, None, "{epoch}");
        assert_ne!(cache.epoch(&user).await, since, "{epoch}");
    }
}

#[tokio::test]
async fn a_sign_out_removes_nothing_that_is_not_the_users() {
    let server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(2, 2), "theirs").await;
    keep(&cache, &key(1, 1), "mine").await;
    let list = names().entries(&[1; 32]);
    for foreign in [names().entry(&key(2, 2)), LIMITER.into(), "somebody:else".into()] {
        redis::cmd("ZADD")
            .arg(&list)
            .arg("9e15")
            .arg(foreign)
            .exec(&mut server.admin())
            .unwrap();
    }
    redis::cmd("ZADD")
        .arg(&list)
        .arg("+inf")
        .arg("x")
        .exec(&mut server.admin())
        .unwrap();
    set(&server, "somebody:else", "1");
    cache.admit().await;
    cache.sign_out(&[1; 32]).await.unwrap();
    assert_eq!(read(&cache, &key(1, 1)).await, None);
    assert_eq!(read(&cache, &key(2, 2)).await.as_deref(), Some("theirs"));
    let left: i64 = redis::cmd("EXISTS")
        .arg(&[LIMITER, "somebody:else"])
        .query(&mut server.admin())
        .unwrap();
    assert_eq!(left, 2);
}

#[tokio::test]
async fn the_list_of_a_users_entries_is_bounded_whatever_stands_in_it() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let list = names().entries(&[1; 32]);
    let mut many = redis::cmd("ZADD");
    many.arg(&list);
    for number in 0..5_000 {
        many.arg("+inf").arg(format!("x{number}"));
    }
    many.exec(&mut server.admin()).unwrap();
    keep(&cache, &key(1, 1), "kept").await;
    let listed: i64 = redis::cmd("ZCARD").arg(&list).query(&mut server.admin()).unwrap();
    assert_eq!(listed, 1, "what no entry of ours could have is gone");
    let left: i64 = redis::cmd("PTTL").arg(&list).query(&mut server.admin()).unwrap();
    assert!(left > 0 && left <= 86_402_000, "{left} ms");
}

#[tokio::test]
async fn a_lock_that_never_ends_is_taken_over() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let name = names().lock(&key(1, 1));
    set(&server, &name, "anyone");
    assert!(cache.lock(&key(1, 1)).await, "a lock without an end");
    cache.unlock(&key(1, 1)).await;
    redis::cmd("SET")
        .arg(&name)
        .arg("anyone")
        .arg("EX")
        .arg(86_400)
        .exec(&mut server.admin())
        .unwrap();
    assert!(cache.lock(&key(1, 1)).await, "a lock of a day");
    cache.unlock(&key(1, 1)).await;
    redis::cmd("SET")
        .arg(&name)
        .arg("another")
        .arg("PX")
        .arg(4_000)
        .exec(&mut server.admin())
        .unwrap();
    assert!(!cache.lock(&key(1, 1)).await, "a lock as ours are");
}

/// The peak memory of this process so far, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_value_of_half_a_gigabyte_is_not_read() {
    let server = RedisServer::start_with(|_| vec!["--proto-max-bulk-len".into(), "1gb".into()]);
    // The server takes long to free so much memory; this test is about the memory of this process.
    let cache = cache_with(&RedisOptions {
        timeout: Duration::from_secs(10),
        ..options(&server)
    });
    let user = key(1, 1);
    let keys = [
        names().entry(&user),
        names().epoch(&user.user),
        LIMITER.into(),
        PAUSE.into(),
    ];
    let before = peak();
    for name in keys {
        server.flush();
        redis::cmd("SETRANGE")
            .arg(&name)
            .arg(512 * 1024 * 1024 - 1)
            .arg("x")
            .exec(&mut server.admin())
            .unwrap();
        assert_eq!(read(&cache, &user).await, None);
        assert!(cache.epoch(&user).await.is_some());
        admits(&cache, &name).await;
    }
    let more = peak().saturating_sub(before);
    // Other tests run in this process; one value would be more than this.
    assert!(more < 400 * 1024, "{more} KiB more");
}

#[tokio::test]
async fn messages_that_are_too_large_or_too_many_cost_the_memory_its_entries_and_nothing_else() {
    let server = RedisServer::start();
    let (cache, memory) = super::sign_outs::listening(&server).await;
    super::sign_outs::remember_for_good(&memory, &key(1, 1)).await;
    redis::cmd("PUBLISH")
        .arg("acs-auth:sign-outs")
        .arg("x".repeat(8 * 1024 * 1024))
        .exec(&mut server.admin())
        .unwrap();
    until("an empty memory", async || memory.get(&key(1, 1)).is_none()).await;
    super::sign_outs::subscribers(&server, 1).await;
    let flood = std::thread::spawn({
        let mut admin = server.admin();
        move || {
            for _ in 0..200 {
                let mut many = redis::pipe();
                for _ in 0..500 {
                    many.cmd("PUBLISH").arg("acs-auth:sign-outs").arg("junk").ignore();
                }
                many.exec(&mut admin).unwrap();
            }
        }
    });
    // On a busy machine one call may be late.
    until("an answer in the flood", async || is_reachable(&cache).await).await;
    until("the end of the flood", async || flood.is_finished()).await;
    flood.join().unwrap();
    super::sign_outs::remember_for_good(&memory, &key(1, 1)).await;
    let other = cache_of(&server);
    until("a sign-out", async || other.sign_out(&[1; 32]).await.is_ok()).await;
    until("the message", async || memory.get(&key(1, 1)).is_none()).await;
}

fn cache_of(server: &RedisServer) -> RedisCache {
    super::cache(server)
}

/// A cache over a hostile server that answers everything with one text, and the number of its answers.
async fn enemy(answer: &'static [u8]) -> (RedisCache, Arc<AtomicUsize>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&answers);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut buffer = [0; 16 * 1024];
                while let Ok(1..) = stream.read(&mut buffer).await {
                    counted.fetch_add(1, Ordering::Relaxed);
                    if stream.write_all(answer).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let cache = cache_with(&RedisOptions {
        timeout: BUDGET,
        ..RedisOptions::new(format!("redis://127.0.0.1:{port}"), sealing_key(1))
    });
    (cache, answers)
}

#[tokio::test]
async fn answers_of_an_enemys_server_stop_nobody() {
    for answer in [
        &b":9223372036854775807\r\n"[..],
        b":-9223372036854775808\r\n",
        b"+OK\r\n",
        b"$-1\r\n",
        b"*2\r\n:1\r\n:2\r\n",
        b"$536870912\r\nxxxx",
        b"*2147483647\r\n",
        b"%1\r\n+a\r\n+b\r\n",
        b"not RESP at all\r\n",
    ] {
        let (cache, answers) = enemy(answer).await;
        let text = String::from_utf8_lossy(answer);
        let begun = Instant::now();
        match cache.admit().await {
            None | Some(Admission::Now) => {}
            Some(Admission::Wait(wait)) => assert!(wait <= LONGEST_PAUSE, "{text}: {wait:?}"),
        }
        assert_eq!(read(&cache, &key(1, 1)).await, None, "{text}");
        cache.put(&key(1, 1), &exchanged("t"), LIFETIME, Some(1)).await;
        // The budgets of all calls, and time for a busy machine.
        let soon = 4 * BUDGET + Duration::from_secs(4);
        assert!(begun.elapsed() < soon, "{text}: {:?}", begun.elapsed());
        assert_ne!(answers.load(Ordering::Relaxed), 0, "{text} was not asked");
    }
}
