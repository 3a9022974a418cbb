//! Checks and converts the arguments of the caller.

use std::ffi::{CStr, CString, c_char};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use core_auth::Result;

use super::invalid;
use crate::data::{ACS_DEFAULT, acs_bytes, acs_header};

/// The maximum length of a list. A greater count can only be an uninitialised value.
const LONGEST_LIST: usize = 65_536;

/// A NUL-terminated text that a handle owns.
pub(crate) type Text = CString;

/// A required text.
pub(crate) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str> {
    // SAFETY: as the caller of this function vouches.
    unsafe { optional_text(pointer, name) }?.ok_or_else(|| invalid(name, "It is NULL."))
}

/// An optional text; `None` for NULL.
pub(crate) unsafe fn optional_text<'a>(pointer: *const c_char, name: &str) -> Result<Option<&'a str>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller vouches for a NUL at the text's end.
    let text = unsafe { CStr::from_ptr(pointer) };
    match text.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(invalid(name, "It is not UTF-8.")),
    }
}

/// A copy of an optional text; `None` for NULL.
pub(crate) unsafe fn owned(pointer: *const c_char, name: &str) -> Result<Option<String>> {
    // SAFETY: as the caller of this function vouches.
    Ok(unsafe { optional_text(pointer, name) }?.map(str::to_owned))
}

/// A required text in any encoding.
unsafe fn any_text<'a>(pointer: *const c_char, name: &str) -> Result<&'a CStr> {
    if pointer.is_null() {
        return Err(invalid(name, "It is NULL."));
    }
    // SAFETY: the caller vouches for a NUL at the text's end.
    Ok(unsafe { CStr::from_ptr(pointer) })
}

/// A copy of a required text in any encoding. Bytes that are not UTF-8 are replaced by U+FFFD.
pub(crate) unsafe fn lossy_text(pointer: *const c_char, name: &str) -> Result<String> {
    // SAFETY: as the caller of this function vouches.
    Ok(unsafe { any_text(pointer, name) }?.to_string_lossy().into_owned())
}

/// The value of a required handle.
pub(crate) unsafe fn reference<'a, T>(pointer: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: the caller vouches that a handle that is not NULL is valid.
    unsafe { pointer.as_ref() }.ok_or_else(|| invalid(name, "It is NULL."))
}

/// Bytes; NULL is accepted if the length is 0.
pub(crate) unsafe fn bytes<'a>(bytes: acs_bytes, name: &str) -> Result<&'a [u8]> {
    let acs_bytes { data, len } = bytes;
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() || isize::try_from(len).is_err() {
        return Err(invalid(name, "Its data is NULL, or its len is too large."));
    }
    // SAFETY: the caller vouches for `len` bytes.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

unsafe fn slice<'a, T>(items: *const T, count: usize, name: &str) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if items.is_null() || count > LONGEST_LIST {
        let reason = format!("The list is NULL, or its count is greater than {LONGEST_LIST}.");
        return Err(invalid(name, reason));
    }
    // SAFETY: the caller vouches for `count` items.
    Ok(unsafe { std::slice::from_raw_parts(items, count) })
}

/// A list of texts, none of them NULL.
pub(crate) unsafe fn c_list<'a>(
    items: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<&'a str>> {
    // SAFETY: as the caller of this function vouches.
    let items = unsafe { slice(items, count, name) }?;
    // SAFETY: the same.
    items.iter().map(|item| unsafe { text(*item, name) }).collect()
}

/// A copy of a list of texts.
pub(crate) unsafe fn owned_list(
    items: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<String>> {
    // SAFETY: as the caller of this function vouches.
    let list = unsafe { c_list(items, count, name) }?;
    Ok(list.into_iter().map(str::to_owned).collect())
}

/// A list of headers whose names and values are UTF-8.
pub(crate) unsafe fn header_list<'a>(
    items: *const acs_header,
    count: usize,
) -> Result<Vec<(&'a str, &'a str)>> {
    // SAFETY: as the caller of this function vouches.
    let items = unsafe { slice(items, count, "headers") }?;
    let pair = |header: &acs_header| {
        // SAFETY: the same.
        unsafe { Ok((text(header.name, "headers")?, text(header.value, "headers")?)) }
    };
    items.iter().map(pair).collect()
}

/// A list of received headers, in any encoding: the peer chose it, not the caller.
pub(crate) unsafe fn received_header_list<'a>(
    items: *const acs_header,
    count: usize,
) -> Result<Vec<(&'a [u8], &'a [u8])>> {
    // SAFETY: as the caller of this function vouches.
    let items = unsafe { slice(items, count, "headers") }?;
    let pair = |header: &acs_header| {
        // SAFETY: the same.
        unsafe {
            Ok((
                any_text(header.name, "headers")?.to_bytes(),
                any_text(header.value, "headers")?.to_bytes(),
            ))
        }
    };
    items.iter().map(pair).collect()
}

/// A flag, 0 or 1; `None` for ACS_DEFAULT.
pub(crate) fn flag(value: impl Into<i64>, name: &str) -> Result<Option<bool>> {
    match value.into() {
        -1 => Ok(None),
        0 => Ok(Some(false)),
        1 => Ok(Some(true)),
        other => Err(invalid(name, format!("{other} is neither 0, 1 nor ACS_DEFAULT."))),
    }
}

/// A number in the range of `T`; `None` for ACS_DEFAULT.
pub(crate) fn count<T: TryFrom<i64>>(value: i64, name: &str) -> Result<Option<T>> {
    if value == i64::from(ACS_DEFAULT) {
        return Ok(None);
    }
    T::try_from(value)
        .map(Some)
        .map_err(|_| invalid(name, format!("{value} is out of range.")))
}

/// A number of milliseconds; `None` for ACS_DEFAULT.
pub(crate) fn millis(value: i64, name: &str) -> Result<Option<Duration>> {
    Ok(count(value, name)?.map(Duration::from_millis))
}

/// A number of seconds; `None` for ACS_DEFAULT.
pub(crate) fn seconds(value: i64, name: &str) -> Result<Option<Duration>> {
    Ok(count(value, name)?.map(Duration::from_secs))
}

/// A time in seconds since 1970.
pub fn time(value: i64, name: &str) -> Result<SystemTime> {
    let size = Duration::from_secs(value.unsigned_abs());
    let time = if value < 0 {
        UNIX_EPOCH.checked_sub(size)
    } else {
        UNIX_EPOCH.checked_add(size)
    };
    time.ok_or_else(|| invalid(name, "The time is out of range."))
}

/// A time as seconds since 1970, rounded down.
pub fn unix(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = before.duration();
            let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
            -whole - i64::from(before.subsec_nanos() > 0)
        }
    }
}
