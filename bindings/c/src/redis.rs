//! The Redis that several processes share.

use std::ffi::c_char;
use std::ptr;

use core_auth::{RedisOptions, Result, SealingKey, Secret};

use crate::data::ACS_DEFAULT;
use crate::ffi::{
    Versioned, count, guarded, init, invalid, millis, optional_text, owned, read_optional, text,
};

/// The Redis in which several processes share a cache and a limiter: one server, a cluster, or a
/// primary monitored by sentinels, version 6.0 or later.
///
/// Values are always encrypted with sealing_key, but over redis:// the password is sent in clear
/// text: use rediss:// if the network is not your own.
#[repr(C)]
pub struct acs_redis_options {
    /// sizeof(acs_redis_options).
    pub struct_size: usize,
    /// "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
    /// "redis+sentinel://host[:port][,host[:port]]/service[/database]"; "rediss" in place of
    /// "redis" means TLS. It may contain a user and a password, percent-encoded. With "?auth=entra"
    /// the password is a token of the client's token credential.
    pub url: *const c_char,
    /// The user name, unless the URL has one.
    pub username: *const c_char,
    /// The password, unless the URL has one.
    pub password: *const c_char,
    /// The prefix of all key and channel names: letters, digits, '.', '_', '-' and ':', at most 64.
    /// Processes that share it share entries and the limit. Default "acs-auth".
    pub key_prefix: *const c_char,
    /// The key with which values are sealed (AES-256-GCM): 32 random bytes in base64, the same in
    /// all processes.
    pub sealing_key: *const c_char,
    /// The former sealing_key, while values sealed with it are still to be read; or NULL.
    pub previous_sealing_key: *const c_char,
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    pub root_certificates_pem: *const c_char,
    /// The timeout of a single Redis operation, in milliseconds. Default 50.
    pub timeout_ms: i64,
    /// The timeout for opening a connection in the background, in milliseconds. Default 1000.
    pub connect_timeout_ms: i64,
    /// How long the breaker stays open at first, in milliseconds; doubled at each further failure.
    /// Default 200.
    pub breaker_reset_timeout_ms: i64,
    /// The maximum time for which the breaker stays open, in milliseconds. Default 5000.
    pub breaker_max_reset_timeout_ms: i64,
    /// The number of consecutive failures after which the breaker opens and Redis is not used for a
    /// while. Default 3.
    pub breaker_max_failures: i32,
}

unsafe impl Versioned for acs_redis_options {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "redis";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            url: ptr::null(),
            username: ptr::null(),
            password: ptr::null(),
            key_prefix: ptr::null(),
            sealing_key: ptr::null(),
            previous_sealing_key: ptr::null(),
            root_certificates_pem: ptr::null(),
            timeout_ms: i64::from(ACS_DEFAULT),
            connect_timeout_ms: i64::from(ACS_DEFAULT),
            breaker_reset_timeout_ms: i64::from(ACS_DEFAULT),
            breaker_max_reset_timeout_ms: i64::from(ACS_DEFAULT),
            breaker_max_failures: ACS_DEFAULT,
        }
    }
}

/// The Redis that a struct describes; `None` for NULL.
pub(crate) unsafe fn redis(given: *const acs_redis_options) -> Result<Option<RedisOptions>> {
    let Some(given) = unsafe { read_optional(given) }? else {
        return Ok(None);
    };
    let key = |pointer, name| -> Result<Option<SealingKey>> {
        let text = unsafe { optional_text(pointer, name) }?;
        text.map(SealingKey::from_base64).transpose()
    };
    let sealing_key =
        key(given.sealing_key, "sealing_key")?.ok_or_else(|| invalid("sealing_key", "It is NULL."))?;
    let mut options = RedisOptions::new(unsafe { text(given.url, "url") }?, sealing_key);
    options.username = unsafe { owned(given.username, "username") }?;
    options.password = unsafe { optional_text(given.password, "password") }?.map(Secret::from);
    options.previous_sealing_key = key(given.previous_sealing_key, "previous_sealing_key")?;
    if let Some(key_prefix) = unsafe { owned(given.key_prefix, "key_prefix") }? {
        options.key_prefix = key_prefix;
    }
    if let Some(pem) = unsafe { optional_text(given.root_certificates_pem, "root_certificates_pem") }? {
        options.root_certificates_pem.push(pem.into());
    }
    let times = [
        (&mut options.timeout, given.timeout_ms, "timeout_ms"),
        (
            &mut options.connect_timeout,
            given.connect_timeout_ms,
            "connect_timeout_ms",
        ),
        (
            &mut options.breaker_reset_timeout,
            given.breaker_reset_timeout_ms,
            "breaker_reset_timeout_ms",
        ),
        (
            &mut options.breaker_max_reset_timeout,
            given.breaker_max_reset_timeout_ms,
            "breaker_max_reset_timeout_ms",
        ),
    ];
    for (time, given, name) in times {
        if let Some(given) = millis(given, name)? {
            *time = given;
        }
    }
    if let Some(failures) = count(i64::from(given.breaker_max_failures), "breaker_max_failures")? {
        options.breaker_max_failures = failures;
    }
    Ok(Some(options))
}

/// Fills the options with their defaults. struct_size is sizeof(acs_redis_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_redis_options_init(options: *mut acs_redis_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}
