//! A back end: an emulator, and a handler in front of it.

use std::time::Duration;

use acs_auth::handler::{Request, Response, TokenExchangeHandler, TokenExchangeHandlerBuilder};
use acs_emulator::entra::{Attack, MintKind, MintRequest};
use acs_emulator::{Emulator, Fault, Filter, Options};
use serde_json::Value;

pub(crate) const TEAMS: &str = "/api/token/teams";
pub(crate) const BOB: &str = "bob@contoso.example";
pub(crate) const CAROL: &str = "carol@contoso.example";
pub(crate) const ORIGIN: &str = "https://calls.contoso.example";

pub(crate) struct BackEnd {
    pub(crate) emulator: Emulator,
    pub(crate) handler: TokenExchangeHandler,
}

impl BackEnd {
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    /// Like [`Self::start`], with further options.
    pub(crate) async fn start_with(
        options: impl FnOnce(TokenExchangeHandlerBuilder) -> TokenExchangeHandlerBuilder,
    ) -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let handler = options(builder(&emulator)).build().unwrap();
        Self { emulator, handler }
    }

    /// A request with Alice's two tokens, both issued to the page that signed her in.
    pub(crate) fn request(&self) -> Request {
        self.request_with(api(), MintRequest::default())
    }

    pub(crate) fn request_with(&self, bearer: MintRequest, teams: MintRequest) -> Request {
        self.bearer_request("POST", TEAMS, bearer)
            .with_header("Teams-User-AAD-Token", self.mint(teams))
    }

    pub(crate) fn bearer_request(&self, method: &str, path: &str, bearer: MintRequest) -> Request {
        Request::new(method, path).with_header("Authorization", format!("Bearer {}", self.mint(bearer)))
    }

    pub(crate) fn mint(&self, request: MintRequest) -> String {
        self.emulator.mint(&request).unwrap()
    }

    pub(crate) fn exchanges(&self) -> usize {
        let filter = Filter {
            operation: Some("exchange_teams_user".into()),
            ..Filter::default()
        };
        self.emulator.requests(&filter).len()
    }

    pub(crate) fn fault(&self, fault: Fault) {
        let fault = Fault {
            operation: Some("exchange_teams_user".into()),
            count: 10,
            ..fault
        };
        self.emulator.faults().add(fault).unwrap();
    }
}

pub(crate) fn builder(emulator: &Emulator) -> TokenExchangeHandlerBuilder {
    let info = emulator.info();
    let ca = std::fs::read_to_string(&info.ca_file).unwrap();
    TokenExchangeHandler::builder()
        .connection_string(&info.connection_string.0)
        .cloud(acs_auth::Cloud::custom(&info.https_url))
        .api_client_id(&info.api.as_ref().unwrap().client_id)
        .tenant_ids([&info.tenant_id])
        .teams_client_ids([&info.spa.as_ref().unwrap().client_id])
        .cors_origins([ORIGIN])
        .service_timeout(Duration::from_secs(5))
        .root_certificates_pem(&ca)
}

/// A token for the API.
pub(crate) fn api() -> MintRequest {
    MintRequest {
        kind: MintKind::Api,
        ..MintRequest::default()
    }
}

pub(crate) fn of(user: &str, request: MintRequest) -> MintRequest {
    MintRequest {
        user: Some(user.into()),
        ..request
    }
}

pub(crate) fn bad(attack: &str, request: MintRequest) -> MintRequest {
    MintRequest {
        attack: Some(Attack::from_name(attack).unwrap()),
        ..request
    }
}

pub(crate) fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

/// The status and code of a problem response, whose form is checked.
pub(crate) fn problem(response: &Response) -> (u16, String) {
    assert_eq!(
        response.header("content-type"),
        Some("application/problem+json"),
        "{response:?}"
    );
    let body = json(response);
    assert_eq!(body["status"], response.status);
    assert_eq!(body["type"], "about:blank");
    assert_eq!(
        body["correlationId"],
        response.header("x-correlation-id").unwrap()
    );
    assert!(!body["title"].as_str().unwrap().is_empty());
    assert!(!body["detail"].as_str().unwrap().is_empty());
    (response.status, body["code"].as_str().unwrap().to_owned())
}

/// The value of [`problem`] that a test expects.
pub(crate) fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
