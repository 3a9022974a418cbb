//! More callers than the limit allows: all slots are used, and all other callers are rejected at once. The
//! clock is paused. `make bench-overload` prints the whole table.

use std::time::Duration;

use crate::load::{Load, Seen, Service, exchanger, fullest};

const LIMIT: u32 = 400;
const PERIOD: Duration = Duration::from_secs(30);
const LENGTH: Duration = Duration::from_secs(60);

fn load(factor: f64) -> Load {
    Load {
        per_second: factor * f64::from(LIMIT) / PERIOD.as_secs_f64(),
        length: LENGTH,
        timeout: Duration::from_secs(10),
        user: None,
        seed: 1,
    }
}

fn assert_holds(what: &str, seen: &Seen, service: &Service) {
    let limit = LIMIT as usize * 2;
    assert!(seen.during * 100 >= limit * 95, "{what}: {seen:?}");
    assert!(
        seen.slowest_rejection < Duration::from_millis(50),
        "{what}: {seen:?}"
    );
    assert_eq!((seen.late, seen.failed), (0, 0), "{what}: {seen:?}");
    assert!(fullest(&service.sent(), PERIOD) <= LIMIT as usize, "{what}");
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_served_however_many_more_ask() {
    for service_ms in [50, 200, 1000] {
        for factor in [1.3, 2.0, 10.0] {
            let service = Service::new(Duration::from_millis(service_ms));
            let exchanger = exchanger(&service).build().unwrap();
            let seen = load(factor).run(&exchanger).await;
            assert_holds(&format!("{factor} times, {service_ms} ms"), &seen, &service);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_who_asks_a_hundred_times_its_share_costs_the_others_nothing() {
    let service = Service::new(Duration::from_millis(200));
    let exchanger = exchanger(&service).build().unwrap();
    let greedy = Load {
        per_second: 100.0 * 25.0 / PERIOD.as_secs_f64(),
        user: Some(7),
        seed: 2,
        ..load(0.0)
    };
    let (greedy, others) = tokio::join!(greedy.run(&exchanger), load(0.8).run(&exchanger));
    assert!(others.served * 100 >= others.offered * 99, "{others:?}");
    assert!(greedy.served <= 2 * 25, "{greedy:?}");
    assert!(greedy.slowest_rejection < Duration::from_millis(50), "{greedy:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_slows_down_under_load_is_learned_within_one_deadline() {
    let service = Service::new(Duration::from_millis(50));
    let exchanger = exchanger(&service).build().unwrap();
    load(2.0).run(&exchanger).await;
    service.takes(Duration::from_secs(2));
    Load {
        length: Duration::from_secs(10),
        ..load(2.0)
    }
    .run(&exchanger)
    .await;
    let seen = load(2.0).run(&exchanger).await;
    assert_holds("after a deadline's time", &seen, &service);
}
