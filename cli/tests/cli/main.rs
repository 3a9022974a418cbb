//! The command line from a script's view: arguments, standard streams, exit codes.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

mod assignments;
mod demo;
mod emulator;
mod exchange;
mod identities;
mod inspect;
mod run;
mod sign;
mod usage;
