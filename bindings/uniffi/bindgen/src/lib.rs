//! Runs uniffi's generator, at the version of the facade, and patches the generated Python.

mod python;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs uniffi's command line, then patches the generated Python module.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    uniffi::uniffi_bindgen_main();
    let of = |long: &str, short: &str| values(&arguments, long, short);
    if !of("--language", "-l").contains(&"python") {
        return ExitCode::SUCCESS;
    }
    // uniffi requires this option.
    let folder = of("--out-dir", "-o")
        .first()
        .map(PathBuf::from)
        .unwrap_or_default();
    match changed(&folder.join("acs_auth_native.py")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            complain(&reason);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a program of the build")]
fn complain(reason: &str) {
    eprintln!("uniffi-bindgen: {reason}");
}

/// The values of an option, in any of the forms that uniffi accepts.
fn values<'a>(arguments: &'a [String], long: &str, short: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(argument) = rest.next() {
        if argument == long || argument == short {
            found.extend(rest.next());
        } else if let Some(value) = argument
            .strip_prefix(long)
            .and_then(|rest| rest.strip_prefix('='))
        {
            found.push(value);
        } else if let Some(value) = argument
            .strip_prefix(short)
            .filter(|_| !argument.starts_with("--"))
        {
            found.push(value.strip_prefix('=').unwrap_or(value));
        }
    }
    found
}

fn changed(path: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let text = python::changed(&text).map_err(|reason| format!("{}: {reason}", path.display()))?;
    std::fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_every_form() {
        let arguments = [
            "generate",
            "--language",
            "python",
            "-lkotlin",
            "--out-dir=a",
            "-o",
            "b",
            "lib.so",
        ];
        let arguments = arguments.map(str::to_owned);
        assert_eq!(values(&arguments, "--language", "-l"), ["python", "kotlin"]);
        assert_eq!(values(&arguments, "--out-dir", "-o"), ["a", "b"]);
    }
}
