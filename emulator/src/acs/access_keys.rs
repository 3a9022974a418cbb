//! The two access keys of the resource.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parking_lot::RwLock;
use serde::Deserialize;

/// An access key of the resource.
#[derive(Clone)]
pub(crate) struct AccessKey {
    pub(super) key: hmac::Key,
    /// As it stands in the connection string.
    pub(crate) text: String,
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKey(***)")
    }
}

impl AccessKey {
    /// Reads a key as it stands in a connection string.
    pub(crate) fn new(text: String) -> Result<Self, String> {
        let bytes = STANDARD
            .decode(&text)
            .map_err(|_| "the access key is not base64".to_owned())?;
        if bytes.is_empty() {
            return Err("the access key is empty".to_owned());
        }
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
            text,
        })
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyName {
    /// The one of the connection string.
    Primary,
    /// The other one.
    Secondary,
}

/// Both, as they are now and as they were at the start.
#[derive(Debug)]
pub(crate) struct AccessKeys {
    now: RwLock<Pair>,
    initial: Pair,
}

/// Both at one time.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) primary: AccessKey,
    pub(crate) secondary: AccessKey,
}

impl AccessKeys {
    pub(crate) fn new(primary: AccessKey, secondary: AccessKey) -> Self {
        let initial = Pair { primary, secondary };
        Self {
            now: RwLock::new(initial.clone()),
            initial,
        }
    }

    pub(crate) fn now(&self) -> Pair {
        self.now.read().clone()
    }

    /// Puts another key in the place of one.
    pub(crate) fn replace(&self, name: KeyName, key: AccessKey) -> Pair {
        let mut now = self.now.write();
        match name {
            KeyName::Primary => now.primary = key,
            KeyName::Secondary => now.secondary = key,
        }
        now.clone()
    }

    pub(super) fn reset(&self) {
        *self.now.write() = self.initial.clone();
    }
}
