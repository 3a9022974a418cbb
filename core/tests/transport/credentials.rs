//! The back end's own credential: a key or a bearer token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use acs_auth::transport::BoxFuture;
use acs_auth::{
    AccessToken, CommunicationIdentityClient, CommunicationUserIdentifier, Error, ErrorKind, Secret,
    TokenCredential,
};

use crate::server::{KEY, Server, answer, failing, quick};

/// Returns `token-1`, `token-2` and so on, each valid for `lifetime`; fails from call `fails_from` on.
#[derive(Debug)]
struct Numbered {
    asked: AtomicUsize,
    lifetime: Duration,
    fails_from: usize,
}

impl Numbered {
    fn new(lifetime_s: u64, fails_from: usize) -> Arc<Self> {
        Arc::new(Self {
            asked: AtomicUsize::new(0),
            lifetime: Duration::from_secs(lifetime_s),
            fails_from,
        })
    }
}

impl TokenCredential for Numbered {
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, acs_auth::Result<AccessToken>> {
        Box::pin(async move {
            assert_eq!(scopes, ["https://communication.azure.com//.default"]);
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            if number >= self.fails_from {
                return Err(Error::new(
                    ErrorKind::TransportError,
                    "the identity endpoint is away",
                ));
            }
            let token = Secret::new(format!("token-{number}"));
            Ok(AccessToken {
                token,
                expires_on: SystemTime::now() + self.lifetime,
            })
        })
    }
}

fn client(server: &Server, credential: Arc<Numbered>) -> CommunicationIdentityClient {
    CommunicationIdentityClient::builder()
        .endpoint(format!("http://{}", server.address))
        .token_credential(credential)
        .retry_policy(quick())
        .build()
        .unwrap()
}

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

fn bearers(server: &Server) -> Vec<String> {
    server
        .requests()
        .iter()
        .map(|request| request.header("authorization").unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_bearer_token_is_kept_while_it_is_good_and_nothing_is_signed() {
    let server = Server::start(vec![failing(204), failing(503), failing(204)]).await;
    let client = client(&server, Numbered::new(3600, usize::MAX));
    client.delete_user(&user()).await.unwrap();
    client.delete_user(&user()).await.unwrap();
    assert_eq!(bearers(&server), ["Bearer token-1"; 3]);
    for request in server.requests() {
        for absent in [
            "x-ms-date",
            "x-ms-content-sha256",
            "x-ms-return-client-request-id",
        ] {
            assert_eq!(request.header(absent), None);
        }
    }
}

#[tokio::test]
async fn concurrent_calls_ask_for_one_token() {
    let server = Server::start((0..20).map(|_| failing(204)).collect()).await;
    let credential = Numbered::new(3600, usize::MAX);
    let client = client(&server, Arc::clone(&credential));
    let calls = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.delete_user(&user()).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(credential.asked.load(Ordering::SeqCst), 1);
    assert_eq!(server.requests().len(), 20);
}

#[tokio::test]
async fn a_refused_token_is_not_used_again() {
    let denied = r#"{"error":{"code":"Denied","message":"Denied by the resource provider."}}"#;
    let server = Server::start(vec![answer(401, "", denied), failing(204)]).await;
    let client = client(&server, Numbered::new(3600, usize::MAX));
    assert_eq!(
        client.delete_user(&user()).await.unwrap_err().kind,
        ErrorKind::CredentialDenied
    );
    client.delete_user(&user()).await.unwrap();
    assert_eq!(bearers(&server), ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn a_credential_that_fails_says_so_and_nothing_is_sent() {
    let server = Server::start(Vec::new()).await;
    let error = client(&server, Numbered::new(3600, 1))
        .delete_user(&user())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.reason.as_str()),
        (ErrorKind::TransportError, "the identity endpoint is away")
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_credential_that_hangs_ends_at_the_deadline() {
    #[derive(Debug)]
    struct Hangs;
    impl TokenCredential for Hangs {
        fn get_token<'a>(&'a self, _: &'a [&'a str]) -> BoxFuture<'a, acs_auth::Result<AccessToken>> {
            Box::pin(std::future::pending())
        }
    }
    let client = CommunicationIdentityClient::builder()
        .endpoint("http://localhost:1")
        .token_credential(Arc::new(Hangs))
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let error = client.create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(!error.reason.contains("may have been created"), "{error}");
}

#[tokio::test]
async fn options_that_make_no_client_are_named() {
    let builder = CommunicationIdentityClient::builder;
    let cs = format!("endpoint=https://a.example;accesskey={KEY}");
    let long = "x".repeat(25);
    for (built, target) in [
        (builder().build(), "endpoint"),
        (builder().access_key(KEY).build(), "endpoint"),
        (builder().endpoint("https://a.example").build(), "credential"),
        (
            builder()
                .connection_string(&cs)
                .endpoint("https://a.example")
                .build(),
            "connection_string",
        ),
        (
            builder().connection_string(&cs).access_key(KEY).build(),
            "connection_string",
        ),
        (
            builder().endpoint("https://a.example").access_key("?").build(),
            "accesskey",
        ),
        (
            builder()
                .endpoint("http://a.example")
                .token_credential(Numbered::new(1, 1))
                .build(),
            "endpoint",
        ),
        (
            builder().connection_string(&cs).api_version("a&b").build(),
            "api_version",
        ),
        (
            builder().connection_string(&cs).application_id("a b").build(),
            "application_id",
        ),
        (
            builder().connection_string(&cs).application_id(long).build(),
            "application_id",
        ),
        (
            builder()
                .connection_string(&cs)
                .root_certificates_pem("no pem")
                .build(),
            "root_certificates_pem",
        ),
        (
            builder()
                .connection_string(&cs)
                .client_identity_pem("no pem")
                .build(),
            "client_identity_pem",
        ),
        (
            builder()
                .connection_string(&cs)
                .proxy(acs_auth::transport::Proxy::Url("::".into()))
                .build(),
            "proxy",
        ),
    ] {
        let error = built.map(|client| format!("{client:?}")).unwrap_err();
        assert_eq!(error.target.as_deref(), Some(target), "{error}");
    }
    let client = builder()
        .connection_string(&cs)
        .application_id("my-app/1.0")
        .build()
        .unwrap();
    assert!(!format!("{client:?}").contains(KEY));
}
