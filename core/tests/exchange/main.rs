//! The exchanger against the emulator.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod coalescing;
mod extension;
mod keeping;
mod limiting;
mod load;
mod overload;
mod rotation;
mod setup;
mod user_credential;
