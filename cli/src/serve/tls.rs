//! The server's certificate.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::args::ServeArgs;
use super::files::Files;
use crate::failure::{Failure, refused};

/// The files with the certificate chain and the key.
pub(super) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
}

impl Certificate {
    /// `None` without TLS.
    pub(super) fn new(args: &ServeArgs) -> Option<Self> {
        Some(Self {
            chain: args.tls_cert.clone()?,
            key: args.tls_key.clone()?,
        })
    }

    /// The files to watch for changes.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        vec![self.chain.clone(), self.key.clone()]
    }

    /// Reads the files and builds the TLS configuration.
    pub(super) fn config(&self, files: &Files) -> Result<ServerConfig, Failure> {
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(&files.bytes("tls_cert", &self.chain)?)
                .collect::<Result<_, _>>()
                .map_err(|_| refused("tls_cert", "It contains no certificate chain in PEM form."))?;
        if chain.is_empty() {
            return Err(refused("tls_cert", "It contains no certificate."));
        }
        let key = PrivateKeyDer::from_pem_slice(&files.bytes("tls_key", &self.key)?)
            .map_err(|_| refused("tls_key", "It contains no private key in PEM form."))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| refused("tls", format!("TLS cannot be set up: {error}.")))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|_| refused("tls_key", "It does not match the certificate."))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}
