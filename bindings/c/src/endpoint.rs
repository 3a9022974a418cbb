//! Endpoints, access keys and connection strings. No I/O.

use std::ffi::c_char;

use core_auth::{AccessKey, ConnectionString, Endpoint, Result};

use crate::error::acs_error;
use crate::ffi::{Out, Text, borrowed, c_text, freed, part, status, text};
use crate::status::acs_status;

/// The address of an ACS resource. Freed with acs_endpoint_free, unless it is borrowed from a
/// connection string.
pub struct acs_endpoint {
    pub(crate) endpoint: Endpoint,
    url: Text,
}

/// An access key, ready to sign with. It can't be read back. Freed with acs_access_key_free, unless
/// it is borrowed from a connection string.
pub struct acs_access_key {
    pub(crate) key: AccessKey,
}

impl acs_access_key {
    /// The key itself.
    pub fn key(&self) -> &AccessKey {
        &self.key
    }
}

/// A connection string in its parts. Freed with acs_connection_string_free.
pub struct acs_connection_string {
    endpoint: acs_endpoint,
    access_key: acs_access_key,
}

impl From<Endpoint> for acs_endpoint {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            url: c_text(endpoint.url()),
            endpoint,
        }
    }
}

impl From<ConnectionString> for acs_connection_string {
    fn from(parsed: ConnectionString) -> Self {
        let ConnectionString { endpoint, access_key } = parsed;
        Self {
            endpoint: endpoint.into(),
            access_key: acs_access_key { key: access_key },
        }
    }
}

/// Parses a text and writes the result.
unsafe fn parsed<P, T: From<P>>(
    source: *const c_char,
    result: *mut *mut T,
    name: &str,
    parse: impl FnOnce(&str) -> Result<P>,
) -> Result<()> {
    let result = Out::new(result, name)?;
    result.give(parse(unsafe { text(source, "text") }?)?.into());
    Ok(())
}

/// Parses an endpoint such as "https://contoso.communication.azure.com". The scheme defaults to
/// https; http is accepted for loopback only.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "endpoint".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_endpoint_parse(
    text: *const c_char,
    endpoint: *mut *mut acs_endpoint,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || parsed(text, endpoint, "endpoint", Endpoint::parse)) }
}

/// Parses like acs_endpoint_parse, but accepts http for any host: use it only if something else
/// protects the connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_endpoint_parse_allowing_insecure(
    text: *const c_char,
    endpoint: *mut *mut acs_endpoint,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            parsed(text, endpoint, "endpoint", Endpoint::parse_allowing_insecure)
        })
    }
}

/// Returns the endpoint's URL, in lower case and without a trailing slash.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_endpoint_url(endpoint: *const acs_endpoint) -> *const c_char {
    unsafe { borrowed(endpoint, |endpoint| Some(&endpoint.url)) }
}

/// Frees an endpoint. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_endpoint_free(endpoint: *mut acs_endpoint) {
    unsafe { freed(endpoint) }
}

/// Parses an access key as the Azure portal shows it: standard base64 with padding.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "accesskey"; the text is not shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_access_key_from_base64(
    text: *const c_char,
    key: *mut *mut acs_access_key,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || parsed(text, key, "key", AccessKey::from_base64)) }
}

/// Wipes and frees a key. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_access_key_free(key: *mut acs_access_key) {
    unsafe { freed(key) }
}

/// Parses a connection string, "endpoint=https://…;accesskey=…".
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING, target naming the part; the key is not shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_connection_string_parse(
    text: *const c_char,
    parts: *mut *mut acs_connection_string,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || parsed(text, parts, "parts", ConnectionString::parse)) }
}

/// Parses like acs_connection_string_parse, but accepts http for any host: use it only if something
/// else protects the connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_connection_string_parse_allowing_insecure(
    text: *const c_char,
    parts: *mut *mut acs_connection_string,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            parsed(text, parts, "parts", ConnectionString::parse_allowing_insecure)
        })
    }
}

/// Returns the endpoint, borrowed from the connection string: don't free it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_connection_string_endpoint(
    parts: *const acs_connection_string,
) -> *const acs_endpoint {
    unsafe { part(parts, std::ptr::null(), |parts| &raw const parts.endpoint) }
}

/// Returns the access key, borrowed from the connection string: don't free it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_connection_string_access_key(
    parts: *const acs_connection_string,
) -> *const acs_access_key {
    unsafe { part(parts, std::ptr::null(), |parts| &raw const parts.access_key) }
}

/// Wipes and frees a connection string's parts. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_connection_string_free(parts: *mut acs_connection_string) {
    unsafe { freed(parts) }
}

impl From<AccessKey> for acs_access_key {
    fn from(key: AccessKey) -> Self {
        Self { key }
    }
}
