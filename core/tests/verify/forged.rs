//! A fake Entra, with its own key and with documents that a test can replace. It counts requests.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use acs_auth::cloud::Cloud;
use acs_auth::entra::verify::{TokenVerifier, TokenVerifierBuilder};
use acs_auth::transport::{BoxFuture, Transport, TransportFailure};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_730_797_687;
const AUTHORITY: &str = "https://login.example";
pub(crate) const TENANT: &str = "c1b2c3d4-0000-4000-8000-00000000000c";
pub(crate) const API: &str = "a1b2c3d4-0000-4000-8000-00000000000a";
pub(crate) const CLIENT: &str = "b1b2c3d4-0000-4000-8000-00000000000b";
pub(crate) const USER: &str = "d1b2c3d4-0000-4000-8000-00000000000d";

/// The transport of a verifier, which answers for the authority.
#[derive(Clone)]
pub(crate) struct Forged(Arc<Inner>);

struct Inner {
    pair: RsaKeyPair,
    key: Value,
    asked: AtomicUsize,
    /// The documents that replace the usual ones: discovery and keys.
    documents: Mutex<[Option<String>; 2]>,
    /// A request is answered when it gets a permit.
    gate: tokio::sync::Semaphore,
    /// How long each answer takes.
    takes: Mutex<Duration>,
}

impl std::fmt::Debug for Forged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Forged")
    }
}

impl Forged {
    /// An authority whose only key has these additional members.
    pub(crate) fn new(more: &Value) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = pair.public_key();
        let mut key = json!({
            "kty": "RSA", "use": "sig", "kid": "k",
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        });
        for (name, value) in more.as_object().unwrap() {
            key[name] = value.clone();
        }
        Self(Arc::new(Inner {
            pair,
            key,
            asked: AtomicUsize::new(0),
            documents: Mutex::default(),
            gate: tokio::sync::Semaphore::new(1000),
            takes: Mutex::default(),
        }))
    }

    /// Leaves all further requests without an answer.
    pub(crate) fn hang(&self) {
        self.0.gate.forget_permits(usize::MAX >> 4);
    }

    /// Answers the requests again that [`Self::hang`] left without an answer, and further ones.
    pub(crate) fn go_on(&self) {
        self.0.gate.add_permits(1000);
    }

    /// Takes this long for each further answer.
    pub(crate) fn takes(&self, time: Duration) {
        *self.0.takes.lock().unwrap() = time;
    }

    /// Its key's entry in the key document.
    pub(crate) fn key(&self) -> Value {
        self.0.key.clone()
    }

    /// Publishes this text as the key document.
    pub(crate) fn publish_keys(&self, document: impl Into<String>) {
        self.0.documents.lock().unwrap()[1] = Some(document.into());
    }

    /// Publishes this text as the discovery document.
    pub(crate) fn publish_discovery(&self, document: impl Into<String>) {
        self.0.documents.lock().unwrap()[0] = Some(document.into());
    }

    /// The members of its discovery document that matter.
    pub(crate) fn discovery() -> Value {
        json!({ "issuer": format!("{AUTHORITY}/{TENANT}/v2.0"), "jwks_uri": format!("{AUTHORITY}/keys") })
    }

    /// How many requests were begun.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn builder(&self) -> TokenVerifierBuilder {
        TokenVerifier::builder()
            .cloud(Cloud::custom(AUTHORITY))
            .tenant_id(TENANT)
            .audience(API)
            .allowed_client_id(CLIENT)
            .transport(Arc::new(self.clone()))
            .clock(|| UNIX_EPOCH + Duration::from_secs(u64::try_from(NOW).unwrap()))
    }

    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.0.pair.public_modulus_len()];
        self.0
            .pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Transport for Forged {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        Box::pin(async move {
            self.0.asked.fetch_add(1, Ordering::SeqCst);
            self.0.gate.acquire().await.unwrap().forget();
            let takes = *self.0.takes.lock().unwrap();
            tokio::time::sleep(takes).await;
            let is_discovery = request.uri().path().ends_with("openid-configuration");
            let usual = if is_discovery {
                Self::discovery()
            } else {
                json!({ "keys": [self.0.key] })
            };
            let instead = self.0.documents.lock().unwrap()[usize::from(!is_discovery)].clone();
            let body = instead.unwrap_or_else(|| usual.to_string());
            Ok(http::Response::new(body.into()))
        })
    }
}

/// Builds a verifier, and the number of seconds that its clock is ahead of [`NOW`].
pub(crate) fn later(builder: TokenVerifierBuilder) -> (TokenVerifier, Arc<AtomicU64>) {
    let later = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&later);
    let builder = builder.clock(move || {
        let now = u64::try_from(NOW).unwrap() + clock.load(Ordering::SeqCst);
        UNIX_EPOCH + Duration::from_secs(now)
    });
    (builder.build().unwrap(), later)
}

pub(crate) fn header() -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": "k" })
}

/// The claims of a valid token.
pub(crate) fn claims() -> Value {
    json!({
        "aud": API, "iss": format!("{AUTHORITY}/{TENANT}/v2.0"), "ver": "2.0", "tid": TENANT, "oid": USER,
        "azp": CLIENT, "scp": "access_as_user", "iat": NOW - 300, "nbf": NOW - 300, "exp": NOW + 3600,
    })
}

/// The object with these changes; null removes a member.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else {
        panic!("an object of changes")
    };
    for (name, value) in changes {
        if value.is_null() {
            object.as_object_mut().unwrap().remove(&name);
        } else {
            object[name] = value;
        }
    }
    object
}
