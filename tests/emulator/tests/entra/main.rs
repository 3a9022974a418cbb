//! The emulated Entra ID, driven without sockets: one test a rule.

mod code_grant;
mod support;
mod tokens;
