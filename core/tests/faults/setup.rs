//! Peers, each behind a gate.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use acs_auth::entra::verify::TokenVerifier;
use acs_auth::handler::TokenExchangeHandler;
use acs_auth::transport::{HttpTransport, Proxy, Resolve, Transport, TransportOptions};
use acs_auth::{
    Cloud, CommunicationIdentityClient, CommunicationIdentityClientBuilder, RedisOptions, RetryPolicy,
    SealingKey, TeamsTokenExchanger,
};
use acs_emulator::Emulator;

use crate::authority::Authority;
use crate::gate::{Gate, Speech};
use crate::names::Names;
use crate::origin::{by_tls, origin};
use crate::peers::{DEADLINE, Name, Peer};
use crate::redis_server::RedisServer;

/// How a peer is reached.
#[derive(Clone)]
pub(crate) enum By {
    Address,
    Tls,
    Http2,
    Name(Arc<Names>),
}

fn retries() -> RetryPolicy {
    RetryPolicy {
        base_delay: Duration::from_millis(5),
        attempt_timeout: Duration::from_millis(800),
        ..RetryPolicy::default()
    }
}

pub(crate) fn client_of(endpoint: &str) -> CommunicationIdentityClientBuilder {
    CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint={endpoint};accesskey=c2VjcmV0"))
        .allow_insecure_endpoint(true)
        .timeout(DEADLINE)
        .retry_policy(retries())
}

/// A client of ACS at a host name that `names` resolves.
pub(crate) fn client_by_name(names: &Arc<Names>, port: u16) -> CommunicationIdentityClient {
    let place = Place {
        by: By::Name(Arc::clone(names)),
        authority: Authority::new(),
        gate: (Ipv4Addr::LOCALHOST, port).into(),
        name: "acs",
    };
    client_of(&place.url("http", "https"))
        .transport(Arc::new(place.transport(Proxy::Direct)))
        .build()
        .unwrap()
}

/// Where a gate is, and how to reach it.
struct Place {
    by: By,
    authority: Authority,
    gate: SocketAddr,
    /// The first label of its name.
    name: &'static str,
}

impl Place {
    /// Starts a gate in front of this peer, which speaks HTTP/1.1 or Redis.
    async fn before(peer: SocketAddr, by: &By, name: &'static str) -> (Self, Gate) {
        let authority = Authority::new();
        let plain = if name == "redis" {
            Speech::Redis
        } else {
            Speech::Http1
        };
        let gate = match by {
            By::Address | By::Name(_) => Gate::before(peer, plain).await,
            By::Tls => Gate::before(by_tls(peer, &authority).await, plain).await,
            By::Http2 => Gate::before(peer, Speech::http2(&authority)).await,
        };
        let place = Self {
            by: by.clone(),
            authority,
            gate: gate.address,
            name,
        };
        (place, gate)
    }

    fn url(&self, plain: &str, secure: &str) -> String {
        let port = self.gate.port();
        match self.by {
            By::Address => format!("{plain}://{}", self.gate),
            By::Tls | By::Http2 => format!("{secure}://localhost:{port}"),
            // Its last label makes it loopback.
            By::Name(_) => format!("{plain}://{}.localhost:{port}", self.name),
        }
    }

    fn resolver(&self) -> Option<Arc<dyn Resolve>> {
        match &self.by {
            By::Name(names) => Some(Arc::clone(names) as Arc<dyn Resolve>),
            By::Address | By::Tls | By::Http2 => None,
        }
    }

    fn transport(&self, proxy: Proxy) -> HttpTransport {
        HttpTransport::new(&TransportOptions {
            proxy,
            http2: matches!(self.by, By::Http2),
            root_certificates_pem: vec![self.authority.pem().into_bytes()],
            resolver: self.resolver(),
            ..TransportOptions::default()
        })
        .unwrap()
    }
}

/// The scheme of the URLs of the server behind the gate.
fn scheme(by: &By) -> &'static str {
    match by {
        By::Address | By::Name(_) => "http",
        By::Tls | By::Http2 => "https",
    }
}

