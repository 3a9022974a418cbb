//! The faults table: a misbehaving peer affects only the calls that need it, and only until their deadline.
//!
//! Each cell checks three things:
//! * during the fault, calls fail with a typed error within their deadline, or succeed if they can avoid it;
//! * calls that do not need the peer succeed meanwhile;
//! * once the fault has ended, calls of the same objects succeed again within one deadline.
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
