//! The TLS configuration: one crypto provider, the system's trust store, and the caller's certificates.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::TransportOptions;
use super::roots::system_roots;
use crate::error::{Error, OptionName, Result};

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
compile_error!("the feature `client` needs a crypto provider: enable `ring` or `aws-lc-rs`");

#[cfg(feature = "aws-lc-rs")]
fn provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
fn provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// Builds the configuration without changing any process-wide default. It doesn't offer a version of HTTP
/// yet.
pub(crate) fn client_config(options: &TransportOptions) -> Result<ClientConfig> {
    let roots = trusted_roots(&options.root_certificates_pem)?;
    let builder = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::invalid_option(OptionName::Tls, format!("TLS cannot be set up: {error}.")))?
        .with_root_certificates(roots);
    Ok(match &options.client_identity_pem {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let unusable = |why: &str| {
                Error::invalid_option(
                    OptionName::ClientIdentityPem,
                    format!("It cannot be used: {why}."),
                )
            };
            let chain = certificates(pem).ok_or_else(|| unusable("a certificate is not valid PEM"))?;
            if chain.is_empty() {
                return Err(unusable("it holds no certificate"));
            }
            let key = PrivateKeyDer::from_pem_slice(pem)
                .map_err(|_| unusable("it holds no private key in PEM form"))?;
            // rustls's own text contains no key material, but it may change, so it is left out.
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|_| unusable("the private key is of an unknown kind or not the certificate's"))?
        }
    })
}

/// The system's roots, which all clients share, and the caller's own.
fn trusted_roots(extra: &[Vec<u8>]) -> Result<Arc<RootCertStore>> {
    let system = system_roots();
    if extra.is_empty() {
        return Ok(system);
    }
    let mut roots = RootCertStore::clone(&system);
    for pem in extra {
        let unusable = |why: &str| {
            Error::invalid_option(
                OptionName::RootCertificatesPem,
                format!("It cannot be used: {why}."),
            )
        };
        let certificates = certificates(pem).ok_or_else(|| unusable("a certificate is not valid PEM"))?;
        if certificates.is_empty() {
            return Err(unusable("it holds no certificate in PEM form"));
        }
        for certificate in certificates {
            roots
                .add(certificate)
                .map_err(|_| unusable("a certificate cannot be a trust anchor"))?;
        }
    }
    Ok(Arc::new(roots))
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<std::result::Result<_, _>>()
        .ok()
}
