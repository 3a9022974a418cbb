//! The two access keys of the resource.

use std::sync::{PoisonError, RwLock};

use serde::Deserialize;

use super::hmac::AccessKey;

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
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another key in the place of one.
    pub(crate) fn replace(&self, name: KeyName, key: AccessKey) -> Pair {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        match name {
            KeyName::Primary => now.primary = key,
            KeyName::Secondary => now.secondary = key,
        }
        now.clone()
    }

    pub(super) fn reset(&self) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = self.initial.clone();
    }
}
