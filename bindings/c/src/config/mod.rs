//! What clients, exchangers, handlers and verifiers are made of, again in each process.
//!
//! The options of a host become a configuration once, and are then gone. Both facades make theirs of these.

mod client;
mod exchanger;
mod handler;
mod verifier;

pub use self::client::{ClientConfig, WrapTransport};
pub use self::exchanger::{ExchangerConfig, cache_secret};
pub use self::handler::HandlerConfig;
pub use self::verifier::VerifierConfig;
