//! How often callers can make the key store fetch, and how long it can make them wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

use acs_auth::entra::verify::TokenVerifier;
use serde_json::json;

use crate::forged::*;
use crate::issuer::{Issuer, api};

/// Far longer than a call that need not wait takes, and far shorter than a fetch that hangs.
const AT_ONCE: Duration = Duration::from_millis(2500);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

fn unknown_key(forged: &Forged, id: &str) -> String {
    forged.token(&with(header(), json!({ "kid": id })), &claims())
}

/// Waits until this many requests were begun.
async fn until_asked(forged: &Forged, times: usize) {
    while forged.asked() < times {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A verifier with a running clock, by which it paces its fetches.
fn ticking(forged: &Forged) -> TokenVerifier {
    let started = Instant::now();
    let base = UNIX_EPOCH + Duration::from_secs(u64::try_from(NOW).unwrap());
    forged
        .builder()
        .clock(move || base + started.elapsed())
        .build()
        .unwrap()
}

fn spawn_verify(
    verifier: &TokenVerifier,
    token: String,
) -> tokio::task::JoinHandle<acs_auth::Result<acs_auth::entra::verify::VerifiedToken>> {
    let verifier = verifier.clone();
    tokio::spawn(async move { verifier.verify(&token).await })
}

#[tokio::test]
async fn a_token_that_is_refused_anyhow_is_not_worth_a_look() {
    let forged = Forged::new(&json!({}));
    let verifier = forged.builder().build().unwrap();
    for changes in [
        json!({"aud": USER}),
        json!({"exp": NOW - 301}),
        json!({"nbf": NOW + 301}),
        json!({"oid": null}),
        json!({"azp": null}),
    ] {
        let token = forged.token(
            &with(header(), json!({"kid": "invented"})),
            &with(claims(), changes),
        );
        verifier.verify(&token).await.unwrap_err();
    }
    assert_eq!(forged.asked(), 0);
}

// The clock is paused: a fetch's first attempt may take no longer than 1.5 s.
#[tokio::test(start_paused = true)]
async fn callers_that_go_away_cause_no_more_looks_than_those_that_stay() {
    let forged = Forged::new(&json!({}));
    let verifier = ticking(&forged);
    verifier
        .verify(&forged.token(&header(), &claims()))
        .await
        .unwrap();
    forged.hang();
    let before = forged.asked();
    for n in 0..20 {
        let caller = spawn_verify(&verifier, unknown_key(&forged, &format!("invented-{n}")));
        if n == 0 {
            until_asked(&forged, before + 1).await;
        } else {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        caller.abort();
        caller.await.unwrap_err();
    }
    assert_eq!(forged.asked(), before + 1, "one look, handed on");
}

#[tokio::test]
async fn good_tokens_do_not_wait_for_a_look_that_hangs() {
    let forged = Forged::new(&json!({}));
    let verifier = ticking(&forged);
    let good = forged.token(&header(), &claims());
    verifier.verify(&good).await.unwrap();
    forged.hang();
    let before = forged.asked();
    let waiting = spawn_verify(&verifier, unknown_key(&forged, "invented"));
    until_asked(&forged, before + 1).await;
    for _ in 0..100 {
        tokio::time::timeout(AT_ONCE, verifier.verify(&good))
            .await
            .unwrap()
            .unwrap();
    }
    waiting.abort();
}

// The clock is paused: a fetch's first attempt may take no longer than 1.5 s.
#[tokio::test(start_paused = true)]
async fn an_outage_that_hangs_does_not_hold_up_known_keys() {
    let forged = Forged::new(&json!({}));
    let (verifier, later) = later(forged.builder().max_lifetime(WEEK));
    let good = forged.token(&header(), &with(claims(), json!({"exp": NOW + 6 * 24 * 3600})));
    verifier.verify(&good).await.unwrap();
    forged.hang();
    for hours in [13, 25] {
        later.store(hours * 3600, Ordering::SeqCst);
        tokio::time::timeout(AT_ONCE, verifier.verify(&good))
            .await
            .unwrap_or_else(|_| panic!("held up after {hours} hours"))
            .unwrap();
    }
    assert_eq!(forged.asked(), 3, "it was looked, ahead of the day's end");
}

// The clock is paused: the two documents take longer than the first caller waits for them.
#[tokio::test(start_paused = true)]
async fn old_keys_are_fetched_to_the_end_though_each_caller_leaves_before() {
    let forged = Forged::new(&json!({}));
    let (verifier, later) = later(forged.builder().max_lifetime(WEEK));
    let good = with(claims(), json!({"exp": NOW + 6 * 24 * 3600}));
    let known = forged.token(&header(), &good);
    verifier.verify(&known).await.unwrap();
    let next = with(forged.key(), json!({"kid": "next"}));
    forged.publish_keys(json!({"keys": [forged.key(), next]}).to_string());
    forged.takes(Duration::from_millis(80));
    later.store(13 * 3600, Ordering::SeqCst);
    for _ in 0..3 {
        verifier.verify(&known).await.unwrap();
        // Longer than a look may take: who comes next would find an outdated one.
        tokio::time::sleep(Duration::from_secs(5)).await;
        later.fetch_add(5, Ordering::SeqCst);
    }
    let signed_by_next = forged.token(&with(header(), json!({"kid": "next"})), &good);
    verifier.verify(&signed_by_next).await.unwrap();
    assert_eq!(
        forged.asked(),
        4,
        "one look for both documents, besides the first"
    );
}

#[test]
fn a_look_whose_runtime_is_not_driven_holds_nobody_up() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    let (idle, driven) = (runtime(), runtime());
    let forged = Forged::new(&json!({}));
    let (verifier, _) = later(forged.builder());
    let good = forged.token(&header(), &claims());
    forged.hang();
    idle.block_on(async {
        let left = tokio::time::timeout(Duration::from_secs(1), verifier.verify(&good)).await;
        left.unwrap_err();
    });
    assert_eq!(forged.asked(), 1, "a look is under way");
    forged.go_on();
    driven.block_on(async { verifier.verify(&good).await.unwrap() });
    assert_eq!(forged.asked(), 3, "another look");
    // What the first one still finds out no longer counts, and costs no known key.
    idle.block_on(async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        verifier.verify(&good).await.unwrap();
    });
    assert_eq!(forged.asked(), 4, "the rest of the first look");
}

/// Rollovers under continuous load. The emulator publishes the current key and the previous one, so two
/// rollovers in a row remove the first key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rollovers_in_the_middle_of_load_lose_no_good_token() {
    for rollovers in [1, 2] {
        let issuer = Arc::new(Issuer::start().await);
        let verifier = issuer.verifier();
        verifier.verify(&issuer.mint(&api())).await.unwrap();
        let before = issuer.fetches.count();
        let done = Arc::new(AtomicU64::new(0));
        let callers: Vec<_> = (0..8)
            .map(|_| {
                let (verifier, issuer, done) = (verifier.clone(), Arc::clone(&issuer), Arc::clone(&done));
                tokio::spawn(async move {
                    for _ in 0..100 {
                        // Valid when it is minted, and still after one rollover, but not after two.
                        let token = issuer.mint(&api());
                        let result = verifier.verify(&token).await;
                        done.fetch_add(1, Ordering::SeqCst);
                        if let Err(error) = result {
                            return Some(error);
                        }
                    }
                    None
                })
            })
            .collect();
        while done.load(Ordering::SeqCst) < 200 {
            tokio::task::yield_now().await;
        }
        let old = issuer.mint(&api());
        issuer.emulator.entra().roll_over_keys().unwrap();
        if rollovers == 2 {
            // Tokens under way that were signed with the first key are accepted until the next fetch.
            issuer.emulator.entra().roll_over_keys().unwrap();
        }
        verifier.verify(&issuer.mint(&api())).await.unwrap();
        let of_old_key = verifier.verify(&old).await.err();
        let of_old_key = of_old_key.and_then(|error| error.code.clone());
        assert_eq!(of_old_key.as_deref(), (rollovers == 2).then_some("key_unknown"));
        let mut refused = Vec::new();
        for caller in callers {
            refused.extend(caller.await.unwrap());
        }
        if rollovers == 1 {
            assert!(refused.is_empty(), "{refused:?}");
        } else {
            // At most one token per caller can have been under way with a key that is no longer published.
            assert!(refused.len() <= 8, "{refused:?}");
            let only_old = |error: &acs_auth::Error| error.code.as_deref() == Some("key_unknown");
            assert!(refused.iter().all(only_old), "{refused:?}");
        }
        let looks = (issuer.fetches.count() - before) / 2;
        assert!((1..=3).contains(&looks), "{looks} looks");
    }
}
