//! A lower bound for the cost of an exchange: the same bytes, signed once, sent by reqwest.

use std::sync::Arc;
use std::time::SystemTime;

use acs_auth::protocol::{DEFAULT_API_VERSION, prepare_exchange_teams_user};
use acs_auth::{ConnectionString, SignableRequest, sign_request};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::setup::{Setup, on_worker, runs};

pub(crate) fn exchange(count: usize) {
    let setup = Setup::read();
    on_worker(async move {
        let resource = ConnectionString::parse(setup.text("/connection_string")).unwrap();
        let [token, client_id, user] = setup.exchange();
        let prepared =
            prepare_exchange_teams_user(&resource.endpoint, token, client_id, user, DEFAULT_API_VERSION)
                .unwrap();
        let signable = SignableRequest {
            method: prepared.method.as_str(),
            url: &prepared.url,
            body: &prepared.body,
        };
        let signed = sign_request(&signable, &resource.access_key, SystemTime::now()).unwrap();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(setup.text("/ca_file")))
            .build()
            .unwrap();
        for _ in runs(count) {
            let mut request = client.post(&prepared.url).body(prepared.body.to_vec());
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
        }
    });
}

fn tls(ca_file: &str) -> rustls::ClientConfig {
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
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}
