//! The files that settings, secrets and certificates come from, and whether they have changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, refused};
use crate::input;

/// Reads files. The contents of those that can be read only once, such as a pipe, are kept.
#[derive(Default)]
pub(super) struct Files(Mutex<HashMap<PathBuf, Vec<u8>>>);

/// The contents of some files, as a digest.
pub(super) type State = [u8; 32];

impl Files {
    /// The contents of a file; an error names the option.
    pub(super) fn bytes(&self, option: &str, path: &Path) -> Result<Vec<u8>, Failure> {
        let mut kept = self.0.lock();
        if let Some(bytes) = kept.get(path) {
            return Ok(bytes.clone());
        }
        let bytes = input::bytes(option, path)?;
        if !can_change(path) {
            kept.insert(path.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }

    /// Like [`Self::bytes`], as text.
    pub(super) fn text(&self, option: &str, path: &Path) -> Result<String, Failure> {
        String::from_utf8(self.bytes(option, path)?).map_err(|_| refused(option, "It is not UTF-8."))
    }
}

/// The digest of the current contents. A file that cannot be read counts as a state of its own.
pub(super) fn state(paths: &[PathBuf]) -> State {
    let mut all = Sha256::new();
    for path in paths.iter().filter(|path| can_change(path)) {
        let contents = input::bytes("", path).map(Sha256::digest);
        all.update([u8::from(contents.is_ok())]);
        all.update(contents.unwrap_or_default());
    }
    all.finalize().into()
}

/// Whether a path can be read again: a regular file, or one that does not exist yet.
fn can_change(path: &Path) -> bool {
    path != Path::new("-") && std::fs::metadata(path).map_or(true, |metadata| metadata.is_file())
}
