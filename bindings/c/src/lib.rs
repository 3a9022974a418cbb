//! The C ABI: `libacs_auth`. `bindings/c/header` generates `include/acs_auth.h` from the public modules, in
//! the order of its `chapters.rs`.
//!
//! The documentation of public modules and of their items becomes the text of the header, so it is written
//! for C programmers.
#![allow(
    non_camel_case_types,
    reason = "the types carry their C names, so that the header needs no table of names"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the contract of every function is the header's first page and the function's own words"
)]
#![allow(
    missing_debug_implementations,
    reason = "what C holds is never printed, and some of it is secret"
)]

mod access_key_updates;
mod calling;
mod calls;
mod completion_queue;
mod config;
mod ffi;
#[cfg(test)]
mod layout;
mod process;
mod reply;
mod signal;
mod submit;
#[cfg(test)]
mod tests;
mod userdata;

// What the facade of Python, Kotlin and Swift shares with this one.
pub use crate::client_options::preview_of;
pub use crate::config::{
    ClientConfig, ExchangerConfig, HandlerConfig, UserCredentialConfig, VerifierConfig, WrapTransport,
    cache_secret,
};
pub use crate::ffi::{invalid, time, unix};
pub use crate::process::PerProcess;

pub mod cache_key;
pub mod call_response;
pub mod client;
pub mod client_options;
pub mod cloud;
pub mod completion;
pub mod credential;
pub mod data;
pub mod endpoint;
pub mod error;
pub mod exchanger;
pub mod exchanges;
pub mod expectations;
pub mod handler;
pub mod handler_options;
pub mod identifier;
pub mod inspect;
pub mod log;
pub mod message;
pub mod observer;
pub mod operations;
pub mod parse;
pub mod prepare;
pub mod queue;
pub mod redis;
pub mod request;
pub mod results;
pub mod settings;
pub mod signing;
pub mod status;
pub mod submissions;
pub mod threads;
pub mod transport;
pub mod user_credential;
pub mod verified_token;
pub mod verifier;
pub mod version;
