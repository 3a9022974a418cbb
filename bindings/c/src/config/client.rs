//! The configuration of a client.

use std::sync::Arc;
use std::time::Duration;

use core_auth::entra::TokenCheck;
use core_auth::transport::{Proxy, Transport};
use core_auth::{
    Cloud, CommunicationIdentityClient, PreviewApiVersion, Result, RetryPolicy, Secret, TokenCredential,
};

use crate::ffi::invalid;

/// The configuration from which each process makes its instance of a client.
#[derive(Default)]
#[expect(missing_docs, reason = "each is the option of its name")]
pub struct ClientConfig {
    pub connection_string: Option<Secret>,
    pub secondary_access_key: Option<Secret>,
    pub endpoint: Option<String>,
    pub access_key: Option<Secret>,
    pub token_credential: Option<Arc<dyn TokenCredential>>,
    pub transport: Option<Arc<dyn Transport>>,
    pub cloud: Option<Cloud>,
    pub api_version: Option<String>,
    pub application_id: Option<String>,
    pub user_agent: Option<String>,
    pub headers: Vec<(String, String)>,
    pub root_certificates_pem: Option<String>,
    pub client_identity_pem: Option<Secret>,
    pub proxy: Proxy,
    pub token_check: Option<TokenCheck>,
    pub check_token_lifetime: Option<bool>,
    pub allow_insecure_endpoint: Option<bool>,
    pub timeout: Option<Duration>,
    pub connect_timeout: Option<Duration>,
    pub http2: Option<bool>,
    pub retry: RetryPolicy,
    pub wrap_transport: Option<WrapTransport>,
    pub preview: Option<PreviewApiVersion>,
}

/// Wraps a transport, once in each process.
pub type WrapTransport = Arc<dyn Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync>;

impl ClientConfig {
    /// Makes the instance of this process.
    pub(crate) fn make(&self) -> Result<CommunicationIdentityClient> {
        if self.token_credential.is_some() && self.access_key.is_some() {
            return Err(invalid(
                "credential",
                "Give an access key or a token credential, not both.",
            ));
        }
        let mut builder = CommunicationIdentityClient::builder()
            .proxy(self.proxy.clone())
            .retry_policy(self.retry.clone());
        macro_rules! given {
            ($($option:ident: $with:expr;)+) => {
                $(if let Some(value) = &self.$option {
                    builder = builder.$option($with(value));
                })+
            };
        }
        given! {
            connection_string: Secret::expose;
            secondary_access_key: Secret::expose;
            endpoint: String::as_str;
            access_key: Secret::expose;
            token_credential: Arc::clone;
            transport: Arc::clone;
            cloud: Cloud::clone;
            api_version: String::as_str;
            application_id: String::as_str;
            user_agent: String::as_str;
            root_certificates_pem: String::as_str;
            client_identity_pem: Secret::expose;
            token_check: TokenCheck::clone;
            check_token_lifetime: bool::clone;
            allow_insecure_endpoint: bool::clone;
            timeout: Duration::clone;
            connect_timeout: Duration::clone;
            http2: bool::clone;
            preview: PreviewApiVersion::clone;
        }
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        if let Some(wrap) = self.wrap_transport.clone() {
            builder = builder.wrap_transport(move |inner| wrap(inner));
        }
        builder.build()
    }
}
