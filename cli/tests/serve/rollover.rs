//! Entra rolls its signing keys over while the server is busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::Method;

use crate::server::{API, Answer, Mint, Served, TEAMS};

#[tokio::test(flavor = "multi_thread")]
async fn a_rollover_under_load_and_a_flood_of_unknown_keys_loses_no_good_request() {
    let served = Arc::new(Served::start().await);
    let teams = served.emulator.mint(TEAMS).await;
    let flood = served
        .emulator
        .mint(Mint {
            attack: Some("kid_unknown"),
            ..API
        })
        .await;
    let (done, good) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let floods: Vec<_> = (0..4)
        .map(|_| {
            let (served, flood, teams) = (served.clone(), flood.clone(), teams.clone());
            let done = done.clone();
            tokio::spawn(async move {
                while !done.load(Ordering::Relaxed) {
                    assert_eq!(Answer::of(served.exchange(&flood, &teams)).await.status, 401);
                }
            })
        })
        .collect();
    for round in 0..3 {
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let (served, teams, good) = (served.clone(), teams.clone(), good.clone());
                tokio::spawn(async move {
                    for _ in 0..20 {
                        let bearer = served.emulator.mint(API).await;
                        let answer = Answer::of(served.exchange(&bearer, &teams)).await;
                        assert_eq!(answer.status, 201, "round {round}: {}", answer.body);
                        good.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        served.emulator.call(Method::POST, "/keys/rollover", None).await;
        for caller in callers {
            caller.await.unwrap();
        }
    }
    done.store(true, Ordering::Relaxed);
    for flood in floods {
        flood.await.unwrap();
    }
    assert_eq!(good.load(Ordering::Relaxed), 240);
}
