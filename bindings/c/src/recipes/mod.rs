//! What clients, exchangers, handlers and verifiers are made of, again in each process.
//!
//! The options of a host become a recipe once, and are then gone. Both facades make theirs of these.

mod client;
mod exchanger;
mod handler;
mod verifier;

pub use self::client::ClientRecipe;
pub use self::exchanger::{ExchangerRecipe, cache_secret};
pub use self::handler::HandlerRecipe;
pub use self::verifier::VerifierRecipe;
