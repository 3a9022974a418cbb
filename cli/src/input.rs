//! Reads files, standard input and the environment.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use acs_auth::{ErrorKind, Secret};

use crate::failure::{Failure, refused, with_target};

/// The maximum size of an input in bytes: far more than any token, certificate list or request body has.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The variables for the connection string. The first one that is set is used.
pub(crate) const CONNECTION_STRING: [&str; 2] = [
    "COMMUNICATION_SERVICES_CONNECTION_STRING",
    "AZURE_COMMUNICATION_CONNECTION_STRING",
];

/// The connection string of the environment; `None` if it is not set.
pub(crate) fn connection_string() -> Result<Option<Secret>, Failure> {
    for name in CONNECTION_STRING {
        if let Some(text) = variable(name)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The connection string of the environment; an error if it is not set.
pub(crate) fn required_connection_string() -> Result<Secret, Failure> {
    connection_string()?.ok_or_else(|| {
        let [first, second] = CONNECTION_STRING;
        with_target(
            ErrorKind::InvalidConnectionString,
            "connection_string",
            format!(
                "There is none. Set {first} (or {second}) to the resource's connection string, \
                 endpoint=https://…;accesskey=…, as the Azure portal shows it under Keys."
            ),
        )
    })
}

/// The value of a variable; `None` if it is not set or empty.
pub(crate) fn variable(name: &str) -> Result<Option<Secret>, Failure> {
    match std::env::var_os(name) {
        None => Ok(None),
        Some(value) if value.is_empty() => Ok(None),
        Some(value) => match value.into_string() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(_) => Err(with_target(
                ErrorKind::InvalidConnectionString,
                name,
                "It is not UTF-8.",
            )),
        },
    }
}

/// A token from a file or, for `-`, from standard input. Trailing line ends are dropped.
pub(crate) fn token(path: &Path) -> Result<Secret, Failure> {
    const OPTION: &str = "--token-file";
    if path.to_str().is_some_and(|text| text.starts_with("eyJ")) && !path.exists() {
        return Err(refused(
            OPTION,
            "It takes a path or - (standard input), and this looks like the token itself. What stands on a command \
             line can be seen by every user of the machine and stays in the shell's history.",
        ));
    }
    let text = String::from_utf8(bytes(OPTION, path)?).map_err(|_| refused(OPTION, "It is not UTF-8."))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

/// The contents of a file or, for `-`, of standard input.
pub(crate) fn bytes(option: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    let read = |from: &mut dyn Read| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        from.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let (name, outcome) = if path == Path::new("-") {
        ("Standard input".to_owned(), read(&mut io::stdin().lock()))
    } else {
        let name = format!("The file {}", path.display());
        (name, File::open(path).and_then(|mut file| read(&mut file)))
    };
    match outcome {
        Ok(bytes) if bytes.len() as u64 > LARGEST => {
            Err(refused(option, format!("{name} has more than {LARGEST} bytes.")))
        }
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(refused(option, format!("{name} cannot be read: {error}."))),
    }
}
