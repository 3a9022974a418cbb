//! The peers, each behind a gate, and the calls that need them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use acs_auth::entra::verify::TokenVerifier;
use acs_auth::handler::{Request, TokenExchangeHandler};
use acs_auth::transport::{HttpTransport, Proxy, Resolve, TransportOptions};
use acs_auth::{
    Cloud, CommunicationIdentityClient, CommunicationUserIdentifier, ErrorKind, RedisOptions, RetryPolicy,
    SealingKey, TeamsTokenExchanger,
};
use acs_emulator::Emulator;
use acs_emulator::entra::{MintKind, MintRequest};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::gate::Gate;
use crate::redis_server::RedisServer;

/// How a call ended: well, or with its kind or code.
pub(crate) type Ended = Result<(), String>;

/// A deadline of each call but that of Entra's keys, which is fixed.
pub(crate) const DEADLINE: Duration = Duration::from_secs(4);
/// Both documents 4 s, after 3 s since the last fetch.
pub(crate) const KEYS_DEADLINE: Duration = Duration::from_secs(7);

fn retries() -> RetryPolicy {
    RetryPolicy {
        base_delay: Duration::from_millis(5),
        attempt_timeout: Duration::from_millis(800),
        ..RetryPolicy::default()
    }
}

async fn delete(client: &CommunicationIdentityClient) -> Ended {
    let user = CommunicationUserIdentifier::new("8:acs:a_b");
    client.delete_user(&user).await.map_err(|error| match error.kind {
        ErrorKind::TransportError | ErrorKind::Timeout | ErrorKind::UnexpectedResponse => {
            error.kind.to_string()
        }
        _ => panic!("{error}"),
    })
}

fn to(endpoint: &str) -> acs_auth::CommunicationIdentityClientBuilder {
    CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint={endpoint};accesskey=c2VjcmV0"))
        .allow_insecure_endpoint(true)
        .timeout(DEADLINE)
        .retry_policy(retries())
}

