//! The verification of callers' bearer tokens, by the emulator's tokens and keys.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod attacks;
mod issuer;
mod keys;
mod options;
