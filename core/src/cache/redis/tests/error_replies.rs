//! A Redis that answers but doesn't serve: every error code from a fake server, the common ones from a real
//! one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;

use super::log::Log;
use super::*;
use crate::cache::redis::error_reply::{ErrorReply, Failure};

/// The longest time that recovery may take, without a restart.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// A fake server: answers every command with the given error, or, while it is `None`, like an empty server.
async fn made_up(answer: watch::Receiver<Option<String>>) -> (u16, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    let accepted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            accepted.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut buffer = [0; 64 * 1024];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
                    let reply = answer.borrow().clone();
                    let reply = reply.map_or_else(|| serves(&text), |error| format!("-{error}\r\n"));
                    if stream.write_all(reply.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (port, connections)
}

fn serves(command: &str) -> String {
    if command.contains("GETRANGE\r\n") && !command.contains("EVAL") {
        "$0\r\n\r\n".into()
    } else if command.contains("{limiter}:user:") {
        // A slot.
        format!("*5\r\n{}", ":0\r\n".repeat(5))
    } else if command.contains("{limiter}:pause") {
        format!("*2\r\n{}", ":0\r\n".repeat(2))
    } else {
        ":1\r\n".into()
    }
}

async fn ask_everything(cache: &RedisCache) {
    read(cache, &key(1, 1)).await;
    cache.epoch(&key(1, 1)).await;
    cache.admit().await;
}

#[tokio::test]
async fn every_error_reply_is_logged_once_named_in_the_health_and_recovered_from() {
    // A cluster's error replies lead to other nodes, which this server does not have.
    let codes = ErrorReply::ALL.iter().filter(|reply| !reply.is_of_a_cluster());
    for reply in codes {
        let code = reply.code();
        for text in [
            format!("{code} the server's own text"),
            format!(
                "ERR Error running script (call to f_0123): @user_script:7: @user_script: 7: -{code} own text"
            ),
        ] {
            let log = Log::start();
            let (answer, receiver) = watch::channel(Some(text.clone()));
            let (port, connections) = made_up(receiver).await;
            let cache = cache_with(&RedisOptions {
                timeout: BUDGET,
                breaker_reset_timeout: Duration::from_millis(20),
                breaker_max_reset_timeout: Duration::from_millis(100),
                ..RedisOptions::new(format!("redis://127.0.0.1:{port}"), sealing_key(1))
            });
            for _ in 0..20 {
                ask_everything(&cache).await;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let degradation = cache.degradation().await.expect("an error reply degrades");
            assert!(
                degradation.reason.contains(code),
                "{text}: {}",
                degradation.reason
            );
            assert!(!degradation.reason.contains("own text"), "{}", degradation.reason);
            assert!(degradation.is_everything, "{text}");
            let lines = log.lines();
            let most = if reply.concerns_everything() { 1 } else { 3 };
            assert_eq!(lines.len(), most, "{text}: {lines:#?}");
            assert!(lines.iter().all(|line| line.contains(code)), "{lines:#?}");
            let before = connections.load(Ordering::Relaxed);
            assert_eq!(
                before > 1,
                reply.wants_another_connection(),
                "{text}: {before} connections"
            );
            answer.send_replace(None);
            let begun = Instant::now();
            until("no degradation", async || is_reachable(&cache).await).await;
            assert!(begun.elapsed() < DEADLINE, "{text}: {:?}", begun.elapsed());
            assert_eq!(log.lines().len(), 2 * most, "{text}: {:#?}", log.lines());
        }
    }
}

#[tokio::test]
async fn a_server_that_speaks_as_a_clusters_node_and_is_none_is_returned_to() {
    for code in [
        "MOVED 1 127.0.0.1:1",
        "ASK 1 127.0.0.1:1",
        "TRYAGAIN",
        "CLUSTERDOWN",
    ] {
        let log = Log::start();
        let (answer, receiver) = watch::channel(Some(code.to_owned()));
        let (port, _) = made_up(receiver).await;
        let cache = cache_with(&RedisOptions {
            timeout: BUDGET,
            connect_timeout: Duration::from_millis(200),
            breaker_reset_timeout: Duration::from_millis(20),
            breaker_max_reset_timeout: Duration::from_millis(100),
            ..RedisOptions::new(format!("redis://127.0.0.1:{port}"), sealing_key(1))
        });
        for _ in 0..20 {
            ask_everything(&cache).await;
        }
        assert!(cache.degradation().await.is_some(), "{code}");
        assert!(
            log.lines().iter().any(|line| line.starts_with("WARN")),
            "{code}: {:#?}",
            log.lines()
        );
        answer.send_replace(None);
        let begun = Instant::now();
        until("no degradation", async || is_reachable(&cache).await).await;
        assert!(begun.elapsed() < DEADLINE, "{code}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_code_is_read_wherever_the_server_puts_it() {
    let of = |text: &str| {
        let error = redis::parse_redis_value(format!("-{text}\r\n").as_bytes())
            .unwrap()
            .extract_error()
            .unwrap_err();
        Failure::of(&error)
    };
    for reply in ErrorReply::ALL {
        assert_eq!(of(&format!("{} 1 a:1", reply.code())), Failure::Refused(*reply));
    }
    for (text, reply) in [
        (
            "ERR The user executing the script can't run this command or subcommand",
            ErrorReply::NoPermission,
        ),
        (
            "OOM command not allowed when used memory > 'maxmemory'. script: 01, on @user_script:1.",
            ErrorReply::OutOfMemory,
        ),
        ("ERR unknown command 'TASK'", ErrorReply::Other),
        (
            "ERR Error running script (call to f_1): @user_script:2: -MISCONF Redis is configured",
            ErrorReply::Misconf,
        ),
    ] {
        assert_eq!(of(text), Failure::Refused(reply), "{text}");
    }
    for text in [
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR Error running script (call to f_1): @user_script:2: -WRONGTYPE Operation against a key",
    ] {
        assert_eq!(of(text), Failure::ForeignValue, "{text}");
    }
}

/// Whether reads, writes and the limiter are served at present.
async fn served(cache: &RedisCache) -> [bool; 3] {
    let degradation = cache
        .degradation()
        .await
        .map(|degradation| degradation.reason)
        .unwrap_or_default();
    ["reads", "writes", "limiter"].map(|purpose| !degradation.contains(purpose))
}

async fn config(server: &RedisServer, name: &str, value: &str) {
    redis::cmd("CONFIG")
        .arg("SET")
        .arg(name)
        .arg(value)
        .exec(&mut server.admin())
        .unwrap();
}

/// Writes are rejected: reads still work, the change is logged once, the health names the code, and recovery
/// is noticed.
pub(super) async fn only_reads_go_on(
    code: &str,
    server: &RedisServer,
    end: impl AsyncFn(&RedisServer),
    cache: &RedisCache,
) {
    let log = Log::start();
    let kept = key(1, 1);
    for _ in 0..10 {
        assert_eq!(read(cache, &kept).await.as_deref(), Some("before"), "{code}");
        assert_eq!(cache.epoch(&key(2, 1)).await, None, "{code}");
        assert_eq!(cache.admit().await, None, "{code}");
    }
    assert_eq!(served(cache).await, [true, false, false], "{code}");
    let degradation = cache.degradation().await.unwrap();
    assert!(
        degradation.reason.contains(code) && !degradation.is_everything,
        "{}",
        degradation.reason
    );
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "writes and limiter, once each: {lines:#?}");
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("WARN") && line.contains(code)),
        "{lines:#?}"
    );
    end(server).await;
    let begun = Instant::now();
    until("no degradation", async || is_reachable(cache).await).await;
    assert!(begun.elapsed() < DEADLINE);
    keep(cache, &key(2, 1), "after").await;
    assert_eq!(read(cache, &key(2, 1)).await.as_deref(), Some("after"), "{code}");
    assert_eq!(log.lines().len(), 4, "{:#?}", log.lines());
}

#[tokio::test]
async fn memory_that_is_used_up_stops_writes_alone() {
    let server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    config(&server, "maxmemory", "1").await;
    only_reads_go_on(
        "OOM",
        &server,
        async |server| config(server, "maxmemory", "0").await,
        &cache,
    )
    .await;
}

#[tokio::test]
async fn a_primary_without_enough_replicas_stops_writes_alone() {
    let server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    config(&server, "min-replicas-to-write", "1").await;
    let end = async |server: &RedisServer| config(server, "min-replicas-to-write", "0").await;
    only_reads_go_on("NOREPLICAS", &server, end, &cache).await;
}

#[tokio::test]
async fn a_server_that_cannot_save_stops_writes_alone() {
    let server = RedisServer::start();
    // The snapshot cannot take the place of a folder.
    std::fs::create_dir_all(server.directory().join("dump.rdb/occupied")).unwrap();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    config(&server, "save", "3600 1").await;
    redis::cmd("BGSAVE").exec(&mut server.admin()).unwrap();
    until("the failure to save", async || {
        let info: String = redis::cmd("INFO")
            .arg("persistence")
            .query(&mut server.admin())
            .unwrap();
        info.contains("rdb_last_bgsave_status:err")
    })
    .await;
    let end = async |server: &RedisServer| config(server, "stop-writes-on-bgsave-error", "no").await;
    only_reads_go_on("MISCONF", &server, end, &cache).await;
}

#[tokio::test]
async fn a_user_without_a_permission_stops_writes_alone() {
    let server = RedisServer::start();
    let acl = |rules: &[&str]| {
        redis::cmd("ACL")
            .arg("SETUSER")
            .arg("app")
            .arg(rules)
            .exec(&mut server.admin())
            .unwrap();
    };
    acl(&["on", ">hunter2", "~acs-auth:*", "&acs-auth:*", "+@all"]);
    let cache = cache_with(&RedisOptions {
        url: format!("redis://app:hunter2@127.0.0.1:{}", server.port()).into(),
        ..options(&server)
    });
    keep(&cache, &key(1, 1), "before").await;
    // A command within the script, and the script itself.
    for rule in ["-set", "-evalsha"] {
        acl(&[rule]);
        let end = async |_: &RedisServer| acl(&["+@all"]);
        only_reads_go_on("NOPERM", &server, end, &cache).await;
        redis::cmd("DEL")
            .arg(names_of_second_user())
            .exec(&mut server.admin())
            .unwrap();
    }
}

fn names_of_second_user() -> String {
    crate::cache::redis::names::Names::new("acs-auth")
        .unwrap()
        .entry(&key(2, 1))
}

#[tokio::test]
async fn the_documented_permissions_are_enough() {
    let server = RedisServer::start();
    redis::cmd("ACL")
        .arg("SETUSER")
        .arg("app")
        .arg(&["on", ">hunter2", "~acs-auth:*", "&acs-auth:*"])
        .arg(&[
            "+get",
            "+getrange",
            "+set",
            "+del",
            "+eval",
            "+evalsha",
            "+time",
            "+ping",
            "+publish",
        ])
        .arg(&["+subscribe", "+@sortedset", "+pttl", "+pexpire", "+pexpireat"])
        .exec(&mut server.admin())
        .unwrap();
    let cache = cache_with(&RedisOptions {
        url: format!("redis://app:hunter2@127.0.0.1:{}", server.port()).into(),
        ..options(&server)
    });
    keep(&cache, &key(1, 1), "kept").await;
    assert!(cache.lock(&key(1, 1)).await);
    assert!(
        !super::cache_with(&RedisOptions {
            url: format!("redis://app:hunter2@127.0.0.1:{}", server.port()).into(),
            ..options(&server)
        })
        .lock(&key(1, 1))
        .await
    );
    cache.unlock(&key(1, 1)).await;
    cache.sign_out(&[1; 32]).await.unwrap();
    let request = ReservationRequest {
        user: None,
        max_wait: Limits::MAX_WAIT,
        takes_slot: true,
    };
    let slot = cache.reserve(&request).await.unwrap().slot.unwrap();
    cache.give_back(&[slot]).await;
    assert!(cache.admit().await.is_some());
    assert_eq!(cache.degradation().await, None);
}
