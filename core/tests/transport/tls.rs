//! Which servers the client trusts, without any process-wide set-up.

use std::process::Command;
use std::sync::Arc;

use acs_auth::{
    CommunicationIdentityClient, CommunicationIdentityClientBuilder, CommunicationUserIdentifier, ErrorKind,
};
use rcgen::{ExtendedKeyUsagePurpose, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::authority::Authority;
use crate::server::{CHILD, KEY, quick, read_request};

/// Starts a TLS server for `localhost` that answers every request with 204. Returns its port.
async fn serve(authority: &Authority, asks_for_client: bool, alpn: &[&[u8]]) -> u16 {
    let (certificate, key) = authority.issue("localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if asks_for_client {
        let mut roots = RootCertStore::empty();
        roots.add(authority.0.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let mut config = builder.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                while read_request(&mut stream).await.is_some() {
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                }
            });
        }
    });
    port
}

fn builder(port: u16) -> CommunicationIdentityClientBuilder {
    CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint=https://localhost:{port};accesskey={KEY}"))
        .retry_policy(quick())
}

async fn delete(builder: CommunicationIdentityClientBuilder) -> acs_auth::Result<()> {
    builder
        .build()?
        .delete_user(&CommunicationUserIdentifier::new("8:acs:a_b"))
        .await
}

#[tokio::test]
async fn an_added_authority_is_trusted() {
    let authority = Authority::new();
    let port = serve(&authority, false, &[b"http/1.1"]).await;
    delete(builder(port).root_certificates_pem(authority.0.pem()))
        .await
        .unwrap();
}

#[tokio::test]
async fn another_authority_is_not_trusted_tried_once_and_the_way_out_is_told() {
    let authority = Authority::new();
    let port = serve(&authority, false, &[]).await;
    for builder in [
        builder(port),
        builder(port).root_certificates_pem(Authority::new().0.pem()),
    ] {
        let error = delete(builder).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::TransportError);
        assert!(
            error.reason.contains("not trusted") && error.reason.contains("root certificate"),
            "{error}"
        );
        assert!(!error.reason.contains("tried"), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let authority = Authority::new();
    let port = serve(&authority, false, &[]).await;
    let builder = CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint=https://127.0.0.1:{port};accesskey={KEY}"))
        .root_certificates_pem(authority.0.pem());
    assert_eq!(delete(builder).await.unwrap_err().kind, ErrorKind::TransportError);
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_a_gateway_that_asks() {
    let authority = Authority::new();
    let port = serve(&authority, true, &[b"http/1.1"]).await;
    let trusting = || builder(port).root_certificates_pem(authority.0.pem());
    let (certificate, key) = authority.issue("client", ExtendedKeyUsagePurpose::ClientAuth);
    let identity = format!("{}{}", certificate.pem(), key.serialize_pem());
    delete(trusting().client_identity_pem(identity.as_bytes()))
        .await
        .unwrap();
    assert_eq!(
        delete(trusting()).await.unwrap_err().kind,
        ErrorKind::TransportError
    );

    let other = KeyPair::generate().unwrap();
    let mismatched = format!("{}{}", certificate.pem(), other.serialize_pem());
    let error = delete(trusting().client_identity_pem(mismatched.as_bytes()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.target.as_deref()),
        (ErrorKind::InvalidArgument, Some("client_identity_pem"))
    );
}

#[tokio::test]
async fn an_empty_trust_store_is_no_panic() {
    if std::env::var_os(CHILD).is_none() {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tls::an_empty_trust_store_is_no_panic"])
            .env(CHILD, "1")
            .env("SSL_CERT_FILE", "/dev/null")
            .env("SSL_CERT_DIR", "/var/empty")
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    assert!(rustls_native_certs::load_native_certs().certs.is_empty());
    let authority = Authority::new();
    let port = serve(&authority, false, &[]).await;
    delete(builder(port).root_certificates_pem(authority.0.pem()))
        .await
        .unwrap();
    // Without a root of its own, the client uses the bundled ones: the authority is unknown to them.
    let error = delete(builder(port)).await.unwrap_err();
    assert!(error.reason.contains("UnknownIssuer"), "{error}");
}
