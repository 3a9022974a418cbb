//! What an exchanger does with more callers than its limit allows. `make bench-overload` runs it, which takes
//! about 20 minutes.
//!
//! The first table simulates one process with the default limit on a paused clock, two minutes per row. The
//! second is measured in real time, one minute per row, with the same limit in 10 s instead of 30 s: one
//! process, and four processes that share a Redis.
//!
//! The columns:
//! - *asked*: the load, as a multiple of the limit
//! - *takes*: the time that the service takes for one exchange
//! - *of limit*: the calls that were served before the load ended, as a share of what the limit allows in
//!   that time; with a greedy user, the share of the other users' calls that were served
//! - *within*: the time of the slowest rejection
//! - *fullest*: the largest number of requests to the service in any window of the limit
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]
#![allow(dead_code, reason = "the tests use more of what they share")]

#[path = "../tests/exchange/load.rs"]
mod load;
#[path = "../tests/redis/server.rs"]
mod server;

use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use acs_auth::{RedisOptions, SealingKey};
use tokio::time::Instant;

use crate::load::{Load, Seen, Service, exchanger, fullest};
use crate::server::RedisServer;

const LIMIT: u32 = 400;
const USER_LIMIT: u32 = 25;
const TIMEOUT: Duration = Duration::from_secs(10);
const SERVICES: [u64; 3] = [50, 200, 1000];
const FACTORS: [f64; 4] = [1.3, 2.0, 5.0, 10.0];
const SIMULATED_PERIOD: Duration = Duration::from_secs(30);
const REAL_PERIOD: Duration = Duration::from_secs(10);
/// Long enough that the last exchanges, which end after the load, are few.
const REAL_WINDOWS: u32 = 6;
const PROCESSES: u64 = 4;
/// The first argument with which this program starts itself as one process of a fleet.
const MEMBER: &str = "member";

/// One row of a table: the load, and the service that it meets.
#[derive(Debug, Clone, Copy)]
struct Row {
    factor: f64,
    service: Duration,
    period: Duration,
    windows: u32,
    /// Whether there is one more user, who makes calls at 100 times its share.
    greedy: bool,
}

impl Row {
    fn load(&self, part: f64, seed: u64) -> Load {
        Load {
            per_second: part * self.factor * f64::from(LIMIT) / self.period.as_secs_f64(),
            length: self.period * self.windows,
            timeout: TIMEOUT,
            user: None,
            seed,
        }
    }

    fn greedy(&self, part: f64, seed: u64) -> Load {
        Load {
            per_second: part * 100.0 * f64::from(USER_LIMIT) / self.period.as_secs_f64(),
            user: Some(0),
            ..self.load(0.0, seed)
        }
    }

    /// Runs the load. Returns the outcome for the ordinary callers and for the greedy one, and when requests
    /// were sent, since 1970.
    async fn run(&self, part: f64, seed: u64, redis: Option<&str>) -> (Seen, Seen, Vec<Duration>) {
        let (begun, since) = (Instant::now(), UNIX_EPOCH.elapsed().unwrap());
        let service = Service::new(self.service);
        let mut builder = exchanger(&service).limit(LIMIT).limit_window(self.period);
        if let Some(url) = redis {
            let key = SealingKey::from_base64(&format!("{}=", "A".repeat(43))).unwrap();
            builder = builder.cache_secret([7; 32]).redis(RedisOptions::new(url, key));
        }
        let exchanger = builder.build().unwrap();
        let others = self.load(part, seed);
        let (others, greedy) = if self.greedy {
            let greedy = self.greedy(part, seed + 1000);
            tokio::join!(others.run(&exchanger), greedy.run(&exchanger))
        } else {
            (others.run(&exchanger).await, Seen::default())
        };
        let sent = service.sent();
        (
            others,
            greedy,
            sent.iter().map(|at| since + (*at - begun)).collect(),
        )
    }

    fn tell(&self, where_: &str, seen: &Seen, greedy: &Seen, sent: &[Duration]) {
        let limit = (LIMIT * self.windows) as f64;
        let (success, of) = if self.greedy {
            (seen.served, seen.offered as f64)
        } else {
            (seen.during, limit)
        };
        println!(
            "{where_:<26} {:>6} {:>6} {:>8} {:>8} {:>7.1} % {:>8} {:>6} {:>5} {:>10.1} ms {:>8}{}",
            format!("{:.1}x", self.factor),
            format!("{} ms", self.service.as_millis()),
            seen.offered,
            seen.served,
            100.0 * success as f64 / of,
            seen.rejected,
            seen.failed,
            seen.late,
            seen.slowest_rejection.max(greedy.slowest_rejection).as_secs_f64() * 1e3,
            fullest(sent, self.period),
            if self.greedy {
                format!(
                    "  (of the others' calls; the greedy user: {} of {})",
                    greedy.served, greedy.offered
                )
            } else {
                String::new()
            },
        );
    }
}

