//! The listener, with TLS or without, and its end: what is in flight is finished first.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::failure::{Failure, refused};
use crate::{input, output};

/// Listens; gives the socket and the address that it got.
pub(super) fn bind(address: SocketAddr) -> Result<(std::net::TcpListener, SocketAddr), Failure> {
    let unusable =
        |error: std::io::Error| refused("listen", format!("{address} cannot be listened on: {error}."));
    let listener = std::net::TcpListener::bind(address).map_err(unusable)?;
    listener.set_nonblocking(true).map_err(unusable)?;
    let bound = listener.local_addr().map_err(unusable)?;
    Ok((listener, bound))
}

/// The certificate chain and key to serve with.
pub(super) fn tls(certificate: &Path, key: &Path) -> Result<RustlsConfig, Failure> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(&input::bytes("tls_cert", certificate)?)
            .collect::<Result<_, _>>()
            .map_err(|_| refused("tls_cert", "It holds no certificate chain in PEM form."))?;
    let key = PrivateKeyDer::from_pem_slice(&input::bytes("tls_key", key)?)
        .map_err(|_| refused("tls_key", "It holds no private key in PEM form."))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused("tls", format!("TLS cannot be set up: {error}.")))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| refused("tls_key", "The private key is not the certificate's."))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

/// Serves until `ended`; then takes no more connections, and waits for what is in flight for at most `grace`.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    tls: Option<RustlsConfig>,
    router: Router,
    ended: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> Result<(), Failure> {
    let handle = Handle::new();
    let ending = handle.clone();
    let waiting = tokio::spawn(async move {
        ended.await;
        output::note(format_args!(
            "ending: {} connections are finished first",
            ending.connection_count()
        ));
        ending.graceful_shutdown(Some(grace));
    });
    let service = router.into_make_service();
    let served = match tls {
        None => match axum_server::from_tcp(listener) {
            Ok(server) => server.handle(handle).serve(service).await,
            Err(error) => Err(error),
        },
        Some(tls) => match axum_server::from_tcp_rustls(listener, tls) {
            Ok(server) => server.handle(handle).serve(service).await,
            Err(error) => Err(error),
        },
    };
    waiting.abort();
    served.map_err(|error| refused("listen", format!("The listener failed: {error}.")))
}
