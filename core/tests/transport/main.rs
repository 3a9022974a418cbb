//! The transport against servers that misbehave.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

mod attempts;
mod authority;
mod calls;
mod credentials;
mod deadline;
mod http2_server;
mod limits;
#[path = "../common/log.rs"]
#[allow(dead_code, reason = "the tests of the handler use the rest")]
mod log;
mod protocol;
mod proxies;
mod records;
mod retries;
mod rotation;
mod server;
mod skew;
mod tls;
mod versions;
mod wire;
