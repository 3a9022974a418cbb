//! What the exported functions share. Nothing here is part of the header.

mod arguments;
mod guard;
mod host;
mod options;
mod out;
mod text;

pub(crate) use self::arguments::{
    Text, bytes, c_list, count, flag, header_list, lossy_text, millis, optional_text, owned, owned_list,
    received_header_list, reference, seconds, text,
};
pub use self::arguments::{time, unix};
pub(crate) use self::guard::{borrowed, caught, freed, guarded, keep_panics_quiet, part, status};
pub(crate) use self::host::host;
pub(crate) use self::options::{Versioned, init, read, read_optional};
pub(crate) use self::out::Out;
pub(crate) use self::text::{Borrowable, SecretText, c_text, optional_c_text, pointer, texts};

use core_auth::{Error, ErrorKind};

/// The error for an invalid argument; `target` is its name in the header.
pub fn invalid(target: &str, reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, reason).with_target(target)
}
