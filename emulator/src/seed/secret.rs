//! Passwords and client secrets, which `Debug` does not show.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};

/// A password or client secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret with this value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// A random password, with the kinds of characters that password rules require.
    pub fn random_password() -> Self {
        Self(format!("Pw1-{}", random_text::<15>()))
    }

    /// A random client secret.
    pub fn random_client_secret() -> Self {
        Self(random_text::<30>())
    }

    /// The value.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `other` is the value, in constant time.
    pub fn matches(&self, other: &str) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.0.as_bytes(), other.as_bytes()).is_ok()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<String>::deserialize(deserializer)?;
        Ok(value.map_or_else(Self::random_client_secret, Self))
    }
}

/// `N` random bytes as base64url.
pub(crate) fn random_text<const N: usize>() -> String {
    let mut bytes = [0u8; N];
    for chunk in bytes.chunks_mut(16) {
        chunk.copy_from_slice(&uuid::Uuid::new_v4().as_bytes()[..chunk.len()]);
    }
    URL_SAFE_NO_PAD.encode(bytes)
}
