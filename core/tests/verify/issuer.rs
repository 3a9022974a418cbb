//! An issuer of tokens: an emulator, and what a verifier needs to know of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acs_auth::Cloud;
use acs_auth::entra::verify::{TokenVerifier, TokenVerifierBuilder};
use acs_auth::transport::{BoxFuture, HttpTransport, Proxy, Transport, TransportFailure, TransportOptions};
use acs_emulator::entra::{Attack, MintKind, MintRequest};
use acs_emulator::{Emulator, Options};
use bytes::Bytes;

pub(crate) struct Issuer {
    pub(crate) emulator: Emulator,
    pub(crate) fetches: Arc<Counting>,
}

/// A transport that counts the documents that are fetched.
#[derive(Debug)]
pub(crate) struct Counting {
    inner: HttpTransport,
    count: AtomicUsize,
}

impl Counting {
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

impl Transport for Counting {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.inner.send(request)
    }
}

pub(crate) fn api() -> MintRequest {
    MintRequest {
        kind: MintKind::Api,
        ..MintRequest::default()
    }
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let ca = std::fs::read(&emulator.info().ca_file).unwrap();
        let inner = HttpTransport::new(&TransportOptions {
            proxy: Proxy::Direct,
            root_certificates_pem: vec![ca],
            ..TransportOptions::default()
        })
        .unwrap();
        let fetches = Arc::new(Counting {
            inner,
            count: AtomicUsize::new(0),
        });
        Self { emulator, fetches }
    }

    /// A builder with everything set but the tenants.
    pub(crate) fn builder(&self) -> TokenVerifierBuilder {
        let info = self.emulator.info();
        let api = info.api.as_ref().unwrap();
        let uri = api.scope.rsplit_once('/').unwrap().0;
        TokenVerifier::builder()
            .cloud(Cloud::custom(&info.https_url))
            .audience(&api.client_id)
            .audience(uri)
            .allowed_client_id(&info.spa.as_ref().unwrap().client_id)
            .transport(self.fetches.clone())
    }

    pub(crate) fn verifier(&self) -> TokenVerifier {
        let tenant = &self.emulator.info().tenant_id;
        self.builder().tenant_id(tenant).build().unwrap()
    }

    pub(crate) fn mint(&self, request: &MintRequest) -> String {
        self.emulator.mint(request).unwrap()
    }

    pub(crate) fn attack(&self, attack: Attack) -> String {
        self.mint(&MintRequest {
            attack: Some(attack),
            ..api()
        })
    }
}
