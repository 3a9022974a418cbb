//! The verifier of bearer tokens against the emulated Entra, and against one that is made by hand.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

mod attacks;
mod forged;
mod issuer;
mod keys;
mod options;
mod pressure;
mod rules;
