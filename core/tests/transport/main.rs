//! The transport against servers that misbehave.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

mod credentials;
mod deadline;
mod limits;
mod proxies;
mod retries;
mod server;
mod skew;
mod tls;
mod wire;
