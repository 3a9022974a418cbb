//! Puts four `acs-auth serve` with one Redis under load, and then kills Redis. Prints the number of
//! exchanges, their rate, cache hits, failures and latency. `make fleet` runs it; the figures are those of
//! one run on one machine.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]
#![allow(dead_code, reason = "the tests use more of what they share")]

#[path = "../tests/serve/redis.rs"]
mod redis;
#[path = "../tests/serve/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::redis::Redis;
use crate::server::{API, Answer, Control, Program, TEAMS, TEAMS_TOKEN, http};

const SERVERS: usize = 4;
const WORKERS: usize = 48;
/// One request in this many has a token that was never seen: `MANY_FRESH` exceeds the exchange limit,
/// `FEW_FRESH` stays below it.
const MANY_FRESH: usize = 8;
const FEW_FRESH: usize = 400;
const MINUTE: Duration = Duration::from_secs(60);
const WITHOUT_REDIS: Duration = Duration::from_secs(15);

struct Load {
    urls: Vec<String>,
    control: Control,
    bearer: String,
    known: Vec<String>,
    http: reqwest::Client,
}

/// The results of one phase.
#[derive(Default)]
struct Seen {
    statuses: BTreeMap<u16, usize>,
    /// The latencies of requests with a token that was seen before, in microseconds.
    cached: Vec<u128>,
}

impl Load {
    async fn worker(self: Arc<Self>, worker: usize, fresh_each: usize, until: Instant) -> Seen {
        let mut seen = Seen::default();
        for n in 0.. {
            if Instant::now() >= until {
                break;
            }
            let fresh = (n + worker).is_multiple_of(fresh_each);
            let teams = if fresh {
                self.control.mint(TEAMS).await
            } else {
                self.known[(n * 7 + worker) % self.known.len()].clone()
            };
            let url = format!("{}/api/token/teams", self.urls[(n + worker) % self.urls.len()]);
            let request = self
                .http
                .post(url)
                .header("authorization", format!("Bearer {}", self.bearer))
                .header(TEAMS_TOKEN, teams);
            let start = Instant::now();
            let answer = Answer::of(request).await;
            *seen.statuses.entry(answer.status).or_default() += 1;
            if !fresh && answer.status == 201 {
                seen.cached.push(start.elapsed().as_micros());
            }
        }
        seen
    }

    async fn run(self: &Arc<Self>, how_long: Duration, fresh_each: usize) -> Seen {
        let until = Instant::now() + how_long;
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| tokio::spawn(self.clone().worker(worker, fresh_each, until)))
            .collect();
        let mut all = Seen::default();
        for worker in workers {
            let seen = worker.await.unwrap();
            for (status, count) in seen.statuses {
                *all.statuses.entry(status).or_default() += count;
            }
            all.cached.extend(seen.cached);
        }
        all.cached.sort_unstable();
        all
    }
}

fn percentile(sorted: &[u128], percent: usize) -> String {
    match sorted.get(sorted.len().saturating_sub(1) * percent / 100) {
        Some(micros) => format!("{:.1} ms", *micros as f64 / 1e3),
        None => "none".to_owned(),
    }
}

/// The arrival times (in seconds since 1970) and statuses of the exchanges that the emulator recorded.
async fn upstream(control: &Control) -> Vec<(f64, u64)> {
    let read = |record: &Value| {
        let at: jiff::Timestamp = record["time"].as_str().unwrap().parse().unwrap();
        (
            at.as_microsecond() as f64 / 1e6,
            record["status"].as_u64().unwrap_or(0),
        )
    };
    control.exchanges().await.iter().map(read).collect()
}

fn busiest(times: &[(f64, u64)], period: f64) -> usize {
    (0..times.len())
        .map(|first| {
            times[first..]
                .iter()
                .take_while(|at| at.0 < times[first].0 + period)
                .count()
        })
        .max()
        .unwrap_or(0)
}

async fn tell(name: &str, seen: &Seen, exchanges: &[(f64, u64)]) {
    let requests: usize = seen.statuses.values().sum();
    let good = seen.statuses.get(&201).copied().unwrap_or(0);
    let exchanged = exchanges.iter().filter(|(_, status)| *status == 200).count();
    println!("{name}");
    println!(
        "  requests                    {requests} ({:?} by status)",
        seen.statuses
    );
    println!(
        "  exchanges upstream          {} ({} refused with 429)",
        exchanges.len(),
        exchanges.len() - exchanged
    );
    println!(
        "  busiest 30 s                {} exchanges",
        busiest(exchanges, 30.0)
    );
    println!(
        "  answered from a cache       {:.1} %",
        100.0 * (good.saturating_sub(exchanged)) as f64 / good.max(1) as f64
    );
    println!(
        "  latency with a known token  p50 {}, p99 {}",
        percentile(&seen.cached, 50),
        percentile(&seen.cached, 99)
    );
}

#[tokio::main]
async fn main() {
    let emulator = Program::start(
        &["emulator", "--until-stdin-closes", "--exchange-limit", "500/30"],
        &[],
    )
    .await;
    let control = Control::new(emulator.said.clone());
    let mut redis = Redis::start().await;
    let url = redis.url();
    let mut env = control.settings();
    env.extend([
        ("ACS_AUTH_REDIS_URL", url.as_str()),
        // All requests are one user's, whose limit would apply first.
        ("ACS_AUTH_LIMIT_PER_USER", "0"),
        (
            "ACS_AUTH_REDIS_SEALING_KEYS",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ),
        (
            "ACS_AUTH_REDIS_CACHE_SECRET",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ),
    ]);
    let ca = control.text("/ca_file").to_owned();
    let mut servers = Vec::new();
    for _ in 0..SERVERS {
        servers.push(Program::start(&["serve", "--listen", "127.0.0.1:0", "--endpoint-ca", &ca], &env).await);
    }
    let mut known = Vec::new();
    for _ in 0..100 {
        known.push(control.mint(TEAMS).await);
    }
    let load = Arc::new(Load {
        urls: servers
            .iter()
            .map(|server| server.text("/url").to_owned())
            .collect(),
        bearer: control.mint(API).await,
        control: control.clone(),
        known,
        http: http(),
    });

    let seen = load.run(MINUTE, MANY_FRESH).await;
    tell("a minute with Redis", &seen, &upstream(&control).await).await;
    control.call(reqwest::Method::DELETE, "/requests", None).await;

    let seen = load.run(WITHOUT_REDIS, FEW_FRESH).await;
    tell("with Redis, below the limit", &seen, &upstream(&control).await).await;
    control.call(reqwest::Method::DELETE, "/requests", None).await;

    let during = Arc::clone(&load);
    let phase = tokio::spawn(async move { during.run(WITHOUT_REDIS, FEW_FRESH).await });
    tokio::time::sleep(Duration::from_secs(3)).await;
    redis.kill().await;
    let seen = phase.await.unwrap();
    tell("Redis killed after 3 s", &seen, &upstream(&control).await).await;
    println!("{}", json!({"servers": SERVERS, "workers": WORKERS}));
}