pub(crate) async fn behind_a_gate(name: Name, by: &By, emulator: &Arc<Emulator>) -> (Peer, Gate) {
    match name {
        Name::Acs => {
            let (place, gate) = Place::before(origin(scheme(by)).await, by, "acs").await;
            let client = client_of(&place.url("http", "https"))
                .transport(Arc::new(place.transport(Proxy::Direct)))
                .build()
                .unwrap();
            (Peer::Acs(client), gate)
        }
        Name::Proxy => {
            let (place, gate) = Place::before(origin("http").await, by, "proxy").await;
            let proxy = Proxy::Url(place.url("http", "https"));
            let client = client_of("http://acs.invalid")
                .transport(Arc::new(place.transport(proxy)))
                .build()
                .unwrap();
            (Peer::Proxy(client), gate)
        }
        Name::EntraKeys => {
            let (place, gate) = Place::before(origin(scheme(by)).await, by, "entra").await;
            let transport: Arc<dyn Transport> = Arc::new(place.transport(Proxy::Direct));
            let cloud = Cloud::custom(&place.url("http", "https"));
            let verifier = || {
                TokenVerifier::builder()
                    .cloud(cloud.clone())
                    .allow_any_tenant()
                    .audience("api")
                    .allow_any_client()
                    .transport(Arc::clone(&transport))
                    .build()
                    .unwrap()
            };
            let peer = Peer::EntraKeys {
                verifier: verifier(),
                another: verifier(),
            };
            (peer, gate)
        }
        Name::Graph => graph(by, emulator).await,
        Name::Redis => redis(by, emulator).await,
    }
}

async fn graph(by: &By, emulator: &Arc<Emulator>) -> (Peer, Gate) {
    let info = emulator.info();
    let port = info.http_url.rsplit(':').next().unwrap().parse().unwrap();
    let (place, gate) = Place::before((Ipv4Addr::LOCALHOST, port).into(), by, "graph").await;
    let ca = std::fs::read_to_string(&info.ca_file).unwrap();
    let api = info.api.as_ref().unwrap();
    let mut builder = TokenExchangeHandler::builder()
        .connection_string(&info.connection_string.0)
        .cloud(Cloud::custom(&info.https_url))
        .api_client_id(&api.client_id)
        .tenant_ids([&info.tenant_id])
        .teams_client_ids([&info.spa.as_ref().unwrap().client_id])
        .root_certificates_pem(&format!("{ca}{}", place.authority.pem()))
        .http2(matches!(by, By::Http2))
        .timeout(DEADLINE)
        .service_timeout(DEADLINE)
        .attempt_timeout(Duration::from_millis(800))
        .graph_client_secret(&api.client_secret.as_ref().unwrap().0)
        .graph_mapping_keys(["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="])
        .graph_base_url(&format!("{}/v1.0", place.url("http", "https")));
    if place.resolver().is_some() {
        // One transport for all peers; only Graph's name hangs.
        let transport = HttpTransport::new(&TransportOptions {
            root_certificates_pem: vec![ca.into_bytes()],
            resolver: place.resolver(),
            ..TransportOptions::default()
        });
        builder = builder.transport(Arc::new(transport.unwrap()));
    }
    let handler = builder.build().unwrap();
    (Peer::Graph(Box::new(handler), Arc::clone(emulator)), gate)
}

async fn redis(by: &By, emulator: &Arc<Emulator>) -> (Peer, Gate) {
    let server = RedisServer::start();
    let (place, gate) = Place::before((Ipv4Addr::LOCALHOST, server.port()).into(), by, "redis").await;
    let key = SealingKey::from_base64(&format!("{}=", "A".repeat(43))).unwrap();
    let mut redis = RedisOptions::new(place.url("redis", "rediss"), key);
    redis.root_certificates_pem = vec![place.authority.pem().into_bytes()];
    redis.resolver = place.resolver();
    // The default of 50 ms is too short for a busy machine.
    redis.timeout = Duration::from_millis(500);
    // In the proportion of the defaults: the breaker stays open for at most half of a call's timeout.
    redis.breaker_max_reset_timeout = DEADLINE / 2;
    let client = CommunicationIdentityClient::builder()
        .connection_string(&emulator.info().connection_string_http.0)
        .retry_policy(retries())
        .build()
        .unwrap();
    let exchanger = TeamsTokenExchanger::builder(client)
        .cache_secret([7; 32])
        .timeout(DEADLINE)
        // The calls until Redis is used again must not reach this limit.
        .user_limit(0)
        .redis(redis)
        .build()
        .unwrap();
    let peer = Peer::Redis {
        exchanger,
        emulator: Arc::clone(emulator),
        server: Arc::new(server),
    };
    (peer, gate)
}
