//! The emulated Entra ID, tested without sockets: one test per rule.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod checks;
mod client_assertion;
mod client_credentials;
mod code_grant;
mod consent;
mod device;
mod endpoints;
mod metadata;
mod on_behalf_of;
mod refresh;
mod seeds;
mod sessions;
mod sign_in;
mod support;
mod tokens;
