//! An offline emulator of Azure Communication Services Identity, Microsoft Entra ID, and a part of Microsoft
//! Graph.
//!
//! [`Emulator::start`] serves them on free loopback ports. Signatures and tokens are really verified, and
//! every request is recorded with the checks that were made.
#![forbid(unsafe_code)]

mod acs;
pub mod clock;
mod control;
mod core;
mod emulator;
pub mod entra;
mod explain;
mod faults;
mod graph;
pub mod http;
mod info;
mod operation;
mod options;
mod private_dir;
pub mod program;
mod random;
mod records;
pub mod seed;
mod server;
mod time;
mod tls;

pub use acs::access_keys::KeyName;
pub use acs::mistakes::{Mistake, Signing};
pub use emulator::{Emulator, StartError};
pub use faults::{DateFault, Fault, Faults, PendingFault, Reset, RetryAfter};
pub use info::Info;
pub use operation::Service;
pub use options::{
    AccessRejection, AssignmentRule, Behaviour, ErrorBody, LicenceRule, Limit, Options, ScopeRule,
    UnknownIdentity, UnknownMember,
};
pub use records::{Filter, Record};
