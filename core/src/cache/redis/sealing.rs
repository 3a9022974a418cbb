//! Values as stored in Redis: sealed to their key, so that they can be neither read nor changed there.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aes_gcm::aead::{AeadInOut, Buffer, Generate as _, Nonce};
use aes_gcm::{Aes256Gcm, KeyInit as _};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::cache::{CacheEntry, CacheKey, Exchanged};
use crate::error::{Error, Result};
use crate::locking::lock;
use crate::models::{AccessToken, CommunicationUserIdentifier};
use crate::secret::{Secret, decode_key};
use crate::unix_time::unix_seconds;

/// The version of a value that contains only a token; all releases read it.
const TOKEN: u8 = 1;
/// The version of a value that contains a token and its identity, which is preceded by its length in two
/// bytes.
const TOKEN_AND_USER: u8 = 2;
const ID: usize = 8;
const NONCE: usize = 12;
const TAG: usize = 16;
/// The bytes before the token: when it expires, in seconds, and until when the entry may be used, in
/// milliseconds.
const TIMES: usize = 16;
/// The largest value in bytes. A token has about 3 KiB.
pub(super) const MAX_VALUE: usize = 64 * 1024;

/// The key with which values are sealed (AES-256-GCM) before they leave the process. All processes
/// of a fleet need the same key.
///
/// Nonces are random, so one key is safe for about 2³² values: rotate it from time to time, with
/// [`RedisOptions::previous_sealing_key`](crate::RedisOptions::previous_sealing_key).
#[derive(Clone)]
pub struct SealingKey {
    bytes: Zeroizing<[u8; 32]>,
    id: [u8; ID],
}

impl SealingKey {
    /// Parses 32 random bytes in standard base64, as printed by `openssl rand -base64 32`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` =
    /// `sealing_key`; it never contains the text.
    pub fn from_base64(text: &str) -> Result<Self> {
        let bytes = decode_key(text).ok_or_else(|| {
            Error::invalid_argument(
                "sealing_key",
                "It must be 32 bytes in standard base64 with padding.",
            )
        })?;
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*bytes);
        let hash: [u8; 32] = Hmac::<Sha256>::new((&*block).into())
            .chain_update(b"acs-auth: id of a sealing key")
            .finalize()
            .into_bytes()
            .into();
        let mut id = [0; ID];
        id.copy_from_slice(&hash[..ID]);
        Ok(Self { bytes, id })
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new((&*self.bytes).into())
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// Why a value cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    Form,
    Version,
    Key,
    Authenticity,
}

impl Unreadable {
    fn as_str(self) -> &'static str {
        match self {
            Self::Form => "it does not have the form of an entry",
            Self::Version => "it is of an unknown version",
            Self::Key => "it is sealed with an unknown key",
            Self::Authenticity => "it was changed, or belongs to another key",
        }
    }
}

/// Seals with the current key and opens values that were sealed with this or the previous one.
pub(super) struct Sealer {
    key_prefix: String,
    keys: Vec<([u8; ID], Aes256Gcm)>,
    health: Mutex<Health>,
}

/// How many values in a row must be readable after an unreadable one until the next unreadable one is logged
/// again.
const RECOVERY: u32 = 64;

#[derive(Default)]
struct Health {
    unreadable: u64,
    good_still_needed: u32,
}

impl Sealer {
    pub(super) fn new(key_prefix: &str, current: &SealingKey, previous: Option<&SealingKey>) -> Self {
        let keys = std::iter::once(current)
            .chain(previous)
            .map(|key| (key.id, key.cipher()))
            .collect();
        Self {
            key_prefix: key_prefix.to_owned(),
            keys,
            health: Mutex::default(),
        }
    }