fn heading() {
    println!(
        "{:<26} {:>6} {:>6} {:>8} {:>8} {:>9} {:>8} {:>6} {:>5} {:>13} {:>8}",
        "",
        "asked",
        "takes",
        "calls",
        "served",
        "of limit",
        "rejected",
        "failed",
        "late",
        "within",
        "fullest"
    );
}

fn runtime(paused: bool) -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(paused)
        .build()
        .unwrap()
}

fn simulated() {
    println!("paused clock, one process, two minutes a row, limit {LIMIT} in 30 s");
    heading();
    let row = |factor, service, greedy| Row {
        factor,
        service: Duration::from_millis(service),
        period: SIMULATED_PERIOD,
        windows: 4,
        greedy,
    };
    let mut rows = Vec::new();
    for service in SERVICES {
        rows.extend(FACTORS.map(|factor| row(factor, service, false)));
    }
    rows.extend(SERVICES.map(|service| row(0.8, service, true)));
    for row in rows {
        let (seen, greedy, sent) = runtime(true).block_on(row.run(1.0, 1, None));
        row.tell("one process", &seen, &greedy, &sent);
    }
}

/// `member URL FACTOR SERVICE_MS GREEDY SEED`: runs one of the four processes, which prints its counts.
fn member(arguments: &[String]) {
    let [url, factor, service, greedy, seed] = arguments else {
        panic!("five arguments");
    };
    let row = Row {
        factor: factor.parse().unwrap(),
        service: Duration::from_millis(service.parse().unwrap()),
        period: REAL_PERIOD,
        windows: REAL_WINDOWS,
        greedy: greedy == "true",
    };
    let part = 1.0 / PROCESSES as f64;
    let (seen, greedy, sent) = runtime(false).block_on(row.run(part, seed.parse().unwrap(), Some(url)));
    for seen in [seen, greedy] {
        println!(
            "{} {} {} {} {} {} {}",
            seen.offered,
            seen.served,
            seen.during,
            seen.late,
            seen.rejected,
            seen.failed,
            seen.slowest_rejection.as_micros()
        );
    }
    let sent: Vec<String> = sent.iter().map(|at| at.as_micros().to_string()).collect();
    println!("{}", sent.join(" "));
}

fn read(line: &str) -> Seen {
    let numbers: Vec<usize> = line.split(' ').map(|number| number.parse().unwrap()).collect();
    Seen {
        offered: numbers[0],
        served: numbers[1],
        during: numbers[2],
        late: numbers[3],
        rejected: numbers[4],
        failed: numbers[5],
        slowest_rejection: Duration::from_micros(numbers[6] as u64),
    }
}

fn fleet(row: &Row) {
    let redis = RedisServer::start();
    // As after an idle time: with an empty Redis, the limiter allows no burst in the first window.
    redis::Cmd::set("acs-auth:{limiter}:next", 1)
        .exec(&mut redis.admin())
        .unwrap();
    let members: Vec<_> = (1..=PROCESSES)
        .map(|seed| {
            Command::new(std::env::current_exe().unwrap())
                .args([MEMBER, &redis.url(), &row.factor.to_string()])
                .args([
                    row.service.as_millis().to_string(),
                    row.greedy.to_string(),
                    seed.to_string(),
                ])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let (mut seen, mut greedy, mut sent) = (Seen::default(), Seen::default(), Vec::new());
    for member in members {
        let output = member.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        seen.add(&read(lines[0]));
        greedy.add(&read(lines[1]));
        sent.extend(
            lines[2]
                .split(' ')
                .map(|micros| Duration::from_micros(micros.parse().unwrap())),
        );
    }
    sent.sort_unstable();
    row.tell("four processes, one Redis", &seen, &greedy, &sent);
}

fn real() {
    println!("\nreal time, a minute a row, limit {LIMIT} in 10 s");
    heading();
    let row = |factor, service, greedy| Row {
        factor,
        service: Duration::from_millis(service),
        period: REAL_PERIOD,
        windows: REAL_WINDOWS,
        greedy,
    };
    for row in [row(2.0, 200, false), row(10.0, 1000, false), row(0.8, 200, true)] {
        let (seen, greedy, sent) = runtime(false).block_on(row.run(1.0, 1, None));
        row.tell("one process", &seen, &greedy, &sent);
    }
    let mut rows = Vec::new();
    for service in SERVICES {
        rows.extend(FACTORS.map(|factor| row(factor, service, false)));
    }
    rows.push(row(0.8, 200, true));
    for row in rows {
        fleet(&row);
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(MEMBER) => member(&arguments[1..]),
        _ => {
            simulated();
            real();
        }
    }
}
