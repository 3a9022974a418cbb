//! Values that must never be shown.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// A token or other text that must not be shown. It is zeroized when dropped, compared in constant
/// time, and printed as `Secret(…)`.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Creates a secret from a text. A borrowed text is copied; the original isn't zeroized.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text itself. Each call is a place where it can leak.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The access key of an ACS resource, ready to sign with.
///
/// Only the keyed HMAC state is stored, which saves hashing the key for each signature. It is
/// zeroized when dropped.
#[derive(Clone)]
pub struct AccessKey {
    mac: Hmac<Sha256>,
}

impl AccessKey {
    /// Parses a key as the Azure portal shows it: standard base64 with padding.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConnectionString`] with `target` = `accesskey` if it is empty or not
    /// base64. The error never contains the text.
    pub fn from_base64(text: &str) -> Result<Self> {
        let bytes = STANDARD
            .decode(text)
            .map(Zeroizing::new)
            .map_err(|_| refused("The access key is not standard base64 with padding."))?;
        if bytes.is_empty() {
            return Err(refused("The access key is empty."));
        }
        let mac =
            Hmac::new_from_slice(&bytes).map_err(|_| refused("The access key has an unusable length."))?;
        Ok(Self { mac })
    }

    /// HMAC-SHA256 of a message under this key.
    pub(crate) fn hmac_sha256(&self, message: &[u8]) -> [u8; 32] {
        self.mac
            .clone()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .into()
    }
}

/// Reads a key of 32 bytes in standard base64 with padding.
#[cfg(any(feature = "handler", feature = "redis"))]
pub(crate) fn decode_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let decoded = STANDARD.decode(text).map(Zeroizing::new).ok()?;
    <[u8; 32]>::try_from(decoded.as_slice()).map(Zeroizing::new).ok()
}

fn refused(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidConnectionString, reason).with_target("accesskey")
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_compare_by_value_and_print_nothing() {
        assert_eq!(Secret::new("abc"), Secret::new("abc"));
        assert_ne!(Secret::new("abc"), Secret::new("abd"));
        assert_ne!(Secret::new("abc"), Secret::new("ab"));
        assert_eq!(format!("{:?}", Secret::new("abc")), "Secret(…)");
        assert_eq!(
            format!("{:?}", AccessKey::from_base64("QUJD").unwrap()),
            "AccessKey(…)"
        );
    }

    #[test]
    fn a_bad_key_is_refused_and_not_shown() {
        for bad in ["", "QUJ", "QUJD;", "Qü==", "QUJ D", "QUJDRA", "QUJDRB=", "Q-_="] {
            let error = AccessKey::from_base64(bad).unwrap_err();
            assert_eq!(error.kind, ErrorKind::InvalidConnectionString);
            assert_eq!(error.target.as_deref(), Some("accesskey"));
            assert!(bad.is_empty() || !error.to_string().contains(bad));
        }
    }
}
