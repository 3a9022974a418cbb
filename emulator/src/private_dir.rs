//! A folder that only its owner can enter, removed when dropped.
//!
//! On Unix it has the mode 0700. On Windows the temporary folder belongs to the user, and new folders inherit
//! its access rules.

use std::io;
use std::path::{Path, PathBuf};

/// A folder in the system's temporary folder.
#[derive(Debug)]
pub(crate) struct PrivateDir(PathBuf);

impl PrivateDir {
    /// Creates a new folder with a name that cannot be guessed; an existing one is never used.
    pub(crate) fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("acs-emulator-{}", uuid::Uuid::new_v4().simple()));
        create(&path)?;
        Ok(Self(path))
    }

    /// Writes a file into it.
    pub(crate) fn write(&self, name: &str, content: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }

    /// Its path.
    #[cfg(test)]
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        let path: &Path = &self.0;
        let _ = std::fs::remove_dir_all(path);
    }
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(windows)]
fn create(path: &Path) -> io::Result<()> {
    std::fs::create_dir(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_with_its_content() {
        let folder = PrivateDir::new().expect("a folder");
        let path = folder.path().to_owned();
        let file = folder.write("ca.pem", "x").expect("a file");
        assert!(file.starts_with(&path) && file.exists());
        drop(folder);
        assert!(!path.exists());
    }
}
