//! Callers with the same token share one exchange, and each waits no longer than its own timeout.

use std::time::Duration;

use acs_auth::ErrorKind;
use acs_auth::observe::Event;

use crate::setup::Setup;

const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_thousand_callers_with_one_token_make_one_exchange() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    setup.fault(|fault| fault.latency_ms = 3000);
    let callers: Vec<_> = (0..1000).map(|_| setup.spawn(&exchanger, &token, LONG)).collect();
    let mut tokens = Vec::new();
    for caller in callers {
        tokens.push(caller.await.unwrap().unwrap().token);
    }
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(setup.upstream().len(), 1);
    assert_eq!(
        setup.told.count(|event| matches!(event, Event::Exchanged { .. })),
        1
    );
    assert_eq!(setup.told.count(|event| *event == Event::Coalesced), 999);
}

#[tokio::test]
async fn a_failure_is_shared_by_those_who_waited_and_kept_for_nobody() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    setup.fault(|fault| {
        fault.status = Some(501);
        fault.latency_ms = 3000;
    });
    let callers: Vec<_> = (0..20).map(|_| setup.spawn(&exchanger, &token, LONG)).collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().unwrap_err().kind, ErrorKind::ServiceError);
    }
    assert_eq!(setup.upstream().len(), 1);
    setup.exchange(&exchanger, &token).await.unwrap();
}

#[tokio::test]
async fn an_exchange_outlives_its_leader() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    setup.fault(|fault| fault.latency_ms = 500);
    let leader = setup.spawn(&exchanger, &token, LONG);
    setup.arrived(1).await;
    let waiters: Vec<_> = (0..10).map(|_| setup.spawn(&exchanger, &token, LONG)).collect();
    tokio::task::yield_now().await;
    leader.abort();
    for waiter in waiters {
        waiter.await.unwrap().unwrap();
    }
    assert_eq!(setup.upstream().len(), 1);
}

#[tokio::test]
async fn callers_who_leave_one_after_the_other_make_one_exchange() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    setup.fault(|fault| fault.latency_ms = 500);
    for _ in 0..30 {
        let caller = setup.spawn(&exchanger, &token, LONG);
        tokio::time::sleep(Duration::from_millis(60)).await;
        caller.abort();
    }
    setup.exchange(&exchanger, &token).await.unwrap();
    assert_eq!(setup.upstream().len(), 1);
}

#[tokio::test]
async fn a_leader_that_runs_out_of_time_fails_nobody_else() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    // Far longer than the leader's timeout, within which the request arrives even on a busy machine.
    setup.fault(|fault| fault.latency_ms = 8000);
    let leader = setup.spawn(&exchanger, &token, Duration::from_secs(4));
    setup.arrived(1).await;
    let waiter = setup.spawn(&exchanger, &token, LONG);
    assert_eq!(leader.await.unwrap().unwrap_err().kind, ErrorKind::Timeout);
    waiter.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_waiter_that_runs_out_of_time_fails_alone() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    setup.fault(|fault| fault.latency_ms = 6000);
    let leader = setup.spawn(&exchanger, &token, LONG);
    setup.arrived(1).await;
    let waiter = setup.spawn(&exchanger, &token, Duration::from_millis(50));
    assert_eq!(waiter.await.unwrap().unwrap_err().kind, ErrorKind::Timeout);
    leader.await.unwrap().unwrap();
    assert_eq!(setup.upstream().len(), 1);
}

#[tokio::test]
async fn another_token_is_another_exchange() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let (one, other) = (setup.mint(), setup.mint());
    for token in [&one, &other, &one, &other] {
        setup.exchange(&exchanger, token).await.unwrap();
    }
    assert_eq!(setup.upstream().len(), 2);
}
