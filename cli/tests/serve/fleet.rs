//! Several processes that share one Redis.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::redis::Redis;
use crate::server::{API, Answer, Control, Mint, Program, Served, TEAMS, TEAMS_TOKEN, http};
use crate::slots::Slots;

/// An emulator, and servers in front of it that share a Redis.
struct Fleet {
    _emulator: Program,
    control: Control,
    servers: Vec<Program>,
    redis: Redis,
    http: reqwest::Client,
}

impl Fleet {
    async fn start(size: usize, more: &[(&str, &str)]) -> Self {
        let emulator = Program::start(&["emulator", "--until-stdin-closes"], &[]).await;
        let redis = Redis::start().await;
        let control = Control::new(emulator.said.clone());
        let url = redis.url();
        let mut env = control.settings();
        env.extend([
            ("ACS_AUTH_REDIS_URL", url.as_str()),
            // All requests are one user's, and only the limit of all exchanges is under test.
            ("ACS_AUTH_LIMIT_PER_USER", "0"),
            // These tests are about what the servers share, on a machine that may be busy; core's tests cover
            // the short timeout.
            ("ACS_AUTH_REDIS_TIMEOUT_MS", "2000"),
            // 32 arbitrary bytes.
            (
                "ACS_AUTH_REDIS_SEALING_KEYS",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ),
            (
                "ACS_AUTH_REDIS_CACHE_SECRET",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ),
        ]);
        env.extend_from_slice(more);
        let ca = control.text("/ca_file").to_owned();
        let mut servers = Vec::new();
        for _ in 0..size {
            servers.push(
                Program::start(&["serve", "--listen", "127.0.0.1:0", "--endpoint-ca", &ca], &env).await,
            );
        }
        Self {
            _emulator: emulator,
            control,
            servers,
            redis,
            http: http(),
        }
    }

    async fn exchange(&self, server: usize, bearer: &str, teams: &str) -> Answer {
        let url = format!("{}/api/token/teams", self.servers[server].text("/url"));
        Answer::of(
            self.http
                .post(url)
                .header("authorization", format!("Bearer {bearer}"))
                .header(TEAMS_TOKEN, teams),
        )
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_one_process_exchanged_is_there_for_all() {
    let fleet = Fleet::start(3, &[]).await;
    let (bearer, teams) = (fleet.control.mint(API).await, fleet.control.mint(TEAMS).await);
    let mut tokens = Vec::new();
    for server in [0, 1, 2, 0] {
        let answer = fleet.exchange(server, &bearer, &teams).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        tokens.push(answer.body["token"].clone());
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(fleet.control.exchanges().await.len(), 1);
}

/// When each exchange reached the emulator, in milliseconds since 1970, in order.
async fn arrivals(control: &Control) -> Vec<u64> {
    let millis = |record: &Value| {
        let at: jiff::Timestamp = record["time"].as_str().unwrap().parse().unwrap();
        u64::try_from(at.as_millisecond()).unwrap()
    };
    let mut arrivals: Vec<u64> = control.exchanges().await.iter().map(millis).collect();
    arrivals.sort_unstable();
    arrivals
}

/// The maximum number of slots within any window of this many microseconds.
fn fullest(slots: &[u64], period: u64) -> usize {
    let within = |first: usize| slots[first..].partition_point(|slot| *slot < slots[first] + period);
    (0..slots.len()).map(within).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_stays_under_the_limit_in_every_window() {
    const LIMIT: usize = 40;
    const PERIOD: u64 = 3_000_000;
    const CALLS: usize = 80;
    // The limiter spaces slots, but a busy machine delays the exchanges. So the windows are checked on the
    // slots, and each arrival is compared with its slot. Nothing may time out, since this is about slots
    // only.
    let fleet = Arc::new(
        Fleet::start(
            4,
            &[
                ("ACS_AUTH_LIMIT_EXCHANGES", "40"),
                ("ACS_AUTH_LIMIT_WINDOW_MS", "3000"),
                ("ACS_AUTH_REDIS_TIMEOUT_MS", "60000"),
                ("ACS_AUTH_TIMEOUT_MS", "120000"),
                ("ACS_AUTH_SERVICE_TIMEOUT_MS", "120000"),
                ("ACS_AUTH_CONNECT_TIMEOUT_MS", "60000"),
                ("ACS_AUTH_ATTEMPT_TIMEOUT_MS", "60000"),
            ],
        )
        .await,
    );
    // A burst is an eighth of the limit, 5 slots: one is the regular turn, so there are 36 turns and 4 extra
    // slots per window.
    let mut slots = Slots::follow(&fleet.redis, PERIOD.div_ceil(36)).await;
    let bearer = fleet.control.mint(API).await;
    let mut calls = Vec::new();
    for n in 0..CALLS {
        let teams = fleet.control.mint(TEAMS).await;
        let (fleet, bearer) = (fleet.clone(), bearer.clone());
        calls.push(tokio::spawn(async move {
            fleet.exchange(n % 4, &bearer, &teams).await
        }));
    }
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    let (slots, arrivals) = (slots.given().await, arrivals(&fleet.control).await);
    assert_eq!((slots.len(), arrivals.len()), (CALLS, CALLS));
    let fullest = fullest(&slots, PERIOD);
    assert!(fullest <= LIMIT, "{fullest} slots in a window");
    for (n, (slot, arrival)) in slots.iter().zip(&arrivals).enumerate() {
        assert!(slot / 1000 <= *arrival, "exchange {n} came before its slot");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_pauses_the_whole_fleet() {
    let fleet = Fleet::start(2, &[]).await;
    fleet
        .control
        .fault(json!({"operation": "exchange_teams_user", "status": 429, "retry_after": {"seconds": 60}}))
        .await;
    let bearer = fleet.control.mint(API).await;
    for server in [0, 1, 0] {
        let teams = fleet.control.mint(TEAMS).await;
        let answer = fleet.exchange(server, &bearer, &teams).await;
        assert_eq!((answer.status, answer.code()), (429, "throttled"));
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((30..=60).contains(&wait), "{wait}");
    }
    assert_eq!(
        fleet.control.exchanges().await.len(),
        1,
        "the others asked in vain"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_killed_under_load_fails_no_request() {
    let mut fleet = Fleet::start(2, &[]).await;
    let bearer = fleet.control.mint(API).await;
    for round in 0..60 {
        if round == 20 {
            fleet.redis.kill().await;
        }
        let teams = fleet.control.mint(TEAMS).await;
        for server in [0, 1] {
            let answer = fleet.exchange(server, &bearer, &teams).await;
            assert_eq!(answer.status, 201, "round {round}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_server_without_redis_needs_none() {
    let served = Served::start().await;
    let mint = Mint { user: 0, ..API };
    let (bearer, teams) = (
        served.emulator.mint(mint).await,
        served.emulator.mint(TEAMS).await,
    );
    assert_eq!(Answer::of(served.exchange(&bearer, &teams)).await.status, 201);
    let health = Answer::of(served.request(reqwest::Method::GET, "/healthz")).await;
    assert_eq!(health.status, 200, "{}", health.body);
}
