//! One of several processes that share a Redis. A line of input has the first user and the number of users; a line of output, the cost of the
//! exchanges for them.

use std::io::BufRead as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acs_auth::{RedisOptions, SealingKey};
use serde_json::json;
use tokio::task::JoinSet;

use crate::service::{Service, Users, exchanger};
use crate::{cpu, memory, number, runtime, tell};

const IN_FLIGHT: usize = 16;

pub(crate) fn serve(url: &str) {
    let mut redis = RedisOptions::new(
        url,
        SealingKey::from_base64(&format!("{}=", "A".repeat(43))).unwrap(),
    );
    // Long enough for processes that share a core with Redis. After the timeout they would do without it.
    redis.timeout = Duration::from_secs(10);
    let runtime = runtime();
    let (service, tokens) = (Service::new(), Arc::new(Users::new()));
    let exchanger = {
        let _within = runtime.enter();
        let options = exchanger(&service).cache_secret([7; 32]).redis(redis);
        options.build().unwrap()
    };
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (first, count) = line.split_once(' ').unwrap();
        let (first, count) = (number(first), number(count));
        let (sent, before, begun) = (service.sent(), cpu(), Instant::now());
        let (exchanger, tokens) = (exchanger.clone(), Arc::clone(&tokens));
        let all = async move {
            let mut tasks = JoinSet::new();
            for at in 0..IN_FLIGHT {
                let (exchanger, tokens) = (exchanger.clone(), Arc::clone(&tokens));
                tasks.spawn(async move {
                    for number in (first + at..first + count).step_by(IN_FLIGHT) {
                        tokens.exchange(&exchanger, number).await;
                    }
                });
            }
            tasks.join_all().await;
        };
        runtime.block_on(async { tokio::spawn(all).await.unwrap() });
        tell(&json!({
            "each": (cpu() - before) / count as f64,
            "a_second": count as f64 / begun.elapsed().as_secs_f64(),
            "sent": service.sent() - sent,
            "resident": memory().0,
        }));
    }
}
