//! The transport against servers that misbehave.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

mod attempts;
mod authority;
mod credentials;
mod deadline;
mod http2_server;
mod limits;
mod protocol;
mod proxies;
mod retries;
mod rotation;
mod server;
mod skew;
mod tls;
mod versions;
mod wire;
