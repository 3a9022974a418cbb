//! The Rust runner of `cases.json` lives in `tests/`.
