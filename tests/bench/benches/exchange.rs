//! Compares the CPU time of the client's exchanges with bare reqwest POSTs of the same signed bytes to the same server:
//! over TLS, on a runtime with one worker, as in the hosts, with one and with many in flight.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]

use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use acs_auth::protocol::{DEFAULT_API_VERSION, PreparedRequest, prepare_exchange_teams_user};
use acs_auth::{CommunicationIdentityClient, ConnectionString, SignableRequest, sign_request};
use acs_bench::{EmulatorProcess, paired};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Exchanges in a round.
const ROUND: usize = 128;

fn main() {
    let emulator = EmulatorProcess::start().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let exchange = Arc::new(Exchange::new(&emulator, &runtime));
    println!("µs of CPU an exchange, medians; the ratio is the median of short rounds that alternate");
    println!("{:28}{:>14}{:>10}{:>8}", "", "bare reqwest", "client", "ratio");
    for (name, http2) in [("https, HTTP/1.1", false), ("https, HTTP/2", true)] {
        let bare = bare_client(emulator.text("/ca_file"), http2);
        let client = CommunicationIdentityClient::builder()
            .connection_string(emulator.text("/connection_string"))
            .root_certificates_pem(std::fs::read(emulator.text("/ca_file")).unwrap())
            .http2(http2)
            .build()
            .unwrap();
        for in_flight in [1, 16, 64] {
            let shared = (Arc::clone(&exchange), bare.clone());
            let by_bare = move || {
                let (exchange, bare) = shared.clone();
                async move { exchange.post(&bare).await }
            };
            let shared = (Arc::clone(&exchange), client.clone());
            let by_client = move || {
                let (exchange, client) = shared.clone();
                async move { exchange.call(&client).await }
            };
            let paired = paired(
                || round(&runtime, in_flight, by_bare.clone()),
                || round(&runtime, in_flight, by_client.clone()),
            );
            let each = |round: std::time::Duration| round.as_secs_f64() * 1e6 / ROUND as f64;
            println!(
                "{:28}{:14.1}{:10.1}{:8.2}",
                format!("{name}, {in_flight} in flight"),
                each(paired.first),
                each(paired.second),
                paired.ratio
            );
        }
    }
}

/// Runs a round on the worker: this many tasks, each of which makes its share of the exchanges one after another.
fn round<F>(runtime: &Runtime, in_flight: usize, exchange: impl Fn() -> F + Clone + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let tasks = async move {
        let mut tasks = JoinSet::new();
        for _ in 0..in_flight {
            let exchange = exchange.clone();
            tasks.spawn(async move {
                for _ in 0..ROUND / in_flight {
                    exchange().await;
                }
            });
        }
        tasks.join_all().await;
    };
    runtime.block_on(async { tokio::spawn(tasks).await.unwrap() });
}

/// The arguments of an exchange, and its request, signed once.
struct Exchange {
    token: String,
    client_id: String,
    user_id: String,
    request: PreparedRequest,
    signed: Vec<(&'static str, String)>,
}

impl Exchange {
    fn new(emulator: &EmulatorProcess, runtime: &Runtime) -> Self {
        let client_id = emulator.text("/spa/client_id").to_owned();
        let user_id = emulator.text("/users/0/object_id").to_owned();
        let mint = format!(
            "{}/_emulator/mint?kind=teams&user={}&client_id={client_id}",
            emulator.text("/http_url"),
            emulator.text("/users/0/username")
        );
        let plain = bare_client(emulator.text("/ca_file"), false);
        let minted = runtime.block_on(async { plain.get(mint).send().await.unwrap().text().await.unwrap() });
        let minted: serde_json::Value = serde_json::from_str(&minted).unwrap();
        let token = minted["token"].as_str().unwrap().to_owned();
        let resource = ConnectionString::parse(emulator.text("/connection_string")).unwrap();
        let request = prepare_exchange_teams_user(
            &resource.endpoint,
            &token,
            &client_id,
            &user_id,
            DEFAULT_API_VERSION,
        )
        .unwrap();
        let signable = SignableRequest {
            method: request.method.as_str(),
            url: &request.url,
            body: &request.body,
        };
        let signed = sign_request(&signable, &resource.access_key, SystemTime::now()).unwrap();
        let signed = signed.headers().map(|(name, value)| (name, value.to_owned()));
        Self {
            token,
            client_id,
            user_id,
            request,
            signed: signed.into(),
        }
    }

    async fn call(&self, client: &CommunicationIdentityClient) {
        client
            .get_token_for_teams_user(&self.token, &self.client_id, &self.user_id)
            .await
            .unwrap();
    }

    /// The same headers and bytes as the client's; only the sending is measured.
    async fn post(&self, bare: &reqwest::Client) {
        let mut request = bare.post(&self.request.url).body(self.request.body.to_vec());
        for (name, value) in &self.request.headers {
            request = request.header(*name, value.as_str());
        }
        for (name, value) in &self.signed {
            request = request.header(*name, value);
        }
        let request = request
            .header("x-ms-return-client-request-id", "true")
            .header("x-ms-client-request-id", "6e0ad6a8-7d3a-4a3b-9c2e-000000000000")
            .header("user-agent", "acs-auth/0.1.0 Rust (linux; x86_64)");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap();
    }
}

fn bare_client(ca_file: &str, http2: bool) -> reqwest::Client {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(ca_file).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = if http2 {
        vec![b"h2".to_vec(), b"http/1.1".to_vec()]
    } else {
        vec![b"http/1.1".to_vec()]
    };
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .build()
        .unwrap()
}
