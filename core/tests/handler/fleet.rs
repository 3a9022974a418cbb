//! Handlers that share a real Redis, as the processes of a fleet do.

use std::time::{Duration, Instant};

use acs_auth::handler::{HandlerSettings, Request, TokenExchangeHandler};
use acs_emulator::entra::{MintKind, MintRequest};
use acs_emulator::{Emulator, Fault, Filter, Options, RetryAfter};

use crate::identity::builder_with_graph;
use crate::server::RedisServer;
use crate::support::{BOB, BackEnd, CAROL, api, builder, is, json, of, problem};

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn settings(url: &str) -> HandlerSettings {
    HandlerSettings::from_env(|name| match name {
        "ACS_AUTH_REDIS_URL" => Some(url.to_owned()),
        "ACS_AUTH_REDIS_SEALING_KEYS" => Some(format!("{KEY},{KEY}")),
        "ACS_AUTH_REDIS_CACHE_SECRET" => Some(KEY.to_owned()),
        // A slow machine must not look like an outage of Redis.
        "ACS_AUTH_REDIS_TIMEOUT_MS" => Some("2000".to_owned()),
        _ => None,
    })
    .unwrap()
}

fn handler(emulator: &Emulator, url: &str) -> TokenExchangeHandler {
    builder(emulator).settings(settings(url)).build().unwrap()
}

