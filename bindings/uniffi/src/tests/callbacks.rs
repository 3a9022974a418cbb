//! Callbacks that fail become errors of the library.

use std::ffi::CStr;
use std::ptr;
use std::sync::Arc;

use acs_auth_c::client::{acs_client, acs_client_endpoint};
use acs_auth_c::error::{acs_error_free, acs_error_reason};
use acs_auth_c::operations::acs_client_create_user;
use acs_auth_c::status::acs_status;

use crate::client::CommunicationIdentityClient;
use crate::client_options::ClientOptions;
use crate::credential::{AccessTokenInfo, TokenCredential, TokenRequestOptions};
use crate::error::{AcsAuthError, ErrorKind, Result};
use crate::observer::{Event, Observer, told};

fn options(endpoint: &str, access_key: Option<&str>) -> ClientOptions {
    ClientOptions {
        connection_string: None,
        endpoint: Some(endpoint.to_owned()),
        access_key: access_key.map(str::to_owned),
        secondary_access_key: None,
        cloud: None,
        api_version: None,
        application_id: None,
        user_agent: None,
        headers: None,
        root_certificates_pem: None,
        client_identity_pem: None,
        proxy: None,
        token_check: None,
        allow_insecure_endpoint: None,
        retry_policy: None,
        timeout_ms: None,
        connect_timeout_ms: None,
        http2: None,
        preview: None,
    }
}

#[test]
fn a_lent_handle_is_the_object() {
    let client =
        CommunicationIdentityClient::new(options("https://contoso.example", Some("c2VjcmV0")), None, None)
            .unwrap();
    let handle = client.c_handle() as *const acs_client;
    // SAFETY: the client lives.
    let endpoint = unsafe { CStr::from_ptr(acs_client_endpoint(handle)) };
    assert_eq!(endpoint.to_str().unwrap(), client.endpoint().unwrap());
}

/// Fails with the error that uniffi makes of a host's exception.
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

#[test]
fn a_credential_that_throws_is_denied() {
    let throws = Arc::new(Throws("RuntimeError('the secret')"));
    let options = ClientOptions {
        timeout_ms: Some(5_000),
        ..options("https://localhost:1", None)
    };
    let client = CommunicationIdentityClient::new(options, Some(throws), None).unwrap();
    let handle = client.c_handle() as *const acs_client;
    let (mut user, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the client lives, and the error is freed once.
    let (status, reason) = unsafe {
        let status = acs_client_create_user(handle, ptr::null(), &raw mut user, &raw mut error);
        let reason = CStr::from_ptr(acs_error_reason(error))
            .to_str()
            .unwrap()
            .to_owned();
        acs_error_free(error);
        (status, reason)
    };
    assert_eq!(status, acs_status::CredentialDenied);
    assert!(
        reason.contains("RuntimeError") && !reason.contains("secret"),
        "{reason}"
    );
}

#[test]
fn a_key_and_a_credential_are_too_much() {
    let given = options("https://contoso.example", Some("c2VjcmV0"));
    let both = CommunicationIdentityClient::new(given, Some(Arc::new(Throws(""))), None);
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
