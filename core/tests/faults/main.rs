//! The faults table: a peer that misbehaves costs the calls that need it, until their deadline and no longer.
//!
//! Each cell checks three things. While the fault lasts, calls end typed within their deadline, or succeed where there is
//! a way round it. Calls that do not need the peer succeed meanwhile. Once the fault has ended, the same objects serve
//! within one deadline. `make test-faults` prints the table.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

mod cells;
mod gate;
mod peers;
#[path = "../redis/server.rs"]
#[allow(dead_code, reason = "the tests of Redis itself use the rest")]
mod redis_server;
