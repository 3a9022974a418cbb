//! A user's identity: attempts by other users to use it, concurrent callers, and callers that leave.

use std::time::Duration;

use acs_auth::transport::{HttpTransport, Proxy, Transport as _, TransportOptions};
use acs_emulator::entra::{MintKind, MintRequest};
use acs_emulator::{Emulator, Fault, Filter, Options};
use serde_json::json;
use tracing::Level;

use crate::identity::{ask, builder_with_graph, fault, start};
use crate::log::Log;
use crate::support::{BOB, BackEnd, api, is, json as body, of, problem};

/// Writes into the user's own extension, as every user can.
async fn write_own_extension(back_end: &BackEnd, user: &str, identity: &str) {
    let token = back_end.mint(MintRequest {
        user: Some(user.into()),
        kind: MintKind::Graph,
        scopes: Some(vec!["User.ReadWrite".into()]),
        ..MintRequest::default()
    });
    let body = json!({
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": "com.contoso.identityMapping",
        "acsUserIdentity": identity,
    });
    let url = format!("{}/v1.0/me/extensions", back_end.emulator.info().http_url);
    let request = http::Request::post(url)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(body.to_string().into())
        .unwrap();
    let transport = HttpTransport::new(&TransportOptions {
        proxy: Proxy::Direct,
        ..TransportOptions::default()
    });
    let answer = transport.unwrap().send(request).await.unwrap();
    assert_eq!(answer.status(), 201, "{:?}", answer.body());
}

#[tokio::test]
async fn a_user_cannot_delete_or_use_anothers_identity() {
    let back_end = start().await;
    let created = ask(&back_end, "POST", "/api/user").await;
    let id = body(&created)["acsUserIdentity"].as_str().unwrap().to_owned();
    write_own_extension(&back_end, BOB, &id).await;
    for (method, path) in [
        ("GET", "/api/user"),
        ("POST", "/api/user"),
        ("GET", "/api/token"),
        ("DELETE", "/api/user"),
    ] {
        let request = back_end.bearer_request(method, path, of(BOB, api()));
        let response = back_end.handler.handle(request).await;
        assert_eq!(
            problem(&response),
            is(409, "mapping_not_trusted"),
            "{method} {path}"
        );
        assert!(!String::from_utf8_lossy(&response.body).contains(&id));
    }
    let response = ask(&back_end, "GET", "/api/token").await;
    assert_eq!(
        body(&response)["user"]["id"],
        id.as_str(),
        "it is there as before"
    );
}

#[tokio::test]
async fn an_answer_says_that_an_identity_may_be_left() {
    let back_end = start().await;
    fault(&back_end, "create_extension", 500, json!({}));
    let (log, _guard) = Log::start_at(Level::WARN);
    let response = ask(&back_end, "POST", "/api/user").await;
    assert_eq!(problem(&response), is(502, "upstream"));
    let detail = body(&response)["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("An identity may have been created"), "{detail}");
    assert!(!detail.contains("8:acs:"), "{detail}");
    let [left] = &log.events("identity_may_be_left")[..] else {
        panic!("{:?}", log.lines());
    };
    assert!(
        left.contains("identity=\"8:acs:") && left.contains("correlation_id="),
        "{left}"
    );
}

fn count(back_end: &BackEnd, operation: &str) -> usize {
    let filter = Filter {
        operation: Some(operation.into()),
        ..Filter::default()
    };
    back_end.emulator.requests(&filter).len()
}

#[tokio::test]
async fn a_token_is_issued_once_and_not_after_its_identity_went() {
    let back_end = start().await;
    ask(&back_end, "POST", "/api/user").await;
    let (log, _guard) = Log::start_at(Level::INFO);
    let first = body(&ask(&back_end, "GET", "/api/token").await);
    let reads = count(&back_end, "get_me");
    for _ in 0..30 {
        assert_eq!(body(&ask(&back_end, "GET", "/api/token").await), first);
    }
    assert_eq!(count(&back_end, "issue_token"), 1);
    assert_eq!(count(&back_end, "get_me"), reads, "Graph is not asked either");
    let records = log.events("request_completed");
    // Three attempts: the token on behalf of the user, the mapping, the ACS token.
    assert!(
        records[0].contains(" cache=\"miss\" attempts=3 "),
        "{}",
        records[0]
    );
    assert!(
        records[1].contains(" cache=\"hit\" attempts=0 "),
        "{}",
        records[1]
    );

    assert_eq!(ask(&back_end, "DELETE", "/api/user").await.status, 204);
    let response = ask(&back_end, "GET", "/api/token").await;
    assert_eq!(problem(&response), is(404, "identity_not_mapped"));
    ask(&back_end, "POST", "/api/user").await;
    let second = body(&ask(&back_end, "GET", "/api/token").await);
    assert_ne!(second["user"], first["user"]);
    assert_eq!(count(&back_end, "issue_token"), 2);
}

#[tokio::test]
async fn callers_that_leave_make_one_token_and_the_next_one_has_it() {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    // A response that is late must not cause a second request.
    let long = Duration::from_secs(60);
    let handler = builder_with_graph(&emulator)
        .timeout(long)
        .service_timeout(long)
        .attempt_timeout(long)
        .build()
        .unwrap();
    let back_end = BackEnd { emulator, handler };
    ask(&back_end, "POST", "/api/user").await;
    // All callers leave before it has passed, even on a busy machine.
    let slow = Fault {
        operation: Some("issue_token".into()),
        latency_ms: 3500,
        count: 100,
        ..Fault::default()
    };
    back_end.emulator.faults().add(slow).unwrap();
    let request = back_end.bearer_request("GET", "/api/token", api());
    for _ in 0..8 {
        let left = back_end.handler.handle(request.clone());
        tokio::time::timeout(Duration::from_millis(60), left)
            .await
            .unwrap_err();
    }
    assert_eq!(back_end.handler.handle(request).await.status, 201);
    assert_eq!(count(&back_end, "issue_token"), 1);
}

#[tokio::test]
async fn one_user_uses_up_its_own_share_and_nobody_elses() {
    let back_end = start().await;
    let mut refused = Vec::new();
    for n in 0..30 {
        let method = if n % 2 == 0 { "POST" } else { "DELETE" };
        let response = ask(&back_end, method, "/api/user").await;
        if response.status == 429 {
            assert_eq!(problem(&response), is(429, "throttled"));
            let wait: u64 = response.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=30).contains(&wait), "{wait}");
            refused.push(n);
        }
    }
    assert_eq!(refused, (20..30).collect::<Vec<_>>());
    assert_eq!(
        (count(&back_end, "create_user"), count(&back_end, "delete_user")),
        (10, 10)
    );
    let request = back_end.bearer_request("POST", "/api/user", of(BOB, api()));
    assert_eq!(back_end.handler.handle(request).await.status, 201);
}
