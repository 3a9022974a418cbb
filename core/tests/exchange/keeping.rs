//! What is cached, for how long, and for whom.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use acs_auth::ErrorKind;
use acs_auth::entra::TokenCheck;
use acs_auth::observe::Event;
use acs_emulator::entra::{Attack, MintRequest};

use crate::setup::Setup;

fn mint_for_an_hour(setup: &Setup) -> String {
    let wanted = MintRequest {
        lifetime: Some(3600),
        ..MintRequest::default()
    };
    setup.emulator.mint(&wanted).unwrap()
}

#[tokio::test]
async fn a_token_is_kept_until_two_minutes_before_its_end() {
    let setup = Setup::start().await;
    let later = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&later);
    let exchanger = setup
        .builder()
        .clock(move || SystemTime::now() + Duration::from_secs(clock.load(Ordering::SeqCst)))
        .token_check(TokenCheck::Off)
        .build()
        .unwrap();
    let token = mint_for_an_hour(&setup);
    for (seconds, exchanges) in [(0, 1), (0, 1), (3600 - 120 - 10, 1), (3600 - 115, 2)] {
        later.store(seconds, Ordering::SeqCst);
        setup.exchange(&exchanger, &token).await.unwrap();
        assert_eq!(setup.upstream().len(), exchanges, "after {seconds} s");
    }
}

#[tokio::test]
async fn nothing_is_kept_without_a_cache() {
    let setup = Setup::start().await;
    let exchanger = setup.builder().cache_bytes(0).build().unwrap();
    let token = setup.mint();
    for _ in 0..3 {
        setup.exchange(&exchanger, &token).await.unwrap();
    }
    assert_eq!(setup.upstream().len(), 3);
}

#[tokio::test]
async fn the_ids_are_part_of_the_key() {
    let setup = Setup::start().await;
    let exchanger = setup.builder().token_check(TokenCheck::Off).build().unwrap();
    let token = setup.mint();
    setup.exchange(&exchanger, &token).await.unwrap();
    let (client_id, user_id) = (&setup.client_id, &setup.user_id);
    let upper = user_id.to_uppercase();
    exchanger.exchange(&token, client_id, &upper).await.unwrap();
    assert_eq!(setup.upstream().len(), 1, "GUIDs differ in case only");
    exchanger.exchange(&token, user_id, user_id).await.unwrap_err();
    exchanger
        .exchange(&token, client_id, client_id)
        .await
        .unwrap_err();
    assert_eq!(setup.upstream().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_remembered_and_a_fault_is_not() {
    let setup = Setup::start().await;
    let exchanger = setup.builder().token_check(TokenCheck::Off).build().unwrap();
    let bad = setup
        .emulator
        .mint(&MintRequest {
            attack: Some(Attack::Expired),
            ..MintRequest::default()
        })
        .unwrap();
    for _ in 0..5 {
        let error = setup.exchange(&exchanger, &bad).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::EntraTokenRejected);
    }
    assert_eq!(setup.upstream().len(), 1);
    assert_eq!(setup.told.count(|event| *event == Event::NegativeCacheHit), 4);

    setup.emulator.clear_requests();
    let good = setup.mint();
    setup.fault(|fault| fault.status = Some(501));
    setup.exchange(&exchanger, &good).await.unwrap_err();
    setup.exchange(&exchanger, &good).await.unwrap();
    assert_eq!(setup.upstream().len(), 2);
}

#[tokio::test]
async fn the_token_check_decides_before_anything_is_sent() {
    let setup = Setup::start().await;
    let expired = setup
        .emulator
        .mint(&MintRequest {
            attack: Some(Attack::Expired),
            ..MintRequest::default()
        })
        .unwrap();
    let error = setup.exchange(&setup.exchanger(), &expired).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::EntraTokenInvalid, Some("expiry"))
    );
    assert!(setup.upstream().is_empty());
    let warning = setup.builder().token_check(TokenCheck::Warn).build().unwrap();
    let error = setup.exchange(&warning, &expired).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::EntraTokenRejected);
    assert_eq!(setup.upstream().len(), 1);
}

#[tokio::test]
async fn the_token_check_decides_about_a_kept_token_each_time() {
    let setup = Setup::start().await;
    let offset = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&offset);
    let begin = SystemTime::now();
    let exchanger = setup
        .builder()
        .clock(move || {
            let offset = clock.load(Ordering::SeqCst);
            let by = Duration::from_secs(offset.unsigned_abs());
            if offset < 0 { begin - by } else { begin + by }
        })
        .build()
        .unwrap();
    let token = mint_for_an_hour(&setup);
    for (seconds, is_good) in [
        (0, true),
        (1, true),
        (2, true),
        (2990, true),
        (3005, false),
        (2990, true),
        (-3600, false),
        (3, true),
    ] {
        offset.store(seconds, Ordering::SeqCst);
        match setup.exchange(&exchanger, &token).await {
            Ok(_) => assert!(is_good, "after {seconds} s"),
            Err(error) => {
                assert_eq!(error.code.as_deref(), Some("expiry"), "after {seconds} s");
                assert!(!is_good, "after {seconds} s: {error}");
            }
        }
    }
    assert_eq!(setup.upstream().len(), 1);
}

#[tokio::test]
async fn a_sign_out_forgets_the_users_tokens_and_those_on_their_way() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let tenant = setup.emulator.info().tenant_id.clone();
    let token = setup.mint();
    setup.exchange(&exchanger, &token).await.unwrap();
    exchanger
        .sign_out(&tenant, &setup.user_id.to_uppercase())
        .await
        .unwrap();
    setup.exchange(&exchanger, &token).await.unwrap();
    assert_eq!(setup.upstream().len(), 2);

    let other = setup.mint();
    setup.fault(|fault| fault.latency_ms = 400);
    let under_way = setup.spawn(&exchanger, &other, Duration::from_secs(30));
    setup.arrived(3).await;
    exchanger.sign_out(&tenant, &setup.user_id).await.unwrap();
    under_way.await.unwrap().unwrap();
    setup.exchange(&exchanger, &other).await.unwrap();
    assert_eq!(
        setup.upstream().len(),
        4,
        "what came after the sign-out was not kept"
    );
    assert_eq!(setup.told.count(|event| *event == Event::SignedOut), 2);
}

#[tokio::test]
async fn nothing_shows_a_token() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    let acs = setup.exchange(&exchanger, &token).await.unwrap();
    let shown = format!("{exchanger:?}");
    assert!(!shown.contains(&token) && !shown.contains(acs.token.expose()));
}
