//! What is printed: results on standard output, all else on standard error.
//!
//! A reader that has gone away (`acs-auth … | head`) is no failure: the rest is not printed.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use crate::failure::{Failure, refused};

/// A line of the result, as it is.
pub(crate) fn result(text: impl Display) -> Result<(), Failure> {
    written(writeln!(io::stdout().lock(), "{text}"))
}

/// The result as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| {
        refused(
            "output",
            format!("The result cannot be written as JSON: {error}."),
        )
    })?;
    result(text)
}

/// A line of a result that is made for people: colours only where they are seen.
pub(crate) fn styled(text: impl Display) -> Result<(), Failure> {
    written(writeln!(anstream::stdout().lock(), "{text}"))
}

/// A line about what is being done.
pub(crate) fn note(text: impl Display) {
    // Nobody is left to be told.
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
