//! The verifier of bearer tokens against the emulator's Entra, and against a fake one.
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
