//! Prints results on standard output, and everything else on standard error.
//!
//! If the reader has closed its end (`acs-auth … | head`), the rest is not printed, and that is not an error.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use crate::failure::{Failure, refused};

/// Prints a line of the result, unchanged.
pub(crate) fn result(text: impl Display) -> Result<(), Failure> {
    written(writeln!(io::stdout().lock(), "{text}"))
}

/// Prints the result as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| {
        refused(
            "output",
            format!("The result cannot be written as JSON: {error}."),
        )
    })?;
    result(text)
}

/// Prints a line of a result for people, with colours only on a terminal.
pub(crate) fn styled(text: impl Display) -> Result<(), Failure> {
    written(writeln!(anstream::stdout().lock(), "{text}"))
}

/// Prints a message on standard error.
pub(crate) fn note(text: impl Display) {
    // If standard error is closed, there is nobody to report that to.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

fn written(outcome: io::Result<()>) -> Result<(), Failure> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(refused(
            "output",
            format!("The result cannot be written: {error}."),
        )),
        _ => Ok(()),
    }
}
