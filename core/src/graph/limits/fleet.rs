//! The limits of several processes that share a redis-server.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::time::Instant;

use super::*;
use crate::redis_server::RedisServer;
use crate::{CommunicationIdentityClient, RedisOptions, SealingKey};

const OPERATIONS: [(Operation, &str); 3] = [
    (Operation::Create, "identity-creations"),
    (Operation::Delete, "identity-deletions"),
    (Operation::Issue, "identity-tokens"),
];
const CONNECTION_STRING: &str = "endpoint=https://acs.example;accesskey=c2VjcmV0LWtleS1vZi10aGUtdGVzdA==";

/// The limits of one process. The timeouts are long, so that a slow machine does not look like an outage of
/// Redis.
fn member(server: &RedisServer, rates: &IdentityRates) -> IdentityLimits {
    let key = SealingKey::from_base64(&format!("{}=", "A".repeat(43))).unwrap();
    let redis = RedisOptions {
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(20),
        breaker_reset_timeout: Duration::from_millis(20),
        breaker_max_reset_timeout: Duration::from_millis(100),
        ..RedisOptions::new(server.url(), key)
    };
    let client = CommunicationIdentityClient::builder().connection_string(CONNECTION_STRING);
    let exchanger = TeamsTokenExchanger::builder(client.build().unwrap())
        .cache_secret([7; 32])
        .redis(redis)
        .build()
        .unwrap();
    IdentityLimits::new(rates, &exchanger)
}

/// The same `limit` in each `window` for everything.
fn rates(limit: u32, window: Duration, per_user: u32) -> IdentityRates {
    let limits = Limits::new(limit, window, Limits::burst(limit)).unwrap();
    IdentityRates {
        users: limits.with_user_limit(per_user),
        creations: limits,
        deletions: limits,
        tokens: limits,
    }
}

async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let asked = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(30), asked).await;
    assert!(came.is_ok(), "never came: {what}");
}

fn user(name: &str) -> UserKey {
    ("tenant".to_owned(), name.to_owned())
}

/// How long an operation has to wait; zero if it was admitted.
async fn wait_of(limits: &IdentityLimits, operation: Operation) -> Duration {
    match limits.take(operation).await {
        Ok(()) => Duration::ZERO,
        Err(error) => {
            assert_eq!(error.error.code.as_deref(), Some("limited"));
            error.error.retry_after.unwrap()
        }
    }
}

