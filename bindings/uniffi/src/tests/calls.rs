//! Calls end as they should, and callbacks that fail become errors of ours.

use std::ffi::CStr;
use std::future::pending;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use acs_auth_c::client::{acs_client, acs_client_endpoint};
use futures_util::FutureExt as _;

use crate::calls::{Cancellation, awaited};
use crate::client::CommunicationIdentityClient;
use crate::client_options::{CallOptions, ClientOptions};
use crate::credential::{AccessTokenInfo, TokenCredential, TokenRequestOptions};
use crate::error::{AcsAuthError, ErrorKind, Result};
use crate::observer::{Event, Observer, told};
use crate::settings::{HandlerSettings, VariableLookup};

const PATIENCE: Duration = Duration::from_secs(10);

/// Tells when it is dropped.
struct Told(Sender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

async fn endless(told: Told) -> core_auth::Result<()> {
    let _told = told;
    pending().await
}

fn wait<T>(call: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(call)
}

fn kind_of(error: AcsAuthError) -> ErrorKind {
    let AcsAuthError::Failure { kind, .. } = error;
    kind
}

fn options(endpoint: &str, access_key: Option<&str>) -> ClientOptions {
    ClientOptions {
        connection_string: None,
        endpoint: Some(endpoint.to_owned()),
        access_key: access_key.map(str::to_owned),
        secondary_access_key: None,
        cloud: None,
        api_version: None,
        application_id: None,
        root_certificates_pem: None,
        client_identity_pem: None,
        proxy: None,
        token_check: None,
        allow_insecure_endpoint: None,
        retry_policy: None,
        timeout_ms: None,
        connect_timeout_ms: None,
        http2: None,
    }
}

#[test]
fn a_dropped_future_cancels_its_work() {
    let (give, given) = channel();
    let mut call = Box::pin(awaited::<(), ()>(endless(Told(give)), None));
    assert!(call.as_mut().now_or_never().is_none());
    assert!(given.try_recv().is_err());
    drop(call);
    given.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_cancellation_ends_those_who_wait_and_those_to_come() {
    let cancellation = Cancellation::new();
    let (give, given) = channel();
    let waiting = {
        let cancellation = Arc::clone(&cancellation);
        thread::spawn(move || wait(awaited::<(), ()>(endless(Told(give)), Some(cancellation))))
    };
    assert!(given.recv_timeout(Duration::from_millis(50)).is_err());
    cancellation.cancel();
    cancellation.cancel();
    assert_eq!(
        kind_of(waiting.join().unwrap().unwrap_err()),
        ErrorKind::Cancelled
    );
    given.recv_timeout(PATIENCE).unwrap();
    let late = wait(awaited::<(), ()>(pending(), Some(cancellation)));
    assert_eq!(kind_of(late.unwrap_err()), ErrorKind::Cancelled);
}

#[test]
fn a_panic_of_the_work_is_an_error() {
    let panics = async { panic!("with a secret") };
    let AcsAuthError::Failure { kind, reason, .. } = wait(awaited::<(), ()>(panics, None)).unwrap_err();
    assert_eq!(kind, ErrorKind::Internal);
    assert!(!reason.contains("secret"), "{reason}");
}

#[test]
fn a_lent_handle_is_the_object() {
    let client =
        CommunicationIdentityClient::new(options("https://contoso.example", Some("c2VjcmV0")), None).unwrap();
    let handle = client.c_handle() as *const acs_client;
    // SAFETY: the client lives.
    let endpoint = unsafe { CStr::from_ptr(acs_client_endpoint(handle)) };
    assert_eq!(endpoint.to_str().unwrap(), client.endpoint().unwrap());
}

/// Fails as uniffi makes it of whatever a host throws.
struct Throws(&'static str);

impl Throws {
    fn thrown<T>(&self) -> Result<T> {
        Err(uniffi::UnexpectedUniFFICallbackError::new(self.0).into())
    }
}

impl TokenCredential for Throws {
    fn get_token_info(&self, scopes: Vec<String>, options: TokenRequestOptions) -> Result<AccessTokenInfo> {
        assert_eq!(
            (scopes.as_slice(), options.claims),
            (&[core_auth::ACS_SCOPE.to_owned()][..], None)
        );
        self.thrown()
    }
}

impl Observer for Throws {
    fn on_event(&self, _event: Event) -> Result<()> {
        self.thrown()
    }
}

impl VariableLookup for Throws {
    fn get(&self, _name: String) -> Result<Option<String>> {
        self.thrown()
    }
}

#[test]
fn a_credential_that_throws_is_denied() {
    let throws = Arc::new(Throws("RuntimeError('the secret')"));
    let client =
        CommunicationIdentityClient::new(options("https://localhost:1", None), Some(throws)).unwrap();
    let call = CallOptions {
        timeout_ms: Some(5_000),
        client_request_id: None,
    };
    let error = wait(client.create_user(Some(call), None)).unwrap_err();
    let AcsAuthError::Failure { kind, reason, .. } = error;
    assert_eq!(kind, ErrorKind::CredentialDenied);
    assert!(
        reason.contains("RuntimeError") && !reason.contains("secret"),
        "{reason}"
    );
}

#[test]
fn a_key_and_a_credential_are_too_much() {
    let given = options("https://contoso.example", Some("c2VjcmV0"));
    let both = CommunicationIdentityClient::new(given, Some(Arc::new(Throws(""))));
    let AcsAuthError::Failure { kind, target, .. } = both.unwrap_err();
    assert_eq!(
        (kind, target.as_deref()),
        (ErrorKind::InvalidArgument, Some("credential"))
    );
}

#[test]
fn an_observer_that_throws_is_nothing_to_requests() {
    let observer = told(Arc::new(Throws("ValueError('x')")));
    observer.on_event(core_auth::observe::Event::CacheHit);
}

#[test]
fn variables_that_cannot_be_had_are_an_error() {
    let error = HandlerSettings::from_env(Some(Arc::new(Throws("KeyError('x')")))).unwrap_err();
    let AcsAuthError::Failure { kind, reason, .. } = error;
    assert_eq!(kind, ErrorKind::Internal);
    assert!(reason.contains("KeyError"), "{reason}");
}
