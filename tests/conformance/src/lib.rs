//! `cases.json` as Rust types, and what its words mean: references and matchers.
//!
//! The vocabulary is closed: a member that is not known here does not parse, so a case that needs more than a
//! runner can do fails and is not passed over.
#![forbid(unsafe_code)]

pub mod case;
pub mod expect;
mod matcher;
mod scope;

pub use case::{Case, Suite};
pub use matcher::{Matchers, check};
pub use scope::Scope;
