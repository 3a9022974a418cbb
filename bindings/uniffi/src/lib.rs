//! The facade of Python, Kotlin and Swift: core's API in types that uniffi can pass to these languages.
//!
//! Conversions have no catch-all arm and destructure records, so a new field or kind in core fails to compile
//! here. Durations are numbers named by their unit, points in time are seconds since 1970, and every record
//! that can contain a secret prints without it.
#![allow(
    clippy::result_large_err,
    reason = "uniffi takes the error by value, and it is handed over at once"
)]

pub mod access_keys;
pub mod attempts;
pub mod c_handles;
pub mod cache_key;
pub mod client;
pub mod client_options;
pub mod cloud;
pub mod credential;
pub mod endpoint;
pub mod error;
pub mod exchanger;
pub mod expectations;
pub mod handler;
pub mod host_calls;
pub mod identifier;
pub mod inspect;
pub mod log;
pub mod message;
pub mod models;
pub mod observer;
pub mod parse;
pub mod prepare;
pub mod process;
pub mod redis;
pub mod settings;
mod shown;
pub mod signing;
#[cfg(test)]
mod tests;
pub mod transport;
pub mod user_credential;
pub mod verifier;

uniffi::setup_scaffolding!("acs_auth_native");
