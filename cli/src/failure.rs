//! How a command fails: the message, the JSON, and the exit code.

use std::fmt;
use std::process::ExitCode;

use acs_auth::{Error, ErrorDetails, ErrorKind};
use serde_json::json;

use crate::output;

/// The exit code for a command line that cannot be understood, as in `sysexits.h`.
pub(crate) const USAGE: u8 = 64;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be understood.
    Usage(String),
    /// What the library says.
    Error(Error),
}

/// An option, a file or a variable that cannot be used; `target` names it.
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

impl Failure {
    /// Says what went wrong and gives the exit code.
    pub(crate) fn report(self, as_json: bool) -> ExitCode {
        match self {
            Self::Usage(problem) => {
                output::note(format_args!(
                    "error: {problem}\n\nFor more information, try '--help'."
                ));
                ExitCode::from(USAGE)
            }
            Self::Error(error) => {
                let code = exit_code(error.kind);
                if as_json {
                    // Without a standard output the exit code has to do.
                    let _ = output::json(&json!({ "error": describe(error) }));
                } else {
                    output::note(format_args!("error: {error}"));
                }
                code
            }
        }
    }
}

/// The exit code of an error: its kind's number.
pub(crate) fn exit_code(kind: ErrorKind) -> ExitCode {
    ExitCode::from(u8::try_from(kind.value()).unwrap_or(u8::MAX))
}

fn describe(error: Error) -> serde_json::Value {
    let ErrorDetails {
        kind,
        status,
        code,
        target,
        reason,
        retry_after,
        client_request_id,
        ms_cv,
    } = error.into_details();
    json!({
        "kind": kind.name(),
        "value": kind.value(),
        "status": status,
        "code": code,
        "target": target,
        "reason": reason,
        "retry_after_ms": retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        "client_request_id": client_request_id,
        "ms_cv": ms_cv,
    })
}
