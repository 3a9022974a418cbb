//! Certificates made for a test, and clients that trust them.

use std::path::PathBuf;

use crate::server::Program;

pub(crate) struct Certificates {
    folder: tempfile::TempDir,
    options: [String; 4],
    trusted: Vec<reqwest::Certificate>,
}

impl Certificates {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let options = [
            "--tls-cert".to_owned(),
            path("cert.pem"),
            "--tls-key".to_owned(),
            path("key.pem"),
        ];
        let mut certificates = Self {
            folder,
            options,
            trusted: Vec::new(),
        };
        certificates.renew();
        certificates
    }

    /// Writes another certificate, the only one that new clients trust from now on.
    pub(crate) fn renew(&mut self) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(self.path("key.pem"), made.signing_key.serialize_pem()).unwrap();
        std::fs::write(self.path("cert.pem"), made.cert.pem()).unwrap();
        self.trusted = vec![reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()];
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The options that make `serve` use them.
    pub(crate) fn options(&self) -> Vec<&str> {
        self.options.iter().map(String::as_str).collect()
    }

    /// The server's URL by the name in the certificate.
    pub(crate) fn url(&self, program: &Program) -> String {
        program.text("/url").replace("127.0.0.1", "localhost")
    }

    /// A new client that trusts only the current certificate.
    pub(crate) fn client(&self) -> reqwest::Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> reqwest::ClientBuilder {
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .no_proxy()
            .timeout(std::time::Duration::from_secs(30))
            .tls_certs_only(self.trusted.clone())
    }
}
