//! Replaced access keys, and claims challenges of the service.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use acs_auth::transport::BoxFuture;
use acs_auth::{
    AccessToken, AccessTokenInfo, AzureKeyCredential, CommunicationIdentityClient,
    CommunicationIdentityClientBuilder, CommunicationUserIdentifier, ErrorKind, Secret, TokenCredential,
    TokenRequestOptions,
};
use acs_emulator::{Emulator, Filter, KeyName, Options};

use crate::server::{Server, Step, answer, failing, quick};

async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.unwrap()
}

fn builder(emulator: &Emulator) -> CommunicationIdentityClientBuilder {
    CommunicationIdentityClient::builder()
        .connection_string(&emulator.info().connection_string_http.0)
        .retry_policy(quick())
}

fn key(emulator: &Emulator) -> String {
    let connection_string = &emulator.info().connection_string_http.0;
    connection_string.split_once("accesskey=").unwrap().1.to_owned()
}

/// The statuses of the attempts since the last call.
fn attempts(emulator: &Emulator) -> Vec<u16> {
    let statuses = emulator.requests(&Filter::default());
    let statuses = statuses.iter().map(|record| record.status.unwrap()).collect();
    emulator.clear_requests();
    statuses
}

#[tokio::test]
async fn a_replaced_key_signs_the_next_request_of_a_living_client() {
    let emulator = emulator().await;
    let client = builder(&emulator).build().unwrap();
    let clone = client.with_timeout(Duration::from_secs(5));
    client.create_user().await.unwrap();
    let new = emulator.regenerate_access_key(KeyName::Primary).unwrap();
    let error = client.create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::CredentialDenied);
    assert_eq!(attempts(&emulator), [201, 401]);
    client.update_access_key(&new, None).unwrap();
    client.create_user().await.unwrap();
    clone.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [201, 201]);
}

#[tokio::test]
async fn a_key_credential_is_read_for_each_signature_of_all_its_clients() {
    let emulator = emulator().await;
    let credential = Arc::new(AzureKeyCredential::new(&key(&emulator)).unwrap());
    let client = || {
        CommunicationIdentityClient::builder()
            .endpoint(&emulator.info().http_url)
            .key_credential(Arc::clone(&credential))
            .build()
            .unwrap()
    };
    let clients = [client(), client()];
    for client in &clients {
        client.create_user().await.unwrap();
    }
    credential
        .update(&emulator.regenerate_access_key(KeyName::Primary).unwrap())
        .unwrap();
    for client in &clients {
        client.create_user().await.unwrap();
    }
    assert_eq!(attempts(&emulator), [201; 4]);
    assert!(!format!("{credential:?}{clients:?}").contains(&key(&emulator)));
}

#[tokio::test]
async fn the_second_key_is_tried_once_and_preferred_until_it_is_rejected_in_turn() {
    let emulator = emulator().await;
    let secondary = emulator.info().secondary_access_key.0.clone();
    let client = builder(&emulator)
        .secondary_access_key(&secondary)
        .build()
        .unwrap();
    client.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [201]);

    let primary = emulator.regenerate_access_key(KeyName::Primary).unwrap();
    client.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [401, 201]);
    client.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [201]);

    emulator.regenerate_access_key(KeyName::Secondary).unwrap();
    let error = client.create_user().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::CredentialDenied);
    assert_eq!(attempts(&emulator), [401, 401]);

    client.update_access_key(&primary, None).unwrap();
    client.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [201]);
}

#[tokio::test]
async fn an_update_gives_a_second_key_to_a_client_that_had_none() {
    let emulator = emulator().await;
    let client = builder(&emulator).build().unwrap();
    let secondary = emulator.info().secondary_access_key.0.clone();
    client
        .update_access_key(&key(&emulator), Some(&secondary))
        .unwrap();
    emulator.regenerate_access_key(KeyName::Primary).unwrap();
    client.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [401, 201]);
}

#[tokio::test]
async fn calls_that_were_signed_before_the_switch_go_on_too() {
    let emulator = emulator().await;
    let secondary = emulator.info().secondary_access_key.0.clone();
    let client = builder(&emulator)
        .secondary_access_key(&secondary)
        .build()
        .unwrap();
    emulator.regenerate_access_key(KeyName::Primary).unwrap();
    let calls = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.create_user().await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let client_prefers_the_second = client.create_user().await;
    client_prefers_the_second.unwrap();
    assert_eq!(attempts(&emulator).last(), Some(&201));
}

