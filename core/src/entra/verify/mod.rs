//! Verifies the caller's own bearer token.
