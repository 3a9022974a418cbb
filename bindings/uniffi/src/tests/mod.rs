//! Conversions, redaction, and what callbacks that fail come to.

mod callbacks;
mod conversions;
mod redaction;
