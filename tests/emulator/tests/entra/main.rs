//! The emulated Entra ID, driven without sockets: one test a rule.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod app_grants;
mod checks;
mod code_grant;
mod device;
mod endpoints;
mod refresh;
mod seeds;
mod sessions;
mod sign_in;
mod support;
mod tokens;
