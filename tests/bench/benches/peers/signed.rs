//! The request of an exchange, signed once, and the TLS configuration of a client that sends it.

use std::sync::Arc;
use std::time::SystemTime;

use acs_auth::protocol::{DEFAULT_API_VERSION, prepare_exchange_teams_user};
use acs_auth::{ConnectionString, SignableRequest, sign_request};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The headers that our client adds to those of the operation and of the signature.
const CLIENTS_OWN: [(&str, &str); 3] = [
    ("x-ms-return-client-request-id", "true"),
    ("x-ms-client-request-id", "6e0ad6a8-7d3a-4a3b-9c2e-000000000000"),
    ("user-agent", "acs-auth/0.1.0 Rust (linux; x86_64)"),
];

/// The same headers and bytes as the client's.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Signed {
    pub(crate) fn new(connection_string: &str, [token, client_id, user]: [&str; 3]) -> Self {
        let resource = ConnectionString::parse(connection_string).unwrap();
        let prepared =
            prepare_exchange_teams_user(&resource.endpoint, token, client_id, user, DEFAULT_API_VERSION)
                .unwrap();
        let signable = SignableRequest {
            method: prepared.method.as_str(),
            url: &prepared.url,
            body: &prepared.body,
        };
        let signed = sign_request(&signable, &resource.access_key, SystemTime::now()).unwrap();
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        for (name, value) in &prepared.headers {
            add(name, value.as_str());
        }
        for (name, value) in signed.headers() {
            add(name, value);
        }
        for (name, value) in CLIENTS_OWN {
            add(name, value);
        }
        Self {
            url: prepared.url.clone(),
            headers,
            body: prepared.body.to_vec(),
        }
    }
}

/// TLS that trusts the authority in this file and offers HTTP/1.1 and, if set, HTTP/2.
pub(crate) fn tls(ca_file: &str, provider: CryptoProvider, http2: bool) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(ca_file).unwrap())
        .unwrap();
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = if http2 {
        vec![b"h2".to_vec(), b"http/1.1".to_vec()]
    } else {
        vec![b"http/1.1".to_vec()]
    };
    config
}
