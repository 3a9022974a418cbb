//! Exchanges of Teams users' tokens with everything a back end needs around them: the token check,
//! a cache, request coalescing, and the service's limit.
//!
//! An exchanged token is cached, in this process and, with Redis, for a fleet of processes. It is
//! returned only to a caller presenting the same Entra token. Concurrent requests for the same
//! token are coalesced into one exchange. Exchanges stay within the service's limit of 500 in 30 s.
//! A rejection of the token is cached for seconds; a service fault is not cached.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use core_auth::{CommunicationIdentityClient, Result, TeamsTokenExchanger};

use crate::access_key_updates::{AccessKeyUpdates, update};
use crate::client::acs_client;
use crate::client_options::token_check;
use crate::config::{ExchangerConfig, cache_secret};
use crate::data::{ACS_DEFAULT, acs_bytes};
use crate::error::acs_error;
use crate::ffi::{
    Out, Versioned, bytes, count, flag, freed, guarded, init, millis, read_optional, reference, seconds,
    status,
};
use crate::observer::{acs_observer, observer};
use crate::process::PerProcess;
use crate::redis::{acs_redis_options, redis};
use crate::status::acs_status;
use crate::userdata::Transfer;

/// An exchanger. Freed with acs_exchanger_free.
pub struct acs_exchanger {
    exchanger: Arc<PerProcess<TeamsTokenExchanger>>,
    /// The access keys of its client.
    keys: AccessKeyUpdates<CommunicationIdentityClient>,
}

/// The options of an exchanger.
#[repr(C)]
pub struct acs_exchanger_options {
    /// sizeof(acs_exchanger_options).
    pub struct_size: usize,
    /// The Redis in which processes share their cache and limit; NULL for none. Needs a
    /// cache_secret.
    pub redis: *const acs_redis_options,
    /// The observer, which receives events; or NULL.
    pub observer: *const acs_observer,
    /// The 32 bytes from which cache keys are derived. Default: random, for this process only.
    pub cache_secret: acs_bytes,
    /// ACS_TOKEN_CHECK_OFF, ACS_TOKEN_CHECK_WARN or ACS_TOKEN_CHECK_ENFORCE (default).
    pub token_check: i32,
    /// 1 lets only one process at a time exchange a given token. Default 0.
    pub distributed_lock: i32,
    /// The deadline of a call, including the waits for the limit and for other callers, in
    /// milliseconds. Default 10000.
    pub timeout_ms: i64,
    /// The approximate size of the memory cache in bytes; 0 turns it off. Default 67108864, some
    /// 15,000 tokens.
    pub cache_bytes: i64,
    /// The maximum time for which a token is cached, in seconds; 0 caches none. Default 86400. A
    /// token is evicted when it or its Entra token has less than 120 s left.
    pub max_ttl_s: i64,
    /// How long a rejection is cached for the same token, in milliseconds: 1000 to 5000, or 0 for
    /// never. Default 3000.
    pub negative_ttl_ms: i64,
    /// The maximum number of exchanges started within limit_window_ms, including retries. Default
    /// 400, 80 % of what the service documents. Without Redis, and while it is unavailable, each
    /// process counts for itself.
    pub limit: i64,
    /// The number of exchanges that may start at once after an idle period. Default an eighth of
    /// the limit.
    pub limit_burst: i64,
    /// The window of the limit, in milliseconds. Default 30000.
    pub limit_window_ms: i64,
    /// The maximum number of new exchanges of one user within limit_window_ms; 0 means no limit.
    /// Default 25. Beyond it a call fails with ACS_STATUS_THROTTLED and the code "user_limited",
    /// and uses nothing of the limit.
    pub user_limit: i64,
}

unsafe impl Versioned for acs_exchanger_options {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            redis: ptr::null(),
            observer: ptr::null(),
            cache_secret: acs_bytes::NONE,
            token_check: ACS_DEFAULT,
            distributed_lock: ACS_DEFAULT,
            timeout_ms: i64::from(ACS_DEFAULT),
            cache_bytes: i64::from(ACS_DEFAULT),
            max_ttl_s: i64::from(ACS_DEFAULT),
            negative_ttl_ms: i64::from(ACS_DEFAULT),
            limit: i64::from(ACS_DEFAULT),
            limit_burst: i64::from(ACS_DEFAULT),
            limit_window_ms: i64::from(ACS_DEFAULT),
            user_limit: i64::from(ACS_DEFAULT),
        }
    }
}

