//! Reports a failed command, as text or as JSON, and chooses the exit code.

use std::process::ExitCode;

use acs_auth::{Error, ErrorDetails};
use serde_json::json;

use crate::failure::{Failure, USAGE, exit_code};
use crate::output;

/// Prints what went wrong and returns the exit code.
pub(crate) fn report(failure: Failure, as_json: bool) -> ExitCode {
    match failure {
        Failure::Usage(problem) => {
            output::note(format_args!(
                "error: {problem}\n\nFor more information, try '--help'."
            ));
            ExitCode::from(USAGE)
        }
        Failure::Error(error) => {
            let code = exit_code(error.kind);
            if as_json {
                // If standard output is closed, only the exit code reports the error.
                let _ = output::json(&json!({ "error": describe(error) }));
            } else {
                output::note(format_args!("error: {error}"));
            }
            code
        }
    }
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
