//! The transport against servers that misbehave.

mod credentials;
mod deadline;
mod limits;
mod proxies;
mod retries;
mod server;
mod skew;
mod tls;
mod wire;
