//! Runs `cases.json` against a host: a [`Session`] starts the emulator and the host's testee, a small program that makes
//! one call per line of its standard input, and compares the outcome of each case. README.md describes cases and
//! protocol.
//!
//! The vocabulary is closed: a case with an unknown member, word or argument fails, and no case can be skipped.
#![forbid(unsafe_code)]

mod answer;
pub mod case;
mod control;
pub mod expect;
mod judge;
mod matcher;
mod options;
mod run;
mod scope;
mod secrets;
mod session;
mod signature;
mod testee;
mod wire;

pub use case::{Case, Suite};
pub use matcher::{Matchers, check};
pub use scope::Scope;
pub use session::Session;
pub use testee::Command;
