//! The limit on exchanges, and the pause that the service requests.

use std::time::Duration;

use acs_auth::ErrorKind;
use acs_auth::observe::Event;
use acs_emulator::RetryAfter;

use crate::setup::Setup;

#[tokio::test]
async fn beyond_the_limit_a_caller_waits_or_is_told_how_long() {
    let setup = Setup::start().await;
    let exchanger = setup
        .builder()
        .limit(4)
        .limit_burst(2)
        // Turns are 4 s apart, so that a busy machine misses none.
        .limit_window(Duration::from_secs(12))
        .build()
        .unwrap();
    for _ in 0..3 {
        setup.exchange(&exchanger, &setup.mint()).await.unwrap();
    }
    let waited = |event: &Event| matches!(event, Event::Limited { rejected: false, .. });
    assert!(setup.told.count(waited) >= 1);
    let hasty = setup.spawn(&exchanger, &setup.mint(), Duration::from_millis(20));
    let error = hasty.await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Throttled, Some("limited"))
    );
    assert!(error.retry_after.unwrap() <= Duration::from_secs(4));
    assert_eq!(setup.upstream().len(), 3);
}

#[tokio::test]
async fn a_429_is_not_tried_again_and_pauses_all() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    setup.fault(|fault| {
        fault.status = Some(429);
        fault.retry_after = Some(RetryAfter::Seconds(60));
    });
    for code in [None, Some("limited")] {
        let error = setup.exchange(&exchanger, &setup.mint()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Throttled);
        if code.is_some() {
            assert_eq!(error.code.as_deref(), code);
        }
        let wait = error.retry_after.unwrap();
        assert!((Duration::from_secs(50)..=Duration::from_secs(60)).contains(&wait));
    }
    assert_eq!(setup.upstream().len(), 1);
    assert_eq!(setup.told.count(|event| matches!(event, Event::Paused { .. })), 1);
}

#[tokio::test]
async fn other_faults_are_tried_again_as_ever() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    setup.fault(|fault| {
        fault.status = Some(503);
        fault.count = 2;
    });
    setup.exchange(&exchanger, &setup.mint()).await.unwrap();
    assert_eq!(setup.upstream().len(), 3);
}

#[tokio::test]
async fn options_that_cannot_be_used_are_named() {
    let setup = Setup::start().await;
    for (builder, option) in [
        (setup.builder().limit(1), "limit"),
        (setup.builder().limit(10).limit_burst(10), "limit_burst"),
        (setup.builder().limit_burst(0), "limit_burst"),
        (
            setup.builder().limit_window(Duration::from_millis(999)),
            "limit_window",
        ),
        (
            setup.builder().negative_ttl(Duration::from_secs(6)),
            "negative_ttl",
        ),
        (setup.builder().max_ttl(Duration::from_millis(999)), "max_ttl"),
        (setup.builder().timeout(Duration::ZERO), "timeout"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(
            (error.kind, error.target.as_deref()),
            (ErrorKind::InvalidArgument, Some(option))
        );
    }
}
