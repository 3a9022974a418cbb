//! One exchange by the client beside a bare reqwest POST of the same bytes to the same server, by CPU time.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]

use std::time::{Duration, SystemTime};

use acs_auth::protocol::{DEFAULT_API_VERSION, prepare_exchange_teams_user};
use acs_auth::{CommunicationIdentityClient, ConnectionString, SignableRequest, sign_request};
use acs_bench::{CpuTime, EmulatorProcess, paired_ratio};
use criterion::{Criterion, criterion_group, criterion_main};

fn exchange(criterion: &mut Criterion<CpuTime>) {
    let emulator = EmulatorProcess::start().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (client_id, user_id) = (
        emulator.text("/spa/client_id"),
        emulator.text("/users/0/object_id"),
    );
    let bare = reqwest::Client::builder()
        .tls_backend_preconfigured(trusting(emulator.text("/ca_file")))
        .build()
        .unwrap();
    let mint = format!(
        "{}/_emulator/mint?kind=teams&user={}&client_id={client_id}",
        emulator.text("/http_url"),
        emulator.text("/users/0/username")
    );
    let minted = runtime.block_on(async { bare.get(mint).send().await.unwrap().text().await.unwrap() });
    let minted: serde_json::Value = serde_json::from_str(&minted).unwrap();
    let token = minted["token"].as_str().unwrap();

    for (name, key) in [
        ("http", "/connection_string_http"),
        ("https", "/connection_string"),
    ] {
        let connection_string = emulator.text(key);
        let client = CommunicationIdentityClient::builder()
            .connection_string(connection_string)
            .root_certificates_pem(std::fs::read(emulator.text("/ca_file")).unwrap())
            // By TLS, as the bare client.
            .http2(true)
            .build()
            .unwrap();
        let parsed = ConnectionString::parse(connection_string).unwrap();
        let prepared =
            prepare_exchange_teams_user(&parsed.endpoint, token, client_id, user_id, DEFAULT_API_VERSION)
                .unwrap();
        let signable = SignableRequest {
            method: "POST",
            url: &prepared.url,
            body: &prepared.body,
        };
        let signed = sign_request(&signable, &parsed.access_key, SystemTime::now()).unwrap();

        let bare_post = || {
            runtime.block_on(async {
                // Signed once, outside: only the sending is measured. The same headers and bytes as the client's.
                let mut request = bare.post(&prepared.url).body(prepared.body.to_vec());
                for (name, value) in &prepared.headers {
                    request = request.header(*name, value.as_str());
                }
                for (name, value) in signed.headers() {
                    request = request.header(name, value);
                }
                let request = request
                    .header("x-ms-return-client-request-id", "true")
                    .header("x-ms-client-request-id", "6e0ad6a8-7d3a-4a3b-9c2e-000000000000")
                    .header("user-agent", "acs-auth/0.1.0 Rust (linux; x86_64)");
                let answer = request.send().await.unwrap();
                assert_eq!(answer.status(), 200);
                answer.bytes().await.unwrap();
            });
        };
        let exchange = || {
            runtime.block_on(async {
                client
                    .get_token_for_teams_user(token, client_id, user_id)
                    .await
                    .unwrap();
            });
        };
        let mut group = criterion.benchmark_group(format!("exchange_{name}_cpu"));
        group.measurement_time(Duration::from_secs(8));
        group.bench_function("bare_reqwest_post", |bencher| bencher.iter(bare_post));
        group.bench_function("get_token_for_teams_user", |bencher| bencher.iter(exchange));
        group.finish();
        let ratio = paired_ratio(bare_post, exchange);
        println!("exchange_{name}_cpu: get_token_for_teams_user / bare_reqwest_post = {ratio:.3}");
    }
}

fn trusting(ca_file: &str) -> rustls::ClientConfig {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(ca_file).unwrap())
        .unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = exchange
}
criterion_main!(benches);
