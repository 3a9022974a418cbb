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
    /// In base64, as in the connection string.
    pub(crate) text: String,
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKey(***)")
    }
}

impl AccessKey {
    /// Decodes a key from base64.
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

/// Names one of the resource's two access keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyName {
    /// The key of the start line's `connection_string`.
    Primary,
    /// The start line's `secondary_access_key`.
    Secondary,
}

/// The current keys, and the initial ones, which a reset restores.
#[derive(Debug)]
pub(crate) struct AccessKeys {
    now: RwLock<Pair>,
    initial: Pair,
}

/// Both keys.
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

    /// Replaces one key, and returns both.
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
