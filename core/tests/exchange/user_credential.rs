//! A credential that renews itself by exchanging Entra tokens.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use acs_auth::transport::BoxFuture;
use acs_auth::{
    AccessToken, CommunicationIdentityClient, CommunicationIdentityClientBuilder,
    CommunicationTokenCredential, ErrorKind, PreviewApiVersion, Result, Secret, TokenCredential,
};
use acs_emulator::Filter;
use acs_emulator::entra::{MintKind, MintRequest};

use crate::setup::Setup;

const EXTENSION: &str = "https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls";
const ENTRA_USER: &str = "https://communication.azure.com/clients/VoIP";
const DEFAULT_SCOPE: &str = "https://communication.azure.com/clients/.default";

/// The user's Entra credential. It returns the token that is set, and records the requested scopes.
#[derive(Debug)]
struct Entra {
    token: Mutex<String>,
    asked: Mutex<Vec<Vec<String>>>,
}

impl Entra {
    fn new(token: String) -> Arc<Self> {
        Arc::new(Self {
            token: Mutex::new(token),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> Vec<Vec<String>> {
        self.asked.lock().unwrap().clone()
    }
}

impl TokenCredential for Entra {
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.asked.lock().unwrap().push(scopes);
        let token = AccessToken {
            token: Secret::new(self.token.lock().unwrap().clone()),
            expires_on: SystemTime::now() + Duration::from_secs(3600),
        };
        Box::pin(std::future::ready(Ok(token)))
    }
}

fn client(setup: &Setup, credential: &Arc<Entra>) -> CommunicationIdentityClient {
    client_builder(setup, credential).build().unwrap()
}

fn client_builder(setup: &Setup, credential: &Arc<Entra>) -> CommunicationIdentityClientBuilder {
    CommunicationIdentityClient::builder()
        .endpoint(&setup.emulator.info().http_url)
        .token_credential(Arc::clone(credential) as Arc<dyn TokenCredential>)
}

fn sent(setup: &Setup, operation: &str) -> usize {
    let filter = Filter {
        operation: Some(operation.into()),
        ..Filter::default()
    };
    setup.emulator.requests(&filter).len()
}

#[tokio::test]
async fn a_teams_users_token_comes_by_the_exchanger() {
    let setup = Setup::start().await;
    let entra = Entra::new(setup.mint());
    let credential = CommunicationTokenCredential::builder_for_teams_user(
        setup.exchanger(),
        Arc::clone(&entra) as Arc<dyn TokenCredential>,
        &setup.client_id,
        &setup.user_id,
    )
    .build()
    .unwrap();
    let first = credential.get_token().await.unwrap();
    assert_eq!(credential.get_token().await.unwrap(), first);
    assert_eq!(setup.upstream().len(), 1);
    let scopes = ["Teams.ManageCalls", "Teams.ManageChats"];
    let scopes = scopes.map(|name| format!("https://auth.msft.communication.azure.com/{name}"));
    assert_eq!(entra.asked(), [scopes]);
    assert!(!format!("{credential:?}").contains(first.token.expose()));
}

#[tokio::test]
async fn the_same_entra_token_is_not_exchanged_again_while_its_acs_token_is_good() {
    let setup = Setup::start().await;
    let mint = || {
        let request = MintRequest {
            kind: MintKind::TeamsExtension,
            lifetime: Some(3600),
            ..MintRequest::default()
        };
        setup.emulator.mint(&request).unwrap()
    };
    let entra = Entra::new(mint());
    let credential = CommunicationTokenCredential::builder_for_entra(
        client(&setup, &entra),
        Arc::clone(&entra) as Arc<dyn TokenCredential>,
        &[EXTENSION],
    )
    .unwrap();
    let start = SystemTime::now();
    let ahead = Arc::new(Mutex::new(Duration::ZERO));
    let clock = Arc::clone(&ahead);
    let credential = credential
        .clock(move || start + *clock.lock().unwrap())
        .build()
        .unwrap();
    let first = credential.get_token().await.unwrap();
    assert_eq!(entra.asked(), [[EXTENSION]]);
    // Shortly before the ACS token expires, the Entra credential still returns the same token.
    *ahead.lock().unwrap() = Duration::from_secs(3500);
    assert_eq!(credential.get_token().await.unwrap(), first);
    assert_eq!(
        (entra.asked().len(), sent(&setup, "exchange_teams_extension")),
        (2, 1)
    );
    let next = mint();
    *entra.token.lock().unwrap() = next;
    *ahead.lock().unwrap() = Duration::from_secs(3590);
    assert_ne!(credential.get_token().await.unwrap(), first);
    assert_eq!(
        (entra.asked().len(), sent(&setup, "exchange_teams_extension")),
        (3, 2)
    );
}

#[tokio::test]
async fn the_scopes_say_which_exchange_is_used() {
    for (kind, scopes, requested, operation) in [
        (
            MintKind::EntraUser,
            vec![ENTRA_USER],
            ENTRA_USER,
            "exchange_entra_user",
        ),
        (MintKind::EntraUser, vec![], DEFAULT_SCOPE, "exchange_entra_user"),
        (
            MintKind::TeamsExtension,
            vec![EXTENSION],
            EXTENSION,
            "exchange_teams_extension",
        ),
    ] {
        let setup = Setup::start().await;
        let request = MintRequest {
            kind,
            lifetime: Some(3600),
            ..MintRequest::default()
        };
        let entra = Entra::new(setup.emulator.mint(&request).unwrap());
        let client = client_builder(&setup, &entra)
            .preview(PreviewApiVersion::V2025_03_02Preview)
            .build()
            .unwrap();
        let source = Arc::clone(&entra) as Arc<dyn TokenCredential>;
        let credential = CommunicationTokenCredential::builder_for_entra(client, source, &scopes)
            .unwrap()
            .build()
            .unwrap();
        credential.get_token().await.unwrap();
        assert_eq!(entra.asked(), [[requested]]);
        assert_eq!((sent(&setup, operation), sent(&setup, "acs")), (1, 1));
    }
}

#[tokio::test]
async fn scopes_of_others_are_rejected_before_any_request() {
    let setup = Setup::start().await;
    let entra = Entra::new(setup.mint());
    for (scopes, target) in [
        (vec![ENTRA_USER, EXTENSION], "scopes"),
        (vec!["https://graph.microsoft.com/.default"], "scopes"),
        (vec![EXTENSION, ""], "scopes"),
        (vec!["https://communication.azure.com//.default"], "scopes"),
        (vec!["https://communication.azure.com/client"], "scopes"),
        (vec!["https://auth.msft.communication.azure.com"], "scopes"),
        // The client lacks the option `preview`.
        (vec![ENTRA_USER], "preview"),
        (vec![], "preview"),
    ] {
        let made = CommunicationTokenCredential::builder_for_entra(
            client(&setup, &entra),
            Arc::clone(&entra) as Arc<dyn TokenCredential>,
            &scopes,
        );
        let error = made.unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidArgument);
        assert_eq!(error.target.as_deref(), Some(target), "{scopes:?}");
    }
    let government = "https://auth.msft.communication.azure.us/TeamsExtension.ManageCalls";
    for scopes in [vec![government], vec![government, EXTENSION], vec![EXTENSION]] {
        let entra = Arc::clone(&entra) as Arc<dyn TokenCredential>;
        let client = CommunicationIdentityClient::builder()
            .endpoint("https://contoso.communication.azure.com")
            .token_credential(Arc::clone(&entra))
            .build()
            .unwrap();
        CommunicationTokenCredential::builder_for_entra(client, entra, &scopes).unwrap();
    }
    assert_eq!(entra.asked(), Vec::<Vec<String>>::new());
}