#[tokio::test]
async fn the_second_key_can_be_replaced_alone() {
    let emulator = emulator().await;
    let secondary = emulator.info().secondary_access_key.0.clone();
    let client = builder(&emulator).secondary_access_key("QUJD").build().unwrap();
    client.update_secondary_access_key(&secondary).unwrap();
    client.create_user().await.unwrap();
    emulator.regenerate_access_key(KeyName::Primary).unwrap();
    client.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [201, 401, 201]);

    // A client that signs with the second key continues with its replacement.
    let next = emulator.regenerate_access_key(KeyName::Secondary).unwrap();
    client.update_secondary_access_key(&next).unwrap();
    client.create_user().await.unwrap();
    assert_eq!(attempts(&emulator), [201]);

    let error = client.update_secondary_access_key("no key!").unwrap_err();
    assert_eq!(error.target.as_deref(), Some("secondary_access_key"));
}

#[tokio::test]
async fn an_unusable_key_is_named_not_shown_and_changes_nothing() {
    let emulator = emulator().await;
    let client = builder(&emulator).build().unwrap();
    for (primary, secondary, target) in [
        ("no key!", None, "access_key"),
        ("", None, "access_key"),
        ("QUJD", Some("no key!"), "secondary_access_key"),
    ] {
        let error = client.update_access_key(primary, secondary).unwrap_err();
        assert_eq!(error.target.as_deref(), Some(target));
        assert!(!error.to_string().contains("no key!"));
    }
    client.create_user().await.unwrap();

    let error = builder(&emulator).secondary_access_key("?").build().unwrap_err();
    assert_eq!(error.target.as_deref(), Some("secondary_access_key"));
    let with_token = CommunicationIdentityClient::builder()
        .endpoint("https://a.example")
        .token_credential(Arc::new(Asked::default()));
    let error = with_token.secondary_access_key("QUJD").build().unwrap_err();
    assert_eq!(error.target.as_deref(), Some("secondary_access_key"));
}

/// Returns `token-1`, `token-2` and so on, and records the requested claims.
#[derive(Debug, Default)]
struct Asked(Mutex<Vec<Option<String>>>);

impl TokenCredential for Asked {
    fn get_token<'a>(&'a self, _: &'a [&'a str]) -> BoxFuture<'a, acs_auth::Result<AccessToken>> {
        unreachable!("get_token_info is called")
    }

    fn get_token_info<'a>(
        &'a self,
        _: &'a [&'a str],
        options: &'a TokenRequestOptions,
    ) -> BoxFuture<'a, acs_auth::Result<AccessTokenInfo>> {
        let mut asked = self.0.lock().unwrap();
        asked.push(options.claims.clone());
        let token = Secret::new(format!("token-{}", asked.len()));
        let expires_on = SystemTime::now() + Duration::from_secs(3600);
        Box::pin(async move {
            Ok(AccessTokenInfo {
                token,
                expires_on,
                refresh_on: None,
            })
        })
    }
}

const CHALLENGE: &str = "www-authenticate: Bearer realm=\"\", error=\"insufficient_claims\", \
                         claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ\"\r\n";
const DENIED: &str = r#"{"error":{"code":"Denied","message":"Denied by the resource provider."}}"#;

async fn challenged(answers: Vec<Step>) -> (Server, Arc<Asked>, acs_auth::Result<()>) {
    let server = Server::start(answers).await;
    let credential = Arc::new(Asked::default());
    let client = CommunicationIdentityClient::builder()
        .endpoint(format!("http://{}", server.address))
        .token_credential(Arc::clone(&credential) as Arc<dyn TokenCredential>)
        .retry_policy(quick())
        .build()
        .unwrap();
    let user = CommunicationUserIdentifier::new("8:acs:a_b");
    let result = client.delete_user(&user).await;
    (server, credential, result)
}

#[tokio::test]
async fn a_claims_challenge_is_passed_on_and_the_request_tried_once_more() {
    let (server, credential, result) = challenged(vec![answer(401, CHALLENGE, DENIED), failing(204)]).await;
    result.unwrap();
    let claims = r#"{"access_token":{}}"#.to_owned();
    assert_eq!(*credential.0.lock().unwrap(), [None, Some(claims)]);
    let bearers: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(bearers, ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn a_second_challenge_in_one_call_is_its_error() {
    let (server, _, result) = challenged(vec![
        answer(401, CHALLENGE, DENIED),
        answer(401, CHALLENGE, DENIED),
    ])
    .await;
    assert_eq!(result.unwrap_err().kind, ErrorKind::CredentialDenied);
    assert_eq!(server.requests().len(), 2);
}
