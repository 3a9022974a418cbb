//! `acs-auth serve` as its users run it: as a process with an HTTP endpoint, with the emulator behind it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod attacks;
mod certificates;
mod coalescing;
mod conditions;
mod fleet;
mod headers;
mod lifecycle;
mod limits;
mod log;
mod peers;
mod redis;
mod reload;
mod rollover;
mod rotation;
mod server;
mod shutdown;
mod slots;
mod versions;
