//! Prints help, and the error for an invalid command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Error;
use clap::error::ErrorKind;

use crate::failure::USAGE;
use crate::output;

/// Longer arguments are not shown: they may be a token or a key in the wrong place. A GUID has 36 characters.
const LONGEST_SHOWN: usize = 40;

/// Prints clap's message, and returns the exit code.
pub(crate) fn answer(error: &Error, args: &[OsString]) -> ExitCode {
    let text = error.render().ansi().to_string();
    let text = text.trim_end();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed standard output is no failure.
            let _ = output::styled(text);
            ExitCode::SUCCESS
        }
        _ => {
            output::note(without_long_arguments(text, args));
            ExitCode::from(USAGE)
        }
    }
}

fn without_long_arguments(text: &str, args: &[OsString]) -> String {
    let mut text = text.to_owned();
    for arg in args {
        let arg = arg.to_string_lossy();
        let value = match arg.strip_prefix("--").and_then(|option| option.split_once('=')) {
            Some((_, value)) => value,
            None => &*arg,
        };
        let length = value.chars().count();
        if length > LONGEST_SHOWN {
            text = text.replace(value, &format!("({length} characters)"));
        }
    }
    text
}
