//! The configurations from which each process makes its clients, exchangers, handlers, verifiers and users'
//! token credentials.
//!
//! Both facades convert the host's options to a configuration once; the options aren't needed afterwards.

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
