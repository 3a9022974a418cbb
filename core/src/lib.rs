#![cfg_attr(all(feature = "handler", feature = "azure-identity"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "handler", feature = "azure-identity")),
    doc = "Exchanges Microsoft Entra tokens of Teams users for Azure Communication Services (ACS) access tokens, and signs ACS requests."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub mod api_version;
#[cfg(feature = "exchange")]
mod cache;
#[cfg(feature = "client")]
mod callback;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
mod clock;
pub mod cloud;
pub mod connection_string;
#[cfg(feature = "client")]
pub mod credential;
pub mod endpoint;
pub mod entra;
pub mod error;
#[cfg(feature = "exchange")]
pub mod exchange;
#[cfg(feature = "handler")]
mod graph;
#[cfg(feature = "handler")]
pub mod handler;
pub mod identifier;
#[cfg(feature = "client")]
mod locking;
#[cfg(feature = "client")]
#[cfg_attr(
    not(feature = "handler"),
    allow(dead_code, reason = "a handler reads what is counted")
)]
mod meter;
pub mod models;
#[cfg(feature = "exchange")]
pub mod observe;
#[cfg(feature = "client")]
mod pipeline;
pub mod protocol;
mod redact;
#[cfg(all(test, feature = "redis"))]
#[path = "../tests/redis/server.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
mod redis_server;
pub mod secret;
pub mod signing;
#[cfg(any(feature = "exchange", feature = "verify"))]
#[cfg_attr(
    not(feature = "handler"),
    allow(dead_code, reason = "an exchanger and a verifier use a part of it each")
)]
mod single_flight;
#[cfg(feature = "client")]
mod sweeps;
#[cfg(feature = "client")]
pub mod transport;
mod unix_time;
#[cfg(feature = "client")]
pub mod user_credential;

pub use api_version::{ApiVersion, PreviewApiVersion};
#[cfg(feature = "exchange")]
pub use cache::{CacheKey, cache_key};
#[cfg(feature = "redis")]
pub use cache::{RedisOptions, SealingKey};
#[cfg(feature = "client")]
pub use client::{
    CallOptions, CallResponse, CommunicationIdentityClient, CommunicationIdentityClientBuilder,
};
pub use cloud::Cloud;
pub use connection_string::ConnectionString;
#[cfg(feature = "azure-identity")]
pub use credential::AzureCredential;
#[cfg(feature = "client")]
pub use credential::{ACS_SCOPE, AccessTokenInfo, AzureKeyCredential, TokenCredential, TokenRequestOptions};
pub use endpoint::Endpoint;
pub use error::{Error, ErrorDetails, ErrorKind, Note, Result};
#[cfg(feature = "exchange")]
pub use exchange::{TeamsTokenExchanger, TeamsTokenExchangerBuilder};
pub use identifier::{CommunicationIdentifier, CommunicationIdentifierKind};
pub use models::{
    AccessToken, CommunicationTokenScope, CommunicationUserDetail, CommunicationUserIdentifier,
    CommunicationUserToken, TeamsExtensionAssignment, TeamsExtensionPrincipalType,
};
#[cfg(feature = "exchange")]
pub use observe::Observer;
#[cfg(feature = "client")]
pub use pipeline::RetryPolicy;
pub use secret::{AccessKey, Secret};
pub use signing::{SignableRequest, SignedHeaders, sign_request};
#[cfg(feature = "client")]
pub use user_credential::{CommunicationTokenCredential, CommunicationTokenCredentialBuilder};

/// Compiles the Rust example of the repository's README.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../../README.md")]
struct Readme;
