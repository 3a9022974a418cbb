//! Conversions, redaction, and what callbacks that fail come to.

mod attempts;
mod callbacks;
mod conversions;
mod redaction;
