//! What clients, exchangers, handlers, verifiers and users' token credentials are made of, again in each process.
//!
//! The options of a host become a configuration once, and are then gone. Both facades make theirs of these.

mod client;
mod exchanger;
mod handler;
mod user_credential;
mod verifier;

pub use self::client::{ClientConfig, WrapTransport};
pub use self::exchanger::{ExchangerConfig, cache_secret};
pub use self::handler::HandlerConfig;
pub(crate) use self::user_credential::Exchanges;
pub use self::user_credential::UserCredentialConfig;
pub use self::verifier::VerifierConfig;