    /// Seals an entry. Returns `None` if the system has no random numbers, or if a time or the identity's
    /// length is out of range.
    pub(super) fn seal(&self, key: &CacheKey, exchanged: &Exchanged, until: SystemTime) -> Option<Vec<u8>> {
        let (id, cipher) = self.keys.first()?;
        let nonce = Nonce::<Aes256Gcm>::try_generate().ok()?;
        let Exchanged { token, user } = exchanged;
        let text = token.token.expose().as_bytes();
        let user = user.as_ref().map(|user| user.id.as_bytes());
        let version = if user.is_some() { TOKEN_AND_USER } else { TOKEN };
        let until = i64::try_from(until.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()?;
        // Sealed in place, with capacity for the tag: reallocating would leave a copy of the plain text
        // behind.
        let user_size = user.map_or(0, |user| 2 + user.len());
        let mut sealed = Plain(Vec::with_capacity(TIMES + user_size + text.len() + TAG));
        sealed
            .0
            .extend_from_slice(&unix_seconds(token.expires_on).to_be_bytes());
        sealed.0.extend_from_slice(&until.to_be_bytes());
        if let Some(user) = user {
            let length = u16::try_from(user.len()).ok()?;
            sealed.0.extend_from_slice(&length.to_be_bytes());
            sealed.0.extend_from_slice(user);
        }
        sealed.0.extend_from_slice(text);
        cipher
            .encrypt_in_place(&nonce, &self.associated_data(version, key, id), &mut sealed)
            .ok()?;
        let mut value = Vec::with_capacity(1 + ID + NONCE + sealed.0.len());
        value.push(version);
        value.extend_from_slice(id);
        value.extend_from_slice(&nonce);
        value.extend_from_slice(&sealed.0);
        Some(value)
    }

    /// Returns the token if the value is sealed to this key and has not expired. Logs the first value of a
    /// series that cannot be opened.
    pub(super) fn open(&self, key: &CacheKey, value: &[u8], now: SystemTime) -> Option<CacheEntry> {
        let opened = self.try_open(key, value);
        self.report(opened.as_ref().err().copied());
        let (exchanged, until) = opened.ok()?;
        let lifetime = until.duration_since(now).ok().filter(|left| !left.is_zero())?;
        Some(CacheEntry { exchanged, lifetime })
    }

    pub(super) fn try_open(
        &self,
        key: &CacheKey,
        value: &[u8],
    ) -> std::result::Result<(Exchanged, SystemTime), Unreadable> {
        if value.len() > MAX_VALUE {
            return Err(Unreadable::Form);
        }
        let (version, rest) = value.split_first().ok_or(Unreadable::Form)?;
        if ![TOKEN, TOKEN_AND_USER].contains(version) {
            return Err(Unreadable::Version);
        }
        let (id, rest) = rest.split_first_chunk::<ID>().ok_or(Unreadable::Form)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Unreadable::Form)?;
        let (_, cipher) = self
            .keys
            .iter()
            .find(|(known, _)| known == id)
            .ok_or(Unreadable::Key)?;
        let mut plain = Plain(sealed.to_vec());
        cipher
            .decrypt_in_place(
                &(*nonce).into(),
                &self.associated_data(*version, key, id),
                &mut plain,
            )
            .map_err(|_| Unreadable::Authenticity)?;
        let (expires_on, rest) = plain.0.split_first_chunk::<8>().ok_or(Unreadable::Form)?;
        let (until, rest) = rest.split_first_chunk::<8>().ok_or(Unreadable::Form)?;
        let (user, text) = if *version == TOKEN_AND_USER {
            let (length, rest) = rest.split_first_chunk::<2>().ok_or(Unreadable::Form)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (user, text) = rest.split_at_checked(length).ok_or(Unreadable::Form)?;
            let id = std::str::from_utf8(user).map_err(|_| Unreadable::Form)?;
            (Some(CommunicationUserIdentifier::new(id)), text)
        } else {
            (None, rest)
        };
        let token = AccessToken {
            token: Secret::new(std::str::from_utf8(text).map_err(|_| Unreadable::Form)?),
            expires_on: time(*expires_on, Duration::from_secs).ok_or(Unreadable::Form)?,
        };
        Ok((
            Exchanged { token, user },
            time(*until, Duration::from_millis).ok_or(Unreadable::Form)?,
        ))
    }

    fn associated_data(&self, version: u8, key: &CacheKey, id: &[u8; ID]) -> Vec<u8> {
        let mut data = Vec::with_capacity(1 + ID + 64 + self.key_prefix.len());
        data.push(version);
        data.extend_from_slice(id);
        data.extend_from_slice(&key.entry);
        data.extend_from_slice(&key.user);
        data.extend_from_slice(self.key_prefix.as_bytes());
        data
    }

    fn report(&self, unreadable: Option<Unreadable>) {
        let mut health = lock(&self.health);
        let Some(why) = unreadable else {
            health.good_still_needed = health.good_still_needed.saturating_sub(1);
            return;
        };
        health.unreadable += 1;
        let is_news = health.good_still_needed == 0;
        health.good_still_needed = RECOVERY;
        let so_far = health.unreadable;
        drop(health);
        if is_news {
            tracing::warn!(
                why = why.as_str(),
                so_far,
                "a value in Redis cannot be opened: it and others like it are ignored"
            );
        }
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

fn time(bytes: [u8; 8], unit: fn(u64) -> Duration) -> Option<SystemTime> {
    let count = u64::try_from(i64::from_be_bytes(bytes)).ok()?;
    UNIX_EPOCH.checked_add(unit(count))
}

/// The plain text of a value, zeroized when dropped.
struct Plain(Vec<u8>);

impl AsRef<[u8]> for Plain {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl AsMut<[u8]> for Plain {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Buffer for Plain {
    fn extend_from_slice(&mut self, other: &[u8]) -> aes_gcm::aead::Result<()> {
        self.0.extend_from_slice(other);
        Ok(())
    }

    fn truncate(&mut self, len: usize) {
        if let Some(rest) = self.0.get_mut(len..) {
            rest.zeroize();
        }
        self.0.truncate(len);
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