impl ExchangerConfig {
    unsafe fn of(options: &acs_exchanger_options, transfer: &mut Transfer) -> Result<Self> {
        let secret = unsafe { bytes(options.cache_secret, "cache_secret") }?;
        let cache_secret = match secret {
            [] => None,
            secret => Some(cache_secret(secret)?),
        };
        Ok(Self {
            redis: unsafe { redis(options.redis) }?,
            observer: unsafe { observer(options.observer, transfer) }?,
            cache_secret,
            token_check: token_check(options.token_check)?,
            distributed_lock: flag(options.distributed_lock, "distributed_lock")?,
            timeout: millis(options.timeout_ms, "timeout_ms")?,
            cache_bytes: count(options.cache_bytes, "cache_bytes")?,
            max_ttl: seconds(options.max_ttl_s, "max_ttl_s")?,
            negative_ttl: millis(options.negative_ttl_ms, "negative_ttl_ms")?,
            limit: count(options.limit, "limit")?,
            limit_burst: count(options.limit_burst, "limit_burst")?,
            limit_window: millis(options.limit_window_ms, "limit_window_ms")?,
            user_limit: count(options.user_limit, "user_limit")?,
        })
    }
}

impl acs_exchanger {
    /// Creates an exchanger for the resource of a client; each process makes its own instance from
    /// this configuration.
    pub fn of(config: ExchangerConfig, client: &acs_client) -> Result<Self> {
        let keys = client.keys.clone();
        let client = client.each();
        let made = PerProcess::new(move || config.make((*client.get()?).clone()))?;
        Ok(Self {
            exchanger: Arc::new(made),
            keys,
        })
    }

    /// The instance of each process. A call gets that of its own process when it runs.
    pub(crate) fn each(&self) -> Arc<PerProcess<TeamsTokenExchanger>> {
        Arc::clone(&self.exchanger)
    }

    /// Replaces the access keys of its client that are `Some`.
    pub fn update_access_keys(&self, primary: Option<&str>, secondary: Option<&str>) -> Result<()> {
        self.keys.update(primary, secondary)
    }
}

/// The instances behind a handle, one for each process.
pub(crate) unsafe fn each(exchanger: *const acs_exchanger) -> Result<Arc<PerProcess<TeamsTokenExchanger>>> {
    Ok(unsafe { reference(exchanger, "exchanger") }?.each())
}

/// Fills the options with their defaults. struct_size is sizeof(acs_exchanger_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_options_init(options: *mut acs_exchanger_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}

/// Creates an exchanger for the resource of a client, which may be freed afterwards. options may be
/// NULL for the defaults. It doesn't connect yet. A forked child begins with an empty cache.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_new(
    client: *const acs_client,
    options: *const acs_exchanger_options,
    exchanger: *mut *mut acs_exchanger,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let exchanger = Out::new(exchanger, "exchanger")?;
            let client = reference(client, "client")?;
            let mut transfer = Transfer::default();
            let config = match read_optional(options)? {
                Some(options) => ExchangerConfig::of(&options, &mut transfer)?,
                None => ExchangerConfig::default(),
            };
            let made = acs_exchanger::of(config, client)?;
            transfer.commit();
            exchanger.give(made);
            Ok(())
        })
    }
}

/// Replaces the access key of the client with which the exchanger was created, and its secondary
/// access key unless secondary_access_key is NULL. The next signature uses the new key, and tokens
/// cached for the former key are no longer returned. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or
/// "secondary_access_key"; ACS_STATUS_INVALID_ARGUMENT if a token credential is used. No key is
/// replaced then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_update_access_key(
    exchanger: *const acs_exchanger,
    access_key: *const c_char,
    secondary_access_key: *const c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let keys = &reference(exchanger, "exchanger")?.keys;
            update(keys, access_key, secondary_access_key)
        })
    }
}

/// Frees an exchanger with its cache; calls in progress continue. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_exchanger_free(exchanger: *mut acs_exchanger) {
    unsafe { freed(exchanger) }
}