/// The largest number of slots, in ascending order, within one window.
fn fullest(slots: &[u64], window: u64) -> usize {
    let from = |first: usize| {
        slots[first..]
            .iter()
            .filter(move |slot| **slot < slots[first] + window)
    };
    (0..slots.len())
        .map(|first| from(first).count())
        .max()
        .unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_limit_holds_for_the_whole_fleet_in_every_window() {
    const LIMIT: u32 = 16;
    const WINDOW: Duration = Duration::from_millis(1500);
    let server = RedisServer::start();
    let begun = Instant::now();
    let members: Vec<_> = (0..3)
        .map(|_| {
            let limits = member(&server, &rates(LIMIT, WINDOW, 0));
            tokio::spawn(async move {
                let request = ReservationRequest {
                    user: None,
                    max_wait: Duration::ZERO,
                    takes_slot: true,
                };
                let mut given: [Vec<u64>; 3] = Default::default();
                // Long enough for full windows, however slow the machine.
                while begun.elapsed() < 3 * WINDOW || given.iter().any(Vec::is_empty) {
                    for ((operation, name), given) in OPERATIONS.iter().zip(&mut given) {
                        let reserved = limits.of(*operation).reserve(&request).await;
                        assert!(reserved.paused.is_some(), "{name}: Redis was not asked");
                        if let Reservation::In(wait) = reserved.reservation {
                            assert_eq!(wait, Duration::ZERO, "{name}: nobody waits");
                            given.push(reserved.slot.unwrap().at);
                        }
                    }
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                given
            })
        })
        .collect();
    let mut all: [Vec<u64>; 3] = Default::default();
    for member in members {
        for (all, given) in all.iter_mut().zip(member.await.unwrap()) {
            all.extend(given);
        }
    }
    for ((_, name), mut slots) in OPERATIONS.iter().zip(all) {
        slots.sort_unstable();
        let fullest = fullest(&slots, u64::try_from(WINDOW.as_micros()).unwrap());
        assert!(fullest <= LIMIT as usize, "{name}: {fullest} in a window");
        assert!(slots.len() > 3, "{name}: {slots:?}");
    }
}

#[tokio::test]
async fn a_users_share_holds_for_the_whole_fleet() {
    let server = RedisServer::start();
    let rates = rates(1000, Duration::from_secs(60), 5);
    let members = [member(&server, &rates), member(&server, &rates)];
    let mut admitted = 0;
    for turn in 0..20 {
        admitted += u32::from(members[turn % 2].admit(&user("alice")).await.is_ok());
    }
    assert_eq!(admitted, 5);
    for member in &members {
        let error = member.admit(&user("alice")).await.unwrap_err().error;
        assert_eq!(error.code.as_deref(), Some("user_limited"));
        assert!(error.retry_after.unwrap() <= Duration::from_secs(60));
        member.admit(&user("bob")).await.unwrap();
    }
}

fn throttled(retry_after: Option<Duration>) -> Result<(), Error> {
    let mut error = Error::new(ErrorKind::Throttled, "x");
    error.details_mut().retry_after = retry_after;
    Err(error)
}

#[tokio::test]
async fn a_pause_that_one_hears_of_holds_in_the_others_and_ends() {
    let server = RedisServer::start();
    // Slots are a tenth of a second apart.
    let rates = rates(700, Duration::from_secs(60), 0);
    for (paused, name) in OPERATIONS {
        server.flush();
        let members: Vec<_> = (0..3).map(|_| member(&server, &rates)).collect();
        let minute = Some(Duration::from_secs(60));
        members[0].heed(paused, throttled(minute)).await.unwrap_err();
        for member in &members {
            let wait = wait_of(member, paused).await;
            assert!(
                wait > Duration::from_secs(20) && wait <= Duration::from_secs(61),
                "{name}: {wait:?}"
            );
        }
        for (other, name) in OPERATIONS.into_iter().filter(|(other, _)| *other != paused) {
            let wait = wait_of(&members[1], other).await;
            assert!(wait < Duration::from_secs(1), "{name}: {wait:?}");
        }
        // A process that starts during the pause observes it too.
        let late = wait_of(&member(&server, &rates), paused).await;
        assert!(late > Duration::from_secs(20), "{name}: {late:?}");
    }
    server.flush();
    let members = [member(&server, &rates), member(&server, &rates)];
    let second = Some(Duration::from_secs(1));
    members[0]
        .heed(Operation::Create, throttled(second))
        .await
        .unwrap_err();
    until("the end of the pause", async || {
        members[1].take(Operation::Create).await.is_ok()
    })
    .await;
    // No pause is longer than two minutes, whatever the service requests.
    let day = Some(Duration::from_secs(86_400));
    members[1]
        .heed(Operation::Create, throttled(day))
        .await
        .unwrap_err();
    let wait = wait_of(&members[0], Operation::Create).await;
    assert!(
        wait > MAX_PAUSE / 2 && wait <= MAX_PAUSE + Duration::from_secs(1),
        "{wait:?}"
    );
}

#[tokio::test]
async fn without_redis_each_process_keeps_to_its_own_limit_and_comes_back() {
    let mut server = RedisServer::start();
    // Slots are 15 minutes apart, so no second one becomes free during the test.
    let rates = rates(4, Duration::from_secs(3600), 2);
    let members = [member(&server, &rates), member(&server, &rates)];
    server.kill();
    for member in &members {
        for (operation, name) in OPERATIONS {
            member.take(operation).await.unwrap();
            let wait = wait_of(member, operation).await;
            assert!(
                wait > Duration::from_secs(60) && wait <= Duration::from_secs(3600),
                "{name}: {wait:?}"
            );
        }
        for _ in 0..2 {
            member.admit(&user("alice")).await.unwrap();
        }
        let error = member.admit(&user("alice")).await.unwrap_err().error;
        assert_eq!(error.code.as_deref(), Some("user_limited"));
        member.admit(&user("bob")).await.unwrap();
    }
    // The process that was throttled pauses, even without Redis.
    let minute = Some(Duration::from_secs(60));
    members[0]
        .heed(Operation::Issue, throttled(minute))
        .await
        .unwrap_err();
    assert!(wait_of(&members[0], Operation::Issue).await > Duration::from_secs(20));

    server.restart();
    let request = ReservationRequest {
        user: None,
        max_wait: Duration::ZERO,
        takes_slot: true,
    };
    for member in &members {
        until("the fleet's limiter", async || {
            let reserved = member.of(Operation::Delete).reserve(&request).await;
            reserved.paused.is_some()
        })
        .await;
    }
}

/// Sets a key of a limiter to a text, or to a value of another type.
fn write(server: &RedisServer, key: &str, kind: &str, value: &str) {
    let mut admin = server.admin();
    redis::cmd("DEL").arg(key).exec(&mut admin).unwrap();
    let mut command = redis::cmd(kind);
    match kind {
        "SET" | "RPUSH" | "SADD" | "PFADD" => command.arg(key).arg(value),
        "HSET" => command.arg(key).arg("x").arg(value),
        "XADD" => command.arg(key).arg("*").arg("x").arg(value),
        "ZADD" => command.arg(key).arg(value).arg("x"),
        _ => panic!("{kind}"),
    };
    command.exec(&mut admin).unwrap();
}

#[tokio::test]
async fn nothing_that_an_enemy_writes_locks_anybody_out() {
    let server = RedisServer::start();
    let rates = rates(4000, Duration::from_secs(30), 3);
    let interval = rates.creations.interval();
    let (seconds, _): (u64, u64) = redis::cmd("TIME").query(&mut server.admin()).unwrap();
    let in_a_month = ((seconds + 30 * 86_400) * 1_000_000).to_string();
    let values = [
        ("SET", &*in_a_month),
        ("SET", "9999999999999999"),
        ("SET", "99999999999999999999999999"),
        ("SET", "-1"),
        ("SET", "nan"),
        ("SET", "1e308"),
        ("SET", "\u{0}"),
        ("ZADD", &*in_a_month),
        ("ZADD", "inf"),
        ("ZADD", "-inf"),
        ("RPUSH", "x"),
        ("SADD", "x"),
        ("HSET", "x"),
        ("PFADD", "x"),
        ("XADD", "x"),
    ];
    for (operation, name) in OPERATIONS {
        for part in ["next", "extras", "pause", "moved", "moves", "returned"] {
            for (kind, value) in values {
                server.flush();
                write(&server, &format!("acs-auth:{{{name}}}:{part}"), kind, value);
                let member = member(&server, &rates);
                let wait = wait_of(&member, operation).await;
                assert!(wait <= interval, "{name} {part} {kind} {value}: {wait:?}");
                until("a slot", async || member.take(operation).await.is_ok()).await;
                // The state recovers: a pause by the service is observed.
                let minute = Some(Duration::from_secs(60));
                member.heed(operation, throttled(minute)).await.unwrap_err();
                let wait = wait_of(&member, operation).await;
                assert!(
                    wait > Duration::from_secs(20) && wait <= Duration::from_secs(61),
                    "{name} {part} {kind} {value}: {wait:?} after a pause"
                );
            }
        }
    }
    // A user's share: entries in the future and values of another type are ignored.
    server.flush();
    member(&server, &rates).admit(&user("alice")).await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut server.admin()).unwrap();
    let is_share = |key: &String| key.contains("{identity-users}:user:");
    let key = keys.into_iter().find(is_share).unwrap();
    for (kind, value) in values {
        server.flush();
        write(&server, &key, kind, value);
        let member = member(&server, &rates);
        for _ in 0..3 {
            let admitted = member.admit(&user("alice")).await;
            assert!(admitted.is_ok(), "{kind} {value}");
        }
        assert!(member.admit(&user("alice")).await.is_err(), "{kind} {value}");
    }
    // A thousand entries with the present time can't be distinguished from the user's own; they expire with
    // the window.
    server.flush();
    let mut command = redis::cmd("ZADD");
    command.arg(&key);
    let (seconds, _): (u64, u64) = redis::cmd("TIME").query(&mut server.admin()).unwrap();
    for entry in 0..1000 {
        command.arg(seconds * 1_000_000).arg(entry);
    }
    command.exec(&mut server.admin()).unwrap();
    let error = member(&server, &rates)
        .admit(&user("alice"))
        .await
        .unwrap_err()
        .error;
    assert!(error.retry_after.unwrap() <= Duration::from_secs(30));
}
