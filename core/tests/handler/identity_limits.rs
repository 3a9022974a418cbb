//! The limits of `/api/user` and `/api/token`, and their cache.

use acs_auth::handler::HandlerSettings;
use acs_emulator::entra::MintRequest;
use acs_emulator::{Emulator, Fault, Filter, KeyName, Options};

use crate::identity::{ask, builder_with_graph, start, start_with};
use crate::support::{BOB, BackEnd, api, json as body, of};

fn count(back_end: &BackEnd, operation: &str) -> usize {
    let filter = Filter {
        operation: Some(operation.into()),
        ..Filter::default()
    };
    back_end.emulator.requests(&filter).len()
}

#[tokio::test]
async fn the_limits_are_settings() {
    let back_end = start_with("[limit]\nidentity_per_user = 0\nidentity_creations = 2").await;
    // With a burst of one, the second creation would be too early.
    for (user, status) in [("alice@contoso.example", 201), (BOB, 429)] {
        let request = back_end.bearer_request("POST", "/api/user", of(user, api()));
        assert_eq!(back_end.handler.handle(request).await.status, status);
    }
    for _ in 0..30 {
        assert_eq!(ask(&back_end, "GET", "/api/user").await.status, 200);
    }

    let back_end = start_with("limit = { identity_per_user = 3 }").await;
    for status in [201, 200, 200, 429] {
        assert_eq!(ask(&back_end, "POST", "/api/user").await.status, status);
    }
}

#[tokio::test]
async fn a_limit_that_cannot_be_used_is_named() {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    for (name, value, target) in [
        ("identity_creations", 1_u64, "limit.identity_creations"),
        ("identity_deletions", 0, "limit.identity_deletions"),
        ("identity_tokens", 1, "limit.identity_tokens"),
        ("identity_window_ms", 0, "limit.identity_window_ms"),
        ("identity_window_ms", 999, "limit.identity_window_ms"),
        ("identity_window_ms", 3_600_001, "limit.identity_window_ms"),
    ] {
        let settings = HandlerSettings::from_toml(&format!("limit.{name} = {value}")).unwrap();
        let error = builder_with_graph(&emulator)
            .settings(settings)
            .build()
            .unwrap_err();
        assert_eq!(error.target.as_deref(), Some(target), "{error}");
    }
}

#[tokio::test]
async fn a_token_of_the_former_access_key_is_not_returned() {
    let back_end = start().await;
    ask(&back_end, "POST", "/api/user").await;
    let former = body(&ask(&back_end, "GET", "/api/token").await);
    assert_eq!(body(&ask(&back_end, "GET", "/api/token").await), former);
    assert_eq!(count(&back_end, "issue_token"), 1);
    let new = back_end.emulator.regenerate_access_key(KeyName::Primary).unwrap();
    back_end.handler.update_access_key(&new, None).unwrap();
    let fetched = body(&ask(&back_end, "GET", "/api/token").await);
    assert_eq!(fetched["user"], former["user"]);
    assert_ne!(fetched["token"], former["token"]);
    assert_eq!(body(&ask(&back_end, "GET", "/api/token").await), fetched);
    assert_eq!(count(&back_end, "issue_token"), 2);
}

#[tokio::test]
async fn a_flood_of_api_token_costs_no_exchange() {
    // Nothing is cached, so each request issues a token.
    let limits = "cache_bytes = 0\nlimit = { exchanges = 16, identity_per_user = 0, identity_tokens = 9 }";
    let back_end = start_with(limits).await;
    ask(&back_end, "POST", "/api/user").await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(ask(&back_end, "GET", "/api/token").await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(back_end.handler.handle(back_end.request()).await.status, 201);
    assert_eq!(back_end.exchanges(), 1);
    // A 429 of ACS for an identity's token doesn't pause exchanges either.
    let throttled = Fault {
        operation: Some("issue_token".into()),
        status: Some(429),
        count: 10,
        ..Fault::default()
    };
    back_end.emulator.faults().add(throttled).unwrap();
    ask(&back_end, "GET", "/api/token").await;
    let other = back_end.request_with(of(BOB, api()), of(BOB, MintRequest::default()));
    assert_eq!(back_end.handler.handle(other).await.status, 201);
}
