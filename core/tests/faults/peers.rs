//! The peers, and the calls that need them.

use std::sync::Arc;
use std::time::Duration;

use acs_auth::entra::verify::TokenVerifier;
use acs_auth::handler::{Request, TokenExchangeHandler};
use acs_auth::{CommunicationIdentityClient, CommunicationUserIdentifier, ErrorKind, TeamsTokenExchanger};
use acs_emulator::Emulator;
use acs_emulator::entra::{MintKind, MintRequest};

use crate::origin::origin;
use crate::redis_server::RedisServer;
use crate::setup::client_of;

/// How a call ended: successfully, or with an error's kind or code.
pub(crate) type Ended = Result<(), String>;

/// The timeout of each call, except the fetch of Entra's keys, whose timeout is fixed.
pub(crate) const DEADLINE: Duration = Duration::from_secs(4);
/// 4 s for both documents, after a wait of up to 3 s since the last fetch.
pub(crate) const KEYS_DEADLINE: Duration = Duration::from_secs(7);

async fn delete(client: &CommunicationIdentityClient) -> Ended {
    let user = CommunicationUserIdentifier::new("8:acs:a_b");
    client.delete_user(&user).await.map_err(|error| match error.kind {
        ErrorKind::TransportError | ErrorKind::Timeout | ErrorKind::UnexpectedResponse => {
            error.kind.to_string()
        }
        _ => panic!("{error}"),
    })
}

/// A peer in a test, with the objects whose calls need it.
pub(crate) enum Peer {
    Acs(CommunicationIdentityClient),
    Proxy(CommunicationIdentityClient),
    EntraKeys {
        verifier: TokenVerifier,
        /// Shares the connections and opens them before the fault: a verifier fetches keys only once.
        another: TokenVerifier,
    },
    Graph(Box<TokenExchangeHandler>, Arc<Emulator>),
    Redis {
        exchanger: TeamsTokenExchanger,
        emulator: Arc<Emulator>,
        server: Arc<RedisServer>,
    },
}

/// The peers of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Acs,
    EntraKeys,
    Graph,
    Redis,
    Proxy,
}

/// Sends a user's request to the handler. Returns the status and the problem's code.
async fn ask(handler: &TokenExchangeHandler, emulator: &Emulator, method: &str, path: &str) -> (u16, String) {
    let bearer = MintRequest {
        kind: MintKind::Api,
        ..MintRequest::default()
    };
    let mut request = Request::new(method, path).with_header(
        "Authorization",
        format!("Bearer {}", emulator.mint(&bearer).unwrap()),
    );
    if path == "/api/token/teams" {
        let teams = emulator.mint(&MintRequest::default()).unwrap();
        request = request.with_header("Teams-User-AAD-Token", teams);
    }
    let response = handler.handle(request).await;
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
    (
        response.status,
        body["code"].as_str().unwrap_or_default().to_owned(),
    )
}

async fn reachable(verifier: &TokenVerifier) -> Ended {
    match verifier.keys_reachable().await {
        true => Ok(()),
        false => Err("unreachable".to_owned()),
    }
}

impl Peer {
    pub(crate) fn deadline(&self) -> Duration {
        match self {
            Self::EntraKeys { .. } => KEYS_DEADLINE,
            Self::Acs(_) | Self::Proxy(_) | Self::Graph(..) | Self::Redis { .. } => DEADLINE,
        }
    }

    /// How many calls in a row need it: keys, once known, are not fetched again.
    pub(crate) fn calls(&self) -> usize {
        match self {
            Self::EntraKeys { .. } => 1,
            Self::Acs(_) | Self::Proxy(_) | Self::Graph(..) | Self::Redis { .. } => 2,
        }
    }

    /// A call that needs the peer.
    pub(crate) async fn call(&self) -> Ended {
        match self {
            Self::Acs(client) | Self::Proxy(client) => delete(client).await,
            Self::EntraKeys { verifier, .. } => reachable(verifier).await,
            Self::Graph(handler, emulator) => match ask(handler, emulator, "GET", "/api/user").await {
                (200 | 404, _) => Ok(()),
                (502..=504, code) if !code.is_empty() => Err(code),
                other => panic!("{other:?}"),
            },
            Self::Redis {
                exchanger, emulator, ..
            } => {
                let info = emulator.info();
                let user = &info.users[0];
                let client_id = &info.spa.as_ref().unwrap().client_id;
                let token = emulator.mint(&MintRequest::default()).unwrap();
                let exchanged = exchanger.exchange(&token, client_id, &user.object_id).await;
                exchanged.map(drop).map_err(|error| error.kind.to_string())
            }
        }
    }

    /// A call before the fault, which leaves an open connection.
    pub(crate) async fn call_before(&self) -> Ended {
        match self {
            Self::EntraKeys { another, .. } => reachable(another).await,
            Self::Acs(_) | Self::Proxy(_) | Self::Graph(..) | Self::Redis { .. } => self.call_used().await,
        }
    }

    /// A call that succeeds only if the peer was used for it.
    pub(crate) async fn call_used(&self) -> Ended {
        let Self::Redis { server, .. } = self else {
            return self.call().await;
        };
        let flushed = Arc::clone(server);
        tokio::task::spawn_blocking(move || flushed.flush())
            .await
            .unwrap();
        self.call().await?;
        let server = Arc::clone(server);
        let entries = tokio::task::spawn_blocking(move || {
            redis::cmd("DBSIZE").query::<u64>(&mut server.admin()).unwrap()
        });
        match entries.await.unwrap() {
            0 => Err("nothing is stored".to_owned()),
            _ => Ok(()),
        }
    }

    /// A concurrent call that does not need the peer.
    pub(crate) async fn other_call(&self) -> Ended {
        match self {
            Self::Graph(handler, emulator) => {
                match ask(handler, emulator, "POST", "/api/token/teams").await {
                    (201, _) => Ok(()),
                    other => Err(format!("{other:?}")),
                }
            }
            Self::Acs(_) | Self::Proxy(_) | Self::EntraKeys { .. } | Self::Redis { .. } => {
                let client = client_of(&format!("http://{}", origin("http").await))
                    .build()
                    .unwrap();
                delete(&client).await
            }
        }
    }

    /// Whether calls succeed without it.
    pub(crate) fn is_optional(&self) -> bool {
        matches!(self, Self::Redis { .. })
    }
}
