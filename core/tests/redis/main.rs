//! Exchangers of several processes with one real redis-server, against the emulator.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod fleet;
#[allow(dead_code, reason = "the unit tests use the rest")]
mod server;
