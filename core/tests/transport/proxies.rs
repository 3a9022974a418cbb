//! Which proxy a request goes through.

use std::process::Command;

use acs_auth::transport::{HttpTransport, Proxy, Transport as _, TransportOptions};
use acs_auth::{CommunicationIdentityClient, CommunicationUserIdentifier, ErrorKind, RetryPolicy};

use bytes::Bytes;

use crate::server::{CHILD, KEY, Server, Step, answer, failing, one, quick};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

fn client(proxy: Proxy) -> CommunicationIdentityClient {
    CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint=http://resource.invalid;accesskey={KEY}"))
        .allow_insecure_endpoint(true)
        .proxy(proxy)
        .retry_policy(quick())
        .build()
        .unwrap()
}

#[tokio::test]
async fn an_explicit_proxy_is_used() {
    let proxy = one(failing(204)).await;
    let url = format!("http://someone:a-password@{}", proxy.address);
    let client = client(Proxy::Url(url));
    assert!(!format!("{client:?}").contains("a-password"));
    client.delete_user(&user()).await.unwrap();
    let request = &proxy.requests()[0];
    assert!(
        request
            .request_line()
            .starts_with("DELETE http://resource.invalid/identities/"),
        "{request:?}"
    );
    assert_eq!(request.header("host"), Some("resource.invalid"));
    assert!(request.header("proxy-authorization").is_some());
}

#[tokio::test]
async fn an_https_endpoint_is_reached_through_a_tunnel() {
    let proxy = one(crate::server::failing(403)).await;
    let client = CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint=https://resource.invalid;accesskey={KEY}"))
        .proxy(Proxy::Url(format!("http://someone:a-password@{}", proxy.address)))
        .retry_policy(acs_auth::RetryPolicy {
            max_attempts: 1,
            ..quick()
        })
        .build()
        .unwrap();
    let error = client.delete_user(&user()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TransportError);
    assert!(!error.to_string().contains("a-password"), "{error}");
    let request = &proxy.requests()[0];
    assert_eq!(request.request_line(), "CONNECT resource.invalid:443 HTTP/1.1");
    assert_eq!(
        request.header("authorization"),
        None,
        "the proxy must not see the signature"
    );
}

#[tokio::test]
async fn the_environments_proxy_is_used() {
    if std::env::var_os(CHILD).is_some() {
        client(Proxy::Environment).delete_user(&user()).await.unwrap();
        // `Direct` ignores the proxy and looks up the name, which does not exist.
        let error = client(Proxy::Direct).delete_user(&user()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::TransportError);
        return;
    }
    let proxy = one(failing(204)).await;
    run_again_with_proxy("proxies::the_environments_proxy_is_used", &proxy).await;
    assert!(
        proxy.requests()[0]
            .request_line()
            .starts_with("DELETE http://resource.invalid/")
    );
}

#[tokio::test]
async fn loopback_is_reached_directly_whatever_the_environment_says() {
    if std::env::var_os(CHILD).is_some() {
        let server = one(failing(204)).await;
        server.client().delete_user(&user()).await.unwrap();
        assert_eq!(server.requests().len(), 1);
        return;
    }
    let proxy = Server::start(Vec::new()).await;
    run_again_with_proxy(
        "proxies::loopback_is_reached_directly_whatever_the_environment_says",
        &proxy,
    )
    .await;
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
async fn one_transport_decides_for_each_request_by_its_own_url() {
    if std::env::var_os(CHILD).is_some() {
        let transport = HttpTransport::new(&TransportOptions::default()).unwrap();
        let server = one(failing(204)).await;
        for url in [
            format!("http://{}/a", server.address),
            "http://resource.invalid/b".to_owned(),
        ] {
            let request = http::Request::get(url).body(Bytes::new()).unwrap();
            assert_eq!(transport.send(request).await.unwrap().status(), 204);
        }
        assert_eq!(server.requests().len(), 1);
        return;
    }
    let proxy = one(failing(204)).await;
    run_again_with_proxy(
        "proxies::one_transport_decides_for_each_request_by_its_own_url",
        &proxy,
    )
    .await;
    assert_eq!(
        proxy.requests()[0].request_line(),
        "GET http://resource.invalid/b HTTP/1.1"
    );
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_is_named_and_asked_once() {
    let proxy = one(answer(407, "proxy-authenticate: Basic\r\n", "")).await;
    let client = CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint=https://resource.invalid;accesskey={KEY}"))
        .proxy(Proxy::Url(format!("http://{}", proxy.address)))
        .retry_policy(quick())
        .build()
        .unwrap();
    let error = client.create_user().await.unwrap_err();
    assert!(
        error.reason.contains("407") && error.reason.contains("password"),
        "{error}"
    );
    assert!(!error.reason.contains("may have been created"), "{error}");
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_never_answers_ends_at_the_connect_timeout_and_nothing_was_created() {
    let proxy = Server::start(vec![Step::Silence, Step::Silence, Step::Silence]).await;
    // Long enough for a busy machine to send the proxy its request, and far shorter than an attempt.
    let connect_timeout = std::time::Duration::from_secs(4);
    let policy = RetryPolicy {
        attempt_timeout: 5 * connect_timeout,
        ..quick()
    };
    let client = CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint=https://resource.invalid;accesskey={KEY}"))
        .proxy(Proxy::Url(format!("http://{}", proxy.address)))
        .connect_timeout(connect_timeout)
        .timeout(15 * connect_timeout)
        .retry_policy(policy)
        .build()
        .unwrap();
    let error = client.create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TransportError);
    assert!(error.reason.contains("no connection within 4s"), "{error}");
    assert!(!error.reason.contains("may have been created"), "{error}");
    assert_eq!(proxy.requests().len(), 3);
}

/// Runs this test again in its own process, whose environment names the proxy.
async fn run_again_with_proxy(test: &'static str, proxy: &Server) {
    let url = format!("http://{}", proxy.address);
    let run = move || {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", test]).env(CHILD, "1");
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            child.env(name, &url);
        }
        child
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .status()
            .unwrap()
    };
    assert!(tokio::task::spawn_blocking(run).await.unwrap().success());
}
