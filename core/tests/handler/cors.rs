//! Which pages may call, and what they may read.

use acs_auth::handler::{Request, Response};

use crate::support::{BackEnd, ORIGIN, TEAMS, is, problem};

fn preflight(origin: &str, method: &str, headers: &str) -> Request {
    let request = Request::new("OPTIONS", TEAMS)
        .with_header("Origin", origin)
        .with_header("Access-Control-Request-Method", method);
    if headers.is_empty() {
        request
    } else {
        request.with_header("Access-Control-Request-Headers", headers)
    }
}

fn has_cors(response: &Response) -> bool {
    response
        .headers
        .iter()
        .any(|(name, _)| name.starts_with("access-control-"))
}

#[tokio::test]
async fn preflights_are_answered_for_what_is_allowed() {
    let back_end = BackEnd::start().await;
    for (method, headers) in [
        ("POST", "authorization,teams-user-aad-token"),
        (
            "GET",
            "Authorization, Teams-User-AAD-Token, content-type, x-correlation-id",
        ),
        ("GET", ""),
    ] {
        let response = back_end.handler.handle(preflight(ORIGIN, method, headers)).await;
        assert_eq!(response.status, 204, "{method} {headers}");
        assert_eq!(response.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(
            response.header("access-control-allow-methods"),
            Some("GET, HEAD, POST")
        );
        assert!(
            response
                .header("access-control-allow-headers")
                .unwrap()
                .contains("teams-user-aad-token")
        );
        assert_eq!(response.header("access-control-max-age"), Some("600"));
        assert_eq!(response.header("access-control-allow-credentials"), None);
        assert!(
            response
                .header("vary")
                .unwrap()
                .starts_with("origin, access-control-request-method")
        );
        assert!(response.body.is_empty());
    }
}

#[tokio::test]
async fn preflights_for_anything_else_are_refused_without_a_word_of_cors() {
    let back_end = BackEnd::start().await;
    for request in [
        preflight("https://evil.example", "POST", "authorization"),
        preflight("https://calls.contoso.example.evil.example", "POST", ""),
        preflight("https://CALLS.contoso.example", "POST", ""),
        preflight("http://calls.contoso.example", "POST", ""),
        preflight("https://calls.contoso.example:8443", "POST", ""),
        preflight("null", "POST", ""),
        preflight(ORIGIN, "DELETE", "authorization"),
        preflight(ORIGIN, "post", "authorization"),
        preflight(ORIGIN, "POST", "authorization, x-evil"),
        preflight(ORIGIN, "POST", "").with_header("origin", ORIGIN),
    ] {
        let response = back_end.handler.handle(request).await;
        assert_eq!(problem(&response), is(403, "cors_rejected"));
        assert!(!has_cors(&response));
    }
    let mut request = preflight(ORIGIN, "POST", "");
    request.path = "/nothing".into();
    let response = back_end.handler.handle(request).await;
    assert_eq!(response.status, 404);
}

#[tokio::test]
async fn answers_can_be_read_by_listed_origins_only_also_when_they_are_errors() {
    let back_end = BackEnd::start().await;
    for (request, status) in [
        (back_end.request(), 201),
        (Request::new("POST", TEAMS), 401),
        (Request::new("GET", "/nothing"), 404),
    ] {
        let listed = request.clone().with_header("Origin", ORIGIN);
        let response = back_end.handler.handle(listed).await;
        assert_eq!(response.status, status);
        assert_eq!(response.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(
            response.header("access-control-expose-headers"),
            Some("x-correlation-id, ms-cv, retry-after, www-authenticate")
        );
        let other = request.with_header("Origin", "https://evil.example");
        let response = back_end.handler.handle(other).await;
        assert_eq!(response.status, status);
        assert!(!has_cors(&response));
        assert_eq!(response.header("vary"), Some("origin"));
    }
}

#[tokio::test]
async fn without_a_list_there_is_no_cors() {
    let none: [&str; 0] = [];
    let back_end = BackEnd::start_with(|builder| builder.cors_origins(none)).await;
    let response = back_end.handler.handle(preflight(ORIGIN, "POST", "")).await;
    assert_eq!(problem(&response), is(403, "cors_rejected"));
    let response = back_end
        .handler
        .handle(back_end.request().with_header("origin", ORIGIN))
        .await;
    assert_eq!(response.status, 201);
    assert!(!has_cors(&response) && response.header("vary").is_none());
}
