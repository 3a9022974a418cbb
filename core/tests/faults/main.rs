//! The faults table: a peer that misbehaves costs the calls that need it, until their deadline and no longer.
//!
//! Each cell checks three things:
//! * while the fault lasts, calls end typed within their deadline, or succeed where there is a way round it;
//! * calls that do not need the peer succeed meanwhile;
//! * once the fault has ended, the same objects serve within one deadline.
//!
//! `make test-faults` prints the table.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

#[path = "../transport/authority.rs"]
#[allow(dead_code, reason = "the tests of TLS use the rest")]
mod authority;
mod cells;
mod gate;
mod http2;
#[path = "../transport/http2_server.rs"]
#[allow(dead_code, reason = "the tests of the transport use the rest")]
mod http2_server;
mod names;
mod origin;
mod peers;
#[path = "../redis/server.rs"]
#[allow(dead_code, reason = "the tests of Redis itself use the rest")]
mod redis_server;
#[path = "../transport/server.rs"]
#[allow(dead_code, reason = "the tests of the transport use the rest")]
mod server;
mod setup;
