//! Exchanges Microsoft Entra user tokens for Azure Communication Services (ACS) access tokens, and signs ACS
//! requests, inside your own back end.
#![forbid(unsafe_code)]

pub mod connection_string;
pub mod endpoint;
pub mod error;
pub mod models;
pub mod protocol;
mod redact;
pub mod secret;
pub mod signing;

pub use connection_string::ConnectionString;
pub use endpoint::Endpoint;
pub use error::{Error, ErrorDetails, ErrorKind, Result};
pub use models::{AccessToken, CommunicationTokenScope, CommunicationUserIdentifier, CommunicationUserToken};
pub use secret::{AccessKey, Secret};
pub use signing::{SignableRequest, SignedHeaders, sign_request};
