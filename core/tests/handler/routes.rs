//! Paths, methods, sizes, and the headers of every answer.

use std::time::{Duration, Instant};

use acs_auth::handler::{BodyError, MAX_HEADER_BYTES, Request, Response};
use acs_emulator::Fault;

use crate::support::{BackEnd, TEAMS, api, is, json, problem};

async fn ask(back_end: &BackEnd, method: &str, path: &str) -> Response {
    back_end.handler.handle(Request::new(method, path)).await
}

#[tokio::test]
async fn unknown_paths_are_404_and_are_not_repeated() {
    let back_end = BackEnd::start().await;
    for path in [
        "/",
        "",
        "/api/token/teams/",
        "/api/token%2fteams",
        "/api//token/teams",
        "/api/../api/token/teams",
        "/API/token/teams",
        "/secret-in-path",
        "/api/user",
        "/api/token",
    ] {
        let response = ask(&back_end, "GET", path).await;
        assert_eq!(problem(&response), is(404, "not_found"), "{path}");
        assert!(!String::from_utf8_lossy(&response.body).contains("secret-in-path"));
    }
}

#[tokio::test]
async fn other_methods_are_405_with_allow() {
    let back_end = BackEnd::start().await;
    for (path, allow) in [
        (TEAMS, "GET, HEAD, POST, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ] {
        for method in [
            "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "", "G\u{e9}T",
        ] {
            let response = ask(&back_end, method, path).await;
            assert_eq!(problem(&response), is(405, "method_not_allowed"), "{method}");
            assert_eq!(response.header("allow"), Some(allow));
        }
        let response = ask(&back_end, "OPTIONS", path).await;
        assert_eq!((response.status, response.header("allow")), (204, Some(allow)));
        assert!(response.body.is_empty());
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let back_end = BackEnd::start().await;
    let get = ask(&back_end, "GET", "/healthz").await;
    let head = ask(&back_end, "HEAD", "/healthz").await;
    assert_eq!(head.status, get.status);
    assert_eq!(head.header("content-type"), get.header("content-type"));
    assert!(head.body.is_empty() && !get.body.is_empty());
    let mut request = back_end.request();
    request.method = "HEAD".into();
    let head = back_end.handler.handle(request).await;
    assert_eq!((head.status, head.body.len()), (201, 0));
}

#[tokio::test]
async fn a_query_changes_nothing() {
    let back_end = BackEnd::start().await;
    let mut request = back_end.request();
    request.path.push_str("?access_token=x&y=/../");
    assert_eq!(back_end.handler.handle(request).await.status, 201);
}

#[tokio::test]
async fn sizes_are_capped() {
    let back_end = BackEnd::start().await;
    let mut request = back_end.request();
    request.body = vec![b'{'; 16 * 1024];
    assert_eq!(back_end.handler.handle(request.clone()).await.status, 201);
    request.body.push(b'{');
    assert_eq!(
        problem(&back_end.handler.handle(request).await),
        is(413, "body_too_large")
    );
    let long = back_end.request().with_header("x", "y".repeat(64 * 1024));
    let many = (0..130).fold(back_end.request(), |request, _| request.with_header("x", "y"));
    for request in [long, many] {
        assert_eq!(
            problem(&back_end.handler.handle(request).await),
            is(431, "headers_too_large")
        );
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_a_problem_like_any_other() {
    let back_end = BackEnd::start().await;
    for (error, status, code) in [
        (BodyError::TooLarge, 413, "body_too_large"),
        (BodyError::Incomplete, 400, "body_incomplete"),
        (BodyError::Timeout, 408, "request_timeout"),
        (BodyError::Overloaded, 503, "overloaded"),
    ] {
        let answer = back_end
            .handler
            .handle_with_body(back_end.request(), std::future::ready(Err(error)))
            .await;
        assert_eq!(problem(&answer), is(status, code));
        assert!(answer.header("x-correlation-id").is_some());
    }
    // Headers that are too large are rejected without waiting for the body.
    let long = back_end.request().with_header("x", "a".repeat(MAX_HEADER_BYTES));
    let answer = back_end
        .handler
        .handle_with_body(long, std::future::pending())
        .await;
    assert_eq!(problem(&answer), is(431, "headers_too_large"));
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect_it() {
    let back_end = BackEnd::start().await;
    let requests = [
        back_end.request(),
        back_end.bearer_request("POST", TEAMS, api()),
        Request::new("POST", TEAMS),
        Request::new("GET", "/healthz"),
        Request::new("GET", "/nothing"),
        Request::new("PUT", TEAMS),
        Request::new("OPTIONS", TEAMS),
    ];
    for request in requests {
        let response = back_end
            .handler
            .handle(request.with_header("X-Correlation-Id", "abc.1"))
            .await;
        assert_eq!(response.header("cache-control"), Some("no-store"));
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(response.header("x-correlation-id"), Some("abc.1"));
        assert_eq!(response.header("vary"), Some("origin"));
        assert!(
            response
                .headers
                .iter()
                .all(|(name, _)| *name == name.to_ascii_lowercase())
        );
    }
}

#[tokio::test]
async fn a_correlation_id_that_is_no_good_is_replaced() {
    let back_end = BackEnd::start().await;
    let request = Request::new("GET", "/healthz").with_header("x-correlation-id", "a\r\nset-cookie: b");
    let response = back_end.handler.handle(request).await;
    assert_eq!(response.header("x-correlation-id").unwrap().len(), 36);
    assert_eq!(response.header("set-cookie"), None);
}

#[tokio::test]
async fn health_says_what_can_be_reached_and_nothing_else() {
    let back_end = BackEnd::start().await;
    let response = ask(&back_end, "GET", "/healthz").await;
    assert_eq!(response.status, 200);
    assert_eq!(
        json(&response),
        serde_json::json!({"status": "ok", "keys": "reachable", "redis": "not_configured"})
    );
}

#[tokio::test]
async fn requests_and_responses_are_not_printed() {
    let back_end = BackEnd::start().await;
    let request = back_end.request().with_header("cookie", "very-secret");
    let shown = format!("{request:?}");
    assert!(
        !shown.contains("very-secret") && !shown.contains("eyJ"),
        "{shown}"
    );
    let response = back_end.handler.handle(request).await;
    assert!(!format!("{response:?}").contains("eyJ"));
}

#[tokio::test]
async fn a_process_lives_whatever_fails_and_stays_ready_with_known_keys() {
    let back_end = BackEnd::start().await;
    let entra = Fault {
        operation: Some("entra".into()),
        status: Some(503),
        count: 1000,
        ..Fault::default()
    };
    back_end.emulator.faults().add(entra.clone()).unwrap();
    let live = || ask(&back_end, "GET", "/livez");
    let ready = || ask(&back_end, "GET", "/readyz");
    assert_eq!(
        (live().await.status, json(&live().await)),
        (200, serde_json::json!({"status": "alive"}))
    );
    let response = ready().await;
    assert_eq!(
        (response.status, json(&response)),
        (503, serde_json::json!({"status": "keys_unreachable"})),
        "it never had keys"
    );

    back_end.emulator.faults().clear();
    while ready().await.status != 200 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    back_end.emulator.faults().add(entra).unwrap();
    let response = ready().await;
    assert_eq!(
        (response.status, json(&response)),
        (200, serde_json::json!({"status": "ready"}))
    );
    assert_eq!(live().await.status, 200);
}

#[tokio::test]
async fn a_probe_does_not_wait_for_an_authority_that_never_answers() {
    let back_end = BackEnd::start().await;
    let silent = Fault {
        operation: Some("entra".into()),
        latency_ms: 60_000,
        count: 1000,
        ..Fault::default()
    };
    back_end.emulator.faults().add(silent).unwrap();
    let begun = Instant::now();
    for _ in 0..3 {
        assert_eq!(ask(&back_end, "GET", "/readyz").await.status, 503);
        assert_eq!(ask(&back_end, "GET", "/livez").await.status, 200);
    }
    // Each probe times out after 0.8 s. If they waited for the fetches of keys, they would take more than 9 s.
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}
