//! Finds the names of the ABI that a language's package uses.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::abi::Abi;

/// The prefix of names that look like the ABI's but aren't.
const OTHERS: &str = "acs_auth";

/// The names of the ABI in a folder's files with this extension. `made` has the new text of files that are
/// being generated.
///
/// # Errors
/// A file cannot be read, or a name looks like one of the ABI but isn't, such as a misspelt one.
pub(crate) fn names(
    folder: &Path,
    ending: &str,
    made: &[(&Path, &str)],
    abi: &Abi,
) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    read(folder, ending, made, &mut found).map_err(|error| format!("{}: {error}", folder.display()))?;
    match found.iter().find(|name| !abi.has(name)) {
        Some(name) => Err(format!("{}: {name} is not in the C ABI", folder.display())),
        None => Ok(found),
    }
}

fn read(folder: &Path, ending: &str, made: &[(&Path, &str)], found: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, ending, made, found)?;
        } else if path.extension().is_some_and(|extension| extension == ending) {
            let text = match made.iter().find(|(made, _)| *made == path) {
                Some((_, text)) => (*text).to_owned(),
                None => fs::read_to_string(&path)?,
            };
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            let ours = words.filter(|word| {
                (word.starts_with("acs_") || word.starts_with("ACS_"))
                    && !word.to_lowercase().starts_with(OTHERS)
            });
            found.extend(ours.map(str::to_owned));
        }
    }
    Ok(())
}
