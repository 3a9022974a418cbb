//! The handler against the emulator: each row of the status map, attacks, headers, settings, and what must
//! not be logged or returned.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod access;
mod bearer;
mod cors;
mod exchange;
mod extension;
#[cfg(feature = "redis")]
mod fleet;
mod identity;
mod identity_limits;
mod identity_use;
#[path = "../common/log.rs"]
mod log;
mod observer;
mod routes;
#[cfg(feature = "redis")]
#[path = "../redis/server.rs"]
#[allow(dead_code, reason = "the tests of Redis itself use the rest")]
mod server;
mod settings;
mod silence;
mod support;
mod token_check;
