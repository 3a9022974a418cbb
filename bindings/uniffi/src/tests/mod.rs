//! Tests conversions, redaction, and callbacks that fail.

mod attempts;
mod callbacks;
mod conversions;
mod redaction;
