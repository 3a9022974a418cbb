//! Why a command fails, and its exit code.

use std::fmt;
use std::process::ExitCode;

use acs_auth::{Error, ErrorKind};

/// The exit code for an invalid command line, as in `sysexits.h`.
pub(crate) const USAGE: u8 = 64;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is invalid.
    Usage(String),
    /// An error of the library.
    Error(Error),
}

/// An `InvalidArgument` error about the option, file or variable that `target` names.
pub(crate) fn refused(target: &str, reason: impl Into<String>) -> Failure {
    with_target(ErrorKind::InvalidArgument, target, reason)
}

/// A failure of this kind about `target`.
pub(crate) fn with_target(kind: ErrorKind, target: &str, reason: impl Into<String>) -> Failure {
    Failure::Error(Error::new(kind, reason).with_target(target))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(problem) => f.write_str(problem),
            Self::Error(error) => error.fmt(f),
        }
    }
}

/// The exit code of an error: its kind's number.
pub(crate) fn exit_code(kind: ErrorKind) -> ExitCode {
    ExitCode::from(u8::try_from(kind.value()).unwrap_or(u8::MAX))
}
