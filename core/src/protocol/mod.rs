//! Pure: one file an operation builds its request and parses its answer.

pub mod message;
