//! The options of a single call, and its response.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use acs_auth::{
    CallOptions, CallResponse, CommunicationTokenScope as Scope, CommunicationUserIdentifier, ErrorKind,
    RetryPolicy,
};

use crate::server::{Server, Step, answer, created, failing, one, quick};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

fn headers(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn headers_of_client_and_call_are_on_every_attempt_and_not_signed() {
    let server = Server::start(vec![failing(503), created()]).await;
    let client = server
        .builder()
        .header("x-of-client", "1")
        .header("x-of-both", "client")
        .header("Accept", "application/json;v=2")
        .build()
        .unwrap();
    let client = client.with_options(CallOptions {
        headers: headers(&[("X-Of-Both", "call"), ("traceparent", "00-1-2-01")]),
        ..CallOptions::default()
    });
    client.create_user().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("x-of-client"), Some("1"));
        assert_eq!(request.header("x-of-both"), Some("call"));
        assert_eq!(request.header("traceparent"), Some("00-1-2-01"));
        assert_eq!(request.header("accept"), Some("application/json;v=2"));
        let signed = request.header("authorization").unwrap();
        assert!(
            signed.contains("SignedHeaders=x-ms-date;host;x-ms-content-sha256"),
            "{signed}"
        );
    }
}

#[tokio::test]
async fn a_header_that_is_the_librarys_is_rejected_and_nothing_is_sent() {
    let server = Server::start(vec![]).await;
    for name in [
        "Authorization",
        "x-ms-date",
        "x-ms-client-request-id",
        "Content-Length",
        "host",
    ] {
        let built = server.builder().header(name, "secret").build();
        let client = server.client().with_options(CallOptions {
            headers: headers(&[(name, "secret")]),
            ..CallOptions::default()
        });
        let called = client.create_user().await;
        for error in [built.map(drop).unwrap_err(), called.map(drop).unwrap_err()] {
            assert_eq!(error.kind, ErrorKind::InvalidArgument);
            assert_eq!(error.target.as_deref(), Some("headers"));
            assert!(error.reason.starts_with(&name.to_lowercase()), "{error}");
            assert!(!error.reason.contains("secret"), "{error}");
        }
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_token_lifetime_is_the_services_to_reject_without_the_check() {
    let rejected =
        r#"{"error":{"code":"ValidationError","message":"out of range","target":"ExpiresInMinutes"}}"#;
    let server = Server::start(vec![answer(400, "", rejected), answer(400, "", rejected)]).await;
    let client = server.builder().check_token_lifetime(false).build().unwrap();
    let minutes = |count: u64| Some(Duration::from_secs(60 * count));
    let errors = [
        client
            .get_token(&user(), &[Scope::Chat], minutes(59))
            .await
            .map(drop),
        client
            .create_user_and_token(&[Scope::Chat], minutes(1441))
            .await
            .map(drop),
    ];
    for error in errors.map(Result::unwrap_err) {
        assert_eq!(
            (error.kind, error.status),
            (ErrorKind::ValidationFailed, Some(400))
        );
    }
    let sent: Vec<_> = server
        .requests()
        .into_iter()
        .map(|request| String::from_utf8(request.body).unwrap())
        .collect();
    assert!(sent[0].contains(r#""expiresInMinutes":59"#), "{sent:?}");
    assert!(sent[1].contains(r#""expiresInMinutes":1441"#), "{sent:?}");

    let checked = server
        .client()
        .get_token(&user(), &[Scope::Chat], minutes(59))
        .await;
    assert_eq!(checked.unwrap_err().kind, ErrorKind::InvalidArgument);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_user_agent_stands_in_front_of_the_others() {
    let server = Server::start(vec![created(), created(), created()]).await;
    let long = "Contoso Portal/7.1 (a build with more than 24 characters)";
    let client = server
        .builder()
        .application_id("web")
        .user_agent(long)
        .build()
        .unwrap();
    client.create_user().await.unwrap();
    let of_call = |options| client.with_options(options);
    of_call(CallOptions {
        user_agent: Some("job 7".into()),
        ..CallOptions::default()
    })
    .create_user()
    .await
    .unwrap();
    of_call(CallOptions {
        headers: headers(&[("user-agent", "mine alone")]),
        ..CallOptions::default()
    })
    .create_user()
    .await
    .unwrap();
    let sent: Vec<String> = server
        .requests()
        .iter()
        .map(|request| request.header("user-agent").unwrap().to_owned())
        .collect();
    assert!(sent[0].starts_with(&format!("{long} web acs-auth/")), "{sent:?}");
    assert!(
        sent[1].starts_with(&format!("job 7 {long} web acs-auth/")),
        "{sent:?}"
    );
    assert_eq!(sent[2], "mine alone");

    for unusable in ["", "a\r\nb: c", " a"] {
        let built = server.builder().user_agent(unusable).build().map(drop);
        assert_eq!(built.unwrap_err().target.as_deref(), Some("user_agent"));
        let called = of_call(CallOptions {
            user_agent: Some(unusable.into()),
            ..CallOptions::default()
        });
        let error = called.create_user().await.unwrap_err();
        assert_eq!(error.target.as_deref(), Some("user_agent"));
    }
}

#[tokio::test]
async fn a_call_has_as_many_attempts_as_it_says() {
    let server = Server::start(vec![
        failing(503),
        failing(503),
        failing(503),
        failing(503),
        created(),
    ])
    .await;
    let attempts = |max_attempts| CallOptions {
        max_attempts: Some(max_attempts),
        ..CallOptions::default()
    };
    let client = server.client();
    assert!(client.with_options(attempts(1)).create_user().await.is_err());
    assert_eq!(server.received().len(), 1);
    client.with_options(attempts(4)).create_user().await.unwrap();
    assert_eq!(server.requests().len(), 5);
    let error = client.with_options(attempts(0)).create_user().await.unwrap_err();
    assert_eq!(error.target.as_deref(), Some("max_attempts"));
}

#[tokio::test]
async fn a_call_may_shorten_its_attempts() {
    let server = Server::start(vec![Step::Silence, failing(204)]).await;
    let policy = RetryPolicy {
        attempt_timeout: Duration::from_secs(600),
        ..quick()
    };
    let client = server.builder().retry_policy(policy).build().unwrap();
    let client = client.with_options(CallOptions {
        timeout: Some(Duration::from_secs(600)),
        // Long enough for a busy machine to have the second attempt answered.
        attempt_timeout: Some(Duration::from_secs(4)),
        ..CallOptions::default()
    });
    let started = Instant::now();
    client.delete_user(&user()).await.unwrap();
    // With the client's own policy, the first attempt would take a third of the timeout.
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(server.requests().len(), 2);
    let nothing = client.with_options(CallOptions {
        attempt_timeout: Some(Duration::ZERO),
        ..CallOptions::default()
    });
    let error = nothing.delete_user(&user()).await.unwrap_err();
    assert_eq!(error.target.as_deref(), Some("attempt_timeout"));
}

type Heard = Arc<Mutex<Vec<CallResponse>>>;

fn listening(server: &Server) -> (acs_auth::CommunicationIdentityClient, Heard) {
    let heard = Heard::default();
    let hears = Arc::clone(&heard);
    let client = server
        .client()
        .with_response_hook(move |response| hears.lock().unwrap().push(response.clone()));
    (client, heard)
}

#[tokio::test]
async fn a_hook_that_panics_costs_no_identity() {
    let server = Server::start(vec![created(), failing(404)]).await;
    let client = server
        .client()
        .with_response_hook(|_| panic!("a test of a panic"));
    client.create_user().await.unwrap();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(error.kind, acs_auth::ErrorKind::NotFound);
}

#[tokio::test]
async fn times_beyond_the_clocks_range_are_long_ones() {
    let server = Server::start(vec![failing(503), created(), failing(503), created()]).await;
    let forever = RetryPolicy {
        attempt_timeout: Duration::MAX,
        ..quick()
    };
    let client = server
        .builder()
        .timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .retry_policy(forever)
        .build()
        .unwrap();
    client.create_user().await.unwrap();
    let options = CallOptions {
        timeout: Some(Duration::MAX),
        attempt_timeout: Some(Duration::MAX),
        ..CallOptions::default()
    };
    client.with_options(options).create_user().await.unwrap();
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_success_has_its_response() {
    let server = Server::start(vec![
        failing(503),
        answer(
            201,
            "MS-CV: abc\r\nx-echo: Bearer eyJhbGciOiJub25lIn0.e30.c2ln!\r\nx-etag: c2VjcmV0LWtleS1vZi10aGUtdGVzdA-c2VjcmV0LWtleS1vZi10aGUtdGVzdA==\r\nset-cookie: ticket=secret\r\nset-cookie: b=c\r\n",
            crate::server::CREATED,
        ),
    ])
    .await;
    let (client, heard) = listening(&server);
    client.create_user().await.unwrap();
    let requests = server.requests();
    let heard = heard.lock().unwrap();
    let [response] = heard.as_slice() else {
        panic!("{heard:?}")
    };
    assert_eq!((response.status, response.attempts), (201, 2));
    assert_eq!(response.header("ms-cv"), Some("abc"));
    assert_eq!(response.header("x-echo"), Some("Bearer [redacted]!"));
    // Only tokens are redacted here, not what might be a key.
    assert!(response.header("x-etag").unwrap().starts_with("c2VjcmV0"));
    let cookies = response.headers.iter().filter(|(name, _)| name == "set-cookie");
    assert_eq!(cookies.count(), 2);
    assert_eq!(
        Some(response.client_request_id.as_str()),
        requests[1].header("x-ms-client-request-id")
    );
    let shown = format!("{response:?}{response:#?}");
    assert!(
        shown.contains("set-cookie") && !shown.contains("secret"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_rejection_has_its_response_and_a_transport_failure_has_none() {
    let server = Server::start(vec![
        answer(404, "x-a: b\r\n", ""),
        answer(429, "retry-after-ms: 1\r\n", ""),
        // The connection is a reused one, so the request is sent again on another within the attempt.
        Step::Reset,
        Step::Reset,
        answer(201, "", "no JSON"),
    ])
    .await;
    let (client, heard) = listening(&server);
    let one = client.with_options(CallOptions {
        max_attempts: Some(1),
        client_request_id: Some("order-7".into()),
        ..CallOptions::default()
    });
    let missing = one.delete_user(&user()).await.unwrap_err();
    assert_eq!(missing.kind, ErrorKind::NotFound);
    let two = client.with_options(CallOptions {
        max_attempts: Some(2),
        ..CallOptions::default()
    });
    // The last attempt got no response, so the call has none, although its first attempt got one.
    let lost = two.delete_user(&user()).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::TransportError);
    // Unreadable, but a response.
    let unreadable = one.create_user().await.unwrap_err();
    assert_eq!(unreadable.kind, ErrorKind::UnexpectedResponse);
    let heard = heard.lock().unwrap();
    let seen: Vec<(u16, u32)> = heard.iter().map(|it| (it.status, it.attempts)).collect();
    assert_eq!(seen, [(404, 1), (201, 1)]);
    assert_eq!(heard[0].client_request_id, "order-7");
    assert_eq!(heard[0].header("X-A"), Some("b"));
}

#[tokio::test]
async fn what_a_call_is_told_prints_no_value() {
    let options = CallOptions {
        headers: headers(&[("x-ticket", "secret")]),
        ..CallOptions::default()
    };
    let server = one(created()).await;
    let client = server
        .builder()
        .header("x-ticket", "secret")
        .retry_policy(quick())
        .build()
        .unwrap()
        .with_options(options.clone());
    let shown = format!("{options:?} {options:#?} {client:?}");
    assert!(shown.contains("x-ticket") && !shown.contains("secret"), "{shown}");
    client.create_user().await.unwrap();
    assert_eq!(server.requests().len(), 1);
}
