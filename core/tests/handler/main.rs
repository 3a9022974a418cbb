//! The handler against the emulator: each row of the status map, attacks, headers, settings, and what is never said.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod bearer;
mod cors;
mod exchange;
mod identity;
mod log;
mod observer;
mod preflight;
mod routes;
mod settings;
mod silence;
mod support;