/// Answers every request: key documents of an authority, or 204.
pub(crate) async fn origin() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = Vec::new();
                while stream.read_buf(&mut request).await.is_ok_and(|length| length > 0) {
                    let text = String::from_utf8_lossy(&request).into_owned();
                    if !text.contains("\r\n\r\n") {
                        continue;
                    }
                    let host = text
                        .lines()
                        .find_map(|line| line.strip_prefix("host: "))
                        .unwrap_or_default();
                    let answer = if text.contains("openid-configuration") {
                        let base = format!("http://{host}");
                        ok(&format!(
                            r#"{{"issuer":"{base}/{{tenantid}}/v2.0","jwks_uri":"{base}/keys"}}"#
                        ))
                    } else if text.starts_with("GET /keys") {
                        ok(&format!(
                            r#"{{"keys":[{{"kty":"RSA","use":"sig","kid":"k","n":"{}","e":"AQAB"}}]}}"#,
                            format_args!("{}w", "u".repeat(341))
                        ))
                    } else {
                        "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
                    };
                    request.clear();
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A peer in a test: what is called, and the gate before it.
pub(crate) enum Peer {
    Acs(CommunicationIdentityClient),
    Proxy(CommunicationIdentityClient),
    EntraKeys(TokenVerifier),
    Graph(Box<TokenExchangeHandler>, Arc<Emulator>),
    Redis {
        exchanger: TeamsTokenExchanger,
        emulator: Arc<Emulator>,
        _server: RedisServer,
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

pub(crate) async fn behind_a_gate(name: Name, is_tls: bool, emulator: &Arc<Emulator>) -> (Peer, Gate) {
    let scheme = if is_tls { "https" } else { "http" };
    match name {
        Name::Acs => {
            let gate = Gate::before(origin().await).await;
            let client = to(&format!("{scheme}://{}", gate.address)).build().unwrap();
            (Peer::Acs(client), gate)
        }
        Name::Proxy => {
            let gate = Gate::before(origin().await).await;
            let client = to(&format!("{scheme}://acs.invalid"))
                .proxy(Proxy::Url(format!("http://{}", gate.address)))
                .build()
                .unwrap();
            (Peer::Proxy(client), gate)
        }
        Name::EntraKeys => {
            let gate = Gate::before(origin().await).await;
            let verifier = TokenVerifier::builder()
                .cloud(Cloud::custom(&format!("{scheme}://{}", gate.address)))
                .allow_any_tenant()
                .audience("api")
                .allow_any_client()
                .build()
                .unwrap();
            (Peer::EntraKeys(verifier), gate)
        }
        Name::Graph => {
            let info = emulator.info();
            let port = info.http_url.rsplit(':').next().unwrap().parse().unwrap();
            let gate = Gate::before((Ipv4Addr::LOCALHOST, port).into()).await;
            let ca = std::fs::read_to_string(&info.ca_file).unwrap();
            let api = info.api.as_ref().unwrap();
            let handler = TokenExchangeHandler::builder()
                .connection_string(&info.connection_string.0)
                .cloud(Cloud::custom(&info.https_url))
                .api_client_id(&api.client_id)
                .tenants([&info.tenant_id])
                .teams_client_ids([&info.spa.as_ref().unwrap().client_id])
                .root_certificates_pem(&ca)
                .timeout(DEADLINE)
                .service_timeout(DEADLINE)
                .attempt_timeout(Duration::from_millis(800))
                .graph_client_secret(&api.client_secret.as_ref().unwrap().0)
                .graph_mapping_keys(["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="])
                .graph_base_url(&format!("{scheme}://{}/v1.0", gate.address))
                .build()
                .unwrap();
            (Peer::Graph(Box::new(handler), Arc::clone(emulator)), gate)
        }
        Name::Redis => {
            let server = RedisServer::start();
            let gate = Gate::before((Ipv4Addr::LOCALHOST, server.port()).into()).await;
            let key = SealingKey::from_base64(&format!("{}=", "A".repeat(43))).unwrap();
            let redis = RedisOptions::new(format!("redis://{}", gate.address), key);
            let client = CommunicationIdentityClient::builder()
                .connection_string(&emulator.info().connection_string_http.0)
                .retry_policy(retries())
                .build()
                .unwrap();
            let exchanger = TeamsTokenExchanger::builder(client)
                .cache_secret([7; 32])
                .timeout(DEADLINE)
                .redis(redis)
                .build()
                .unwrap();
            let peer = Peer::Redis {
                exchanger,
                emulator: Arc::clone(emulator),
                _server: server,
            };
            (peer, gate)
        }
    }
}

/// Asks the handler as one of its users; the status and the problem's code.
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

impl Peer {
    pub(crate) fn deadline(&self) -> Duration {
        match self {
            Self::EntraKeys(_) => KEYS_DEADLINE,
            _ => DEADLINE,
        }
    }

    /// A call that needs the peer.
    pub(crate) async fn call(&self) -> Ended {
        match self {
            Self::Acs(client) | Self::Proxy(client) => delete(client).await,
            Self::EntraKeys(verifier) => {
                if verifier.keys_reachable().await {
                    Ok(())
                } else {
                    Err("unreachable".to_owned())
                }
            }
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

    /// A call beside it, which does not need the peer.
    pub(crate) async fn other_call(&self) -> Ended {
        match self {
            Self::Graph(handler, emulator) => {
                match ask(handler, emulator, "POST", "/api/token/teams").await {
                    (201, _) => Ok(()),
                    other => Err(format!("{other:?}")),
                }
            }
            _ => {
                let client = to(&format!("http://{}", origin().await)).build().unwrap();
                delete(&client).await
            }
        }
    }

    /// Whether calls go on without it.
    pub(crate) fn is_optional(&self) -> bool {
        matches!(self, Self::Redis { .. })
    }
}

/// Names lead to these addresses; while it hangs, nowhere.
pub(crate) struct Names {
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) hangs: AtomicBool,
    pub(crate) asked: std::sync::atomic::AtomicUsize,
}

impl Resolve for Names {
    fn resolve(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        while self.hangs.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(self.addresses.clone())
    }
}

/// A client of ACS at a name that these lead to.
pub(crate) fn client_by_name(names: &Arc<Names>, port: u16) -> CommunicationIdentityClient {
    let transport = HttpTransport::new(&TransportOptions {
        resolver: Some(Arc::clone(names) as Arc<dyn Resolve>),
        proxy: Proxy::Direct,
        ..TransportOptions::default()
    });
    to(&format!("http://acs.example:{port}"))
        .transport(Arc::new(transport.unwrap()))
        .build()
        .unwrap()
}
