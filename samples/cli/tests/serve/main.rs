//! `acs-auth serve` as its users run it: a process that answers over HTTP, with the emulator behind it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod attacks;
mod coalescing;
mod conditions;
mod fleet;
mod lifecycle;
mod redis;
mod rollover;
mod server;
