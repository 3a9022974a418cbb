//! A client with an unmodified credential of the Azure SDK for Rust.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

use std::sync::Arc;

use acs_auth::{AzureCredential, CommunicationIdentityClient, ErrorKind};
use acs_emulator::{Emulator, Options};
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::Secret;
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// A client whose credential signs in at this emulator with this secret.
fn client(emulator: &Emulator, secret: &str) -> CommunicationIdentityClient {
    let info = emulator.info();
    let daemon = info.daemon.clone().unwrap();
    let authority_host = info.https_url.clone();
    let ca = std::fs::read(&info.ca_file).unwrap();
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = authority_host;
    let options = ClientSecretCredentialOptions {
        client_options: ClientOptions {
            cloud: Some(Arc::new(CloudConfiguration::Custom(cloud))),
            transport: Some(Transport::new(Arc::new(trusting(&ca)))),
            ..ClientOptions::default()
        },
    };
    let credential = ClientSecretCredential::new(
        &info.tenant_id,
        daemon.client_id,
        Secret::new(secret.to_owned()),
        Some(options),
    )
    .unwrap();
    CommunicationIdentityClient::builder()
        .endpoint(&info.https_url)
        .token_credential(Arc::new(AzureCredential::new(credential)))
        .root_certificates_pem(ca)
        .build()
        .unwrap()
}

/// The HTTP client of the Azure SDK's credential, which must trust the emulator.
fn trusting(ca_pem: &[u8]) -> reqwest::Client {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca_pem).unwrap())
        .unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_client_secret_credential_is_the_clients_bearer() {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let daemon = emulator.info().daemon.clone().unwrap();
    let client = client(&emulator, &daemon.client_secret.0);
    let user = client.create_user().await.unwrap();
    client.delete_user(&user).await.unwrap();
}

#[tokio::test]
async fn a_wrong_secret_is_the_credentials_failure_and_is_not_shown() {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let error = client(&emulator, "not-the-secret-of-this-app")
        .create_user()
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::CredentialDenied);
    assert!(
        !error.to_string().contains("not-the-secret-of-this-app"),
        "{error}"
    );
}
