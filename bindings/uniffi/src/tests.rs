//! Conversions and redaction.