async fn redis_is(handler: &TokenExchangeHandler) -> (u16, String) {
    let health = handler.handle(Request::new("GET", "/healthz")).await;
    (health.status, json(&health)["redis"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn health_waits_for_entra_and_redis_at_the_same_time_and_for_neither_for_long() {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let entra = Fault {
        operation: Some("entra".into()),
        latency_ms: 3_600_000,
        count: 1000,
        ..Fault::default()
    };
    emulator.faults().add(entra).unwrap();
    // Accepts connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = settings(&format!("redis://{}", silent.local_addr().unwrap()));
    let handler = builder(&emulator)
        .settings(settings)
        .redis_timeout(Duration::from_secs(60))
        .timeout(Duration::from_secs(120))
        .build()
        .unwrap();
    let begun = Instant::now();
    let health = handler.handle(Request::new("GET", "/healthz")).await;
    let took = begun.elapsed();
    let body = json(&health);
    assert_eq!((health.status, &body["keys"]), (503, &"unreachable".into()));
    assert_eq!(body["redis"], "unreachable");
    assert!(body["reason"].is_string(), "{body}");
    assert!(took < Duration::from_secs(9), "{took:?}");
}

#[tokio::test]
async fn what_one_exchanges_the_other_has_and_without_redis_each_goes_on() {
    let redis = RedisServer::start();
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let other = handler(&emulator, &redis.url());
    let handler = handler(&emulator, &redis.url());
    let back_end = BackEnd { emulator, handler };
    assert_eq!(redis_is(&back_end.handler).await, (200, "reachable".into()));
    assert_eq!(redis_is(&other).await, (200, "reachable".into()));
    let request = back_end.request();
    let first = back_end.handler.handle(request.clone()).await;
    let second = other.handle(request).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(json(&first), json(&second));
    assert_eq!(back_end.exchanges(), 1);

    drop(redis);
    let response = other.handle(back_end.request()).await;
    assert_eq!(response.status, 201);
    assert_eq!(redis_is(&other).await, (200, "unreachable".into()));
    let health = other.handle(Request::new("GET", "/healthz")).await;
    assert_eq!(json(&health)["status"], "degraded");
}

#[tokio::test]
async fn a_fleet_shares_the_token_of_teams_phone_extensibility_with_its_identity() {
    let redis = RedisServer::start();
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let extension = |emulator: &Emulator| {
        let settings = settings(&redis.url());
        let builder = builder(emulator).settings(settings).teams_extension(true);
        builder.build().unwrap()
    };
    let other = extension(&emulator);
    let handler = extension(&emulator);
    let back_end = BackEnd { emulator, handler };
    let token = back_end.mint(MintRequest {
        kind: MintKind::TeamsExtension,
        ..MintRequest::default()
    });
    let request = back_end
        .bearer_request("POST", "/api/token/teams-extension", api())
        .with_header("Teams-User-AAD-Token", &token);
    let first = back_end.handler.handle(request.clone()).await;
    let second = other.handle(request).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(json(&first), json(&second));
    assert!(json(&second)["user"]["id"].is_string());
    let filter = Filter {
        operation: Some("exchange_teams_extension".into()),
        ..Filter::default()
    };
    assert_eq!(back_end.emulator.requests(&filter).len(), 1);
}

#[tokio::test]
async fn a_redis_that_refuses_writes_is_degraded_and_says_why() {
    let redis = RedisServer::start();
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let handler = handler(&emulator, &redis.url());
    assert_eq!(redis_is(&handler).await, (200, "reachable".into()));
    let maxmemory = |value: &str| {
        redis::cmd("CONFIG")
            .arg(&["SET", "maxmemory", value])
            .exec(&mut redis.admin())
            .unwrap();
    };
    maxmemory("1");
    assert_eq!(redis_is(&handler).await, (200, "degraded".into()));
    let health = handler.handle(Request::new("GET", "/healthz")).await;
    assert_eq!(json(&health)["status"], "degraded");
    let reason = json(&health)["reason"].as_str().unwrap().to_owned();
    assert!(
        reason.contains("writes: OOM") && reason.contains("limiter: OOM"),
        "{reason}"
    );
    assert!(!reason.contains("reads"), "{reason}");
    let back_end = BackEnd { emulator, handler };
    assert_eq!(back_end.handler.handle(back_end.request()).await.status, 201);
    maxmemory("0");
    let recovered = async {
        while redis_is(&back_end.handler).await.1 != "reachable" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), recovered)
        .await
        .unwrap();
    let health = back_end.handler.handle(Request::new("GET", "/healthz")).await;
    assert_eq!(json(&health).get("reason"), None);
}

/// All processes together have one share of `/api/user` for each user, and one set of limits of ACS.
#[tokio::test]
async fn the_limits_of_identities_are_the_fleets() {
    let redis = RedisServer::start();
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let limits = "limit = { identity_per_user = 4, identity_creations = 2 }";
    let member = |redis: &str| {
        builder_with_graph(&emulator)
            .settings(HandlerSettings::from_toml(limits).unwrap())
            .settings(settings(redis))
            .build()
            .unwrap()
    };
    let members = [member(&redis.url()), member(&redis.url())];
    let alone = builder_with_graph(&emulator).build().unwrap();
    let back_end = BackEnd {
        emulator,
        handler: alone,
    };
    let ask = async |member: usize, method: &str, user: &str| {
        let request = back_end.bearer_request(method, "/api/user", of(user, api()));
        let response = members[member].handle(request).await;
        let wait = response.header("retry-after").map(str::to_owned);
        (response.status, wait.is_some())
    };
    // With an empty Redis, it is unknown whether the burst is used up, so the first slot is that of the first
    // turn.
    let (mut status, mut tries) = (429, 0);
    while status == 429 && tries < 4 {
        status = ask(0, "GET", BOB).await.0;
        tries += 1;
    }
    assert_eq!(status, 404);
    for member in [1, 0, 1] {
        assert_eq!(ask(member, "GET", BOB).await.0, 404);
    }
    for member in [0, 1] {
        assert_eq!(ask(member, "GET", BOB).await, (429, true), "the share is used up");
        assert_eq!(ask(member, "GET", CAROL).await.0, 404);
    }
    let mut keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut redis.admin()).unwrap();
    keys.sort();
    assert!(
        keys.iter().any(|key| key.contains("{identity-users}:user:")),
        "{keys:?}"
    );
    assert!(
        !keys.iter().any(|key| key.contains("{limiter}")),
        "exchanges are apart: {keys:?}"
    );

    // Without Redis, each process continues alone.
    drop(redis);
    assert_eq!(ask(0, "GET", CAROL).await.0, 404);
}

#[tokio::test]
async fn a_429_of_acs_pauses_the_operation_in_all_processes_and_no_other() {
    let redis = RedisServer::start();
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let member = || {
        let builder = builder_with_graph(&emulator).settings(settings(&redis.url()));
        builder.build().unwrap()
    };
    let members = [member(), member()];
    let alone = builder_with_graph(&emulator).build().unwrap();
    let back_end = BackEnd {
        emulator,
        handler: alone,
    };
    let ask = async |member: usize, method: &str, path: &str, user: &str| {
        let request = back_end.bearer_request(method, path, of(user, api()));
        members[member].handle(request).await
    };
    // With an empty Redis, it is unknown whether the burst is used up, so the first slot is that of the first
    // turn.
    let create = async |member: usize, user: &str| {
        let mut status = 429;
        for _ in 0..15 {
            status = ask(member, "POST", "/api/user", user).await.status;
            if status != 429 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        status
    };
    let issued = || {
        let filter = Filter {
            operation: Some("issue_token".into()),
            ..Filter::default()
        };
        back_end.emulator.requests(&filter).len()
    };
    assert_eq!(create(0, BOB).await, 201);
    let throttled = Fault {
        operation: Some("issue_token".into()),
        status: Some(429),
        retry_after: Some(RetryAfter::Seconds(60)),
        count: 10,
        ..Fault::default()
    };
    back_end.emulator.faults().add(throttled).unwrap();
    let mut tries = 0;
    while issued() == 0 && tries < 15 {
        assert_eq!(ask(0, "GET", "/api/token", BOB).await.status, 429);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        tries += 1;
    }
    for member in [1, 0, 1] {
        let response = ask(member, "GET", "/api/token", BOB).await;
        assert_eq!(problem(&response), is(429, "throttled"));
        let wait: u64 = response.header("retry-after").unwrap().parse().unwrap();
        assert!((20..=61).contains(&wait), "{wait}");
    }
    assert_eq!(issued(), 1, "the others asked in vain");
    assert_eq!(create(1, CAROL).await, 201, "identities are still created");
}

#[test]
fn each_setting_is_named_when_it_cannot_be_used() {
    let good = [
        ("ACS_AUTH_REDIS_URL", "redis://localhost"),
        ("ACS_AUTH_REDIS_SEALING_KEYS", KEY),
        ("ACS_AUTH_REDIS_CACHE_SECRET", KEY),
    ];
    let start = |name: &str, value: Option<&str>| {
        let settings = HandlerSettings::from_env(|asked| {
            if asked == name {
                return value.map(str::to_owned);
            }
            let own = good.iter().find(|(known, _)| *known == asked);
            own.map(|(_, value)| (*value).to_owned())
        });
        let id = "c0c0c0c0-0000-4000-8000-000000000001";
        TokenExchangeHandler::builder()
            .connection_string("endpoint=https://a.example;accesskey=c2VjcmV0LWtleS1vZi10aGUtdGVzdA==")
            .api_client_id(id)
            .tenant_ids([id])
            .teams_client_ids([id])
            .settings(settings.unwrap())
            .build()
    };
    start("", None).unwrap();
    let three = [KEY; 3].join(",");
    for (name, value, target) in [
        (
            "ACS_AUTH_REDIS_URL",
            Some("http://very-secret"),
            "ACS_AUTH_REDIS_URL",
        ),
        // A token credential is needed, and there is none.
        (
            "ACS_AUTH_REDIS_URL",
            Some("rediss+cluster://very-secret:10000?auth=entra"),
            "ACS_AUTH_REDIS_URL",
        ),
        ("ACS_AUTH_REDIS_URL", None, "ACS_AUTH_REDIS_SEALING_KEYS"),
        (
            "ACS_AUTH_REDIS_SEALING_KEYS",
            Some("very-secret"),
            "ACS_AUTH_REDIS_SEALING_KEYS",
        ),
        (
            "ACS_AUTH_REDIS_SEALING_KEYS",
            Some(&*three),
            "ACS_AUTH_REDIS_SEALING_KEYS",
        ),
        ("ACS_AUTH_REDIS_SEALING_KEYS", None, "redis.sealing_keys"),
        (
            "ACS_AUTH_REDIS_CACHE_SECRET",
            Some("very-secret"),
            "ACS_AUTH_REDIS_CACHE_SECRET",
        ),
        ("ACS_AUTH_REDIS_CACHE_SECRET", None, "redis.cache_secret"),
        (
            "ACS_AUTH_REDIS_KEY_PREFIX",
            Some("a b"),
            "ACS_AUTH_REDIS_KEY_PREFIX",
        ),
        (
            "ACS_AUTH_REDIS_TIMEOUT_MS",
            Some("100000"),
            "ACS_AUTH_REDIS_TIMEOUT_MS",
        ),
    ] {
        let error = start(name, value).unwrap_err();
        assert_eq!(error.target.as_deref(), Some(target), "{error}");
        let shown = format!("{error:?}{error}");
        assert!(!shown.contains("very-secret") && !shown.contains(KEY), "{shown}");
    }
}
