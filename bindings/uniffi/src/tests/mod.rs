//! Conversions, redaction, and what callbacks and calls come to.

mod calls;
mod conversions;
mod redaction;
