//! The emulator over its sockets: the tests send and receive raw bytes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod access;
mod assignments;
mod bearer;
mod control;
mod exchange;
mod exchange_rules;
mod faults;
mod faults_dates;
mod faults_matching;
mod graph;
mod graph_extensions;
mod hmac;
mod identities;
mod mistakes;
mod page;
mod program;
mod recordings;
mod records;
mod support;
mod wire;
