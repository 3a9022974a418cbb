//! Plain data that several functions take or return.

use std::ffi::{CString, c_char};

use crate::ffi::{Borrowable, Text, guarded, lossy_text};

/// Selects the default: for any number in an options struct, and for a duration argument.
pub const ACS_DEFAULT: i32 = -1;
/// Returned instead of 1 or 0 if the question doesn't apply, as without a shared cache.
pub const ACS_NOT_APPLICABLE: i32 = -1;

/// Bytes, which may contain NULs. NULL with a length of 0 means none.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct acs_bytes {
    /// The first byte.
    pub data: *const u8,
    /// The number of bytes.
    pub len: usize,
}

/// A header of an HTTP message. Names are case-insensitive.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct acs_header {
    /// Its name.
    pub name: *const c_char,
    /// Its value.
    pub value: *const c_char,
}

/// Frees a text that a function returned as `char *`. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_string_free(text: *mut c_char) {
    guarded((), || {
        if !text.is_null() {
            // SAFETY: it came from `CString::into_raw`.
            drop(unsafe { CString::from_raw(text) });
        }
    });
}

impl acs_bytes {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            data: bytes.as_ptr(),
            len: bytes.len(),
        }
    }

    pub(crate) const NONE: Self = Self {
        data: std::ptr::null(),
        len: 0,
    };
}

impl acs_header {
    pub(crate) const NONE: Self = Self {
        name: std::ptr::null(),
        value: std::ptr::null(),
    };

    /// The header at this index; NULLs out of range.
    pub(crate) fn at<V: Borrowable>(headers: &[(Text, V)], index: usize) -> Self {
        headers.get(index).map_or(Self::NONE, |(name, value)| Self {
            name: name.as_ptr(),
            value: value.pointer(),
        })
    }

    /// Returns the first value of a header; the name is case-insensitive. NULL if there is none.
    pub(crate) unsafe fn value_of<V: Borrowable>(
        headers: &[(Text, V)],
        name: *const c_char,
    ) -> *const c_char {
        let Ok(name) = (unsafe { lossy_text(name, "name") }) else {
            return std::ptr::null();
        };
        let found = headers
            .iter()
            .find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name.as_bytes()));
        found.map_or(std::ptr::null(), |(_, value)| value.pointer())
    }
}
