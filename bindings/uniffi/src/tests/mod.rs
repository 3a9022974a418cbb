//! Tests conversions, redaction, callbacks that fail, and transports without a thread.

mod attempts;
mod callbacks;
mod conversions;
mod redaction;
mod transports;
