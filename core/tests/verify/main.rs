//! The verifier of bearer tokens against the emulated Entra, and against one that is made by hand.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

mod attacks;
mod documents;
mod forged;
mod issuer;
mod keys;
#[path = "../common/log.rs"]
#[allow(dead_code, reason = "the handler's tests use the rest")]
mod log;
mod options;
mod pressure;
mod rules;
