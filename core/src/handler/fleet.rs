//! The shared cache and limiter of a fleet, according to the settings.

use std::sync::Arc;

use super::settings::{HandlerSettings, Key};
use crate::TokenCredential;
use crate::error::Result;
use crate::exchange::TeamsTokenExchangerBuilder;

/// Adds the Redis of the settings, if they name one.
///
/// `credential` is the builder's token credential, for `auth=entra`, whether or not requests to ACS use it.
pub(super) fn share(
    settings: &HandlerSettings,
    builder: TeamsTokenExchangerBuilder,
    credential: Option<&Arc<dyn TokenCredential>>,
) -> Result<TeamsTokenExchangerBuilder> {
    if settings.has(Key::RedisUrl) {
        return in_redis(settings, builder, credential);
    }
    // Without a URL the fleet would share nothing and exceed its limit, so incomplete settings are an error.
    match settings.first_of("redis.") {
        Some(key) => Err(settings.refuse(key, "It needs redis.url (ACS_AUTH_REDIS_URL).")),
        None => Ok(builder),
    }
}

/// Reads a setting with one key, or with the current and the former one.
pub(super) fn current_and_former(settings: &HandlerSettings, key: Key) -> Result<(&str, Option<&str>)> {
    let keys = settings.required_list(key)?;
    match keys[..] {
        [current] => Ok((current, None)),
        [current, former] => Ok((current, Some(former))),
        _ => Err(settings.refuse(key, "Give one key, or two: the current and the former.")),
    }
}

#[cfg(not(feature = "redis"))]
fn in_redis(
    settings: &HandlerSettings,
    _: TeamsTokenExchangerBuilder,
    _: Option<&Arc<dyn TokenCredential>>,
) -> Result<TeamsTokenExchangerBuilder> {
    Err(settings.refuse(Key::RedisUrl, "This build lacks the feature redis."))
}

#[cfg(feature = "redis")]
fn in_redis(
    settings: &HandlerSettings,
    builder: TeamsTokenExchangerBuilder,
    credential: Option<&Arc<dyn TokenCredential>>,
) -> Result<TeamsTokenExchangerBuilder> {
    use crate::{RedisOptions, SealingKey};

    let (current, former) = current_and_former(settings, Key::RedisSealingKeys)?;
    let read = |key| SealingKey::from_base64(key).map_err(settings.blame(Key::RedisSealingKeys));
    let mut options = RedisOptions::new(settings.required_text(Key::RedisUrl)?, read(current)?);
    options.previous_sealing_key = former.map(read).transpose()?;
    if let Some(key_prefix) = settings.text(Key::RedisKeyPrefix) {
        options.key_prefix = key_prefix.to_owned();
    }
    if let Some(timeout) = settings.millis(Key::RedisTimeoutMs)? {
        options.timeout = timeout;
    }
    if let Some(pem) = settings.text(Key::RootCertificates) {
        options.root_certificates_pem.push(pem.as_bytes().to_vec());
    }
    Ok(builder
        .redis(options)
        .token_source(credential.cloned())
        .cache_secret(cache_secret(settings)?)
        .distributed_lock(settings.flag(Key::RedisLock).unwrap_or(false)))
}

#[cfg(feature = "redis")]
fn cache_secret(settings: &HandlerSettings) -> Result<[u8; 32]> {
    let text = settings.required_text(Key::RedisCacheSecret)?;
    crate::secret::decode_key(text).map(|key| *key).ok_or_else(|| {
        let reason = "It must be 32 bytes in standard base64 with padding.";
        settings.refuse(Key::RedisCacheSecret, reason)
    })
}
