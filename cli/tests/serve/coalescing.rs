//! Request coalescing: many callers, few exchanges.

use serde_json::json;

use crate::server::{API, Answer, Served, TEAMS};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_callers_with_one_token_make_one_exchange() {
    // A thousand callers can keep a test machine busy for longer than an attempt may take, and a second
    // attempt would count.
    let patient = [
        ("ACS_AUTH_ATTEMPT_TIMEOUT_MS", "20000"),
        ("ACS_AUTH_SERVICE_TIMEOUT_MS", "60000"),
        ("ACS_AUTH_TIMEOUT_MS", "60000"),
    ];
    let served = Served::with(&patient).await;
    let (bearer, teams) = (served.emulator.mint(API).await, served.emulator.mint(TEAMS).await);
    // Long enough for all of them to arrive before the first is answered.
    served
        .emulator
        .fault(json!({"operation": "exchange_teams_user", "latency_ms": 1500}))
        .await;
    let calls: Vec<_> = (0..1000)
        .map(|_| tokio::spawn(Answer::of(served.exchange(&bearer, &teams))))
        .collect();
    let mut tokens = std::collections::BTreeSet::new();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
        tokens.insert(answer.body["token"].as_str().unwrap().to_owned());
    }
    assert_eq!(tokens.len(), 1);
    assert_eq!(served.emulator.exchanges().await.len(), 1);
}

#[tokio::test]
async fn another_token_of_the_same_user_is_exchanged_by_itself() {
    let served = Served::start().await;
    let bearer = served.emulator.mint(API).await;
    for _ in 0..2 {
        let teams = served.emulator.mint(TEAMS).await;
        for _ in 0..3 {
            assert_eq!(Answer::of(served.exchange(&bearer, &teams)).await.status, 201);
        }
    }
    assert_eq!(served.emulator.exchanges().await.len(), 2);
}
