//! The emulated Entra ID, driven without sockets: one test a rule.

mod app_grants;
mod code_grant;
mod refresh;
mod support;
mod tokens;
