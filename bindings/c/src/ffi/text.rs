//! Texts for C: NUL-terminated, with no NUL inside.

use std::ffi::{CString, c_char};
use std::ptr;

use super::Text;
use core_auth::{Error, ErrorKind, Result};
use zeroize::Zeroizing;

/// A text for C. A NUL within it, which no text of the service should have, becomes U+FFFD.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

pub(crate) fn optional_c_text(text: Option<&str>) -> Option<Text> {
    text.map(c_text)
}

/// A list of texts for C.
pub(crate) fn texts<S: AsRef<str>>(list: impl IntoIterator<Item = S>) -> Vec<Text> {
    list.into_iter().map(|text| c_text(text.as_ref())).collect()
}

/// The pointer to a text that may be absent.
pub(crate) fn pointer(text: Option<&Text>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// A text that C may borrow, secret or not.
pub(crate) trait Borrowable {
    fn pointer(&self) -> *const c_char;
}

impl Borrowable for Text {
    fn pointer(&self) -> *const c_char {
        self.as_ptr()
    }
}

impl Borrowable for SecretText {
    fn pointer(&self) -> *const c_char {
        self.as_ptr()
    }
}

/// A secret text for C, wiped when it is freed.
pub(crate) struct SecretText(Zeroizing<Vec<u8>>);

impl SecretText {
    pub(crate) fn new(text: &str) -> Result<Self> {
        let text = text.as_bytes();
        if text.contains(&0) {
            return Err(Error::new(
                ErrorKind::UnexpectedResponse,
                "The token holds a NUL, which no token has.",
            ));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 1));
        bytes.extend_from_slice(text);
        bytes.push(0);
        Ok(Self(bytes))
    }

    pub(crate) fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }
}
